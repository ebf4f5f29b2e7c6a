//! The parts of a policy as they stand in the file, and back.
//!
//! What must stay true: both ways round, a part means the same, and two texts that mean the same become one.
use crate::model::policy::window::{self, TimeWindow};
use crate::model::policy::{AllowlistEntry, Flow, Policy, RateLimits, allow};

use super::{AllowEntry, Everything, FlowWord, PolicyEntry};

/// What a policy's texts mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Parts {
    pub flows: Vec<Flow>,
    pub allowlists: Vec<AllowlistEntry>,
    pub rate_limits: Option<RateLimits>,
    pub time_windows: Vec<TimeWindow>,
}

/// What `all` means for a connection ([`AllowlistEntry::whole_of`]); the first is what is below its base URL.
type Whole<'c> = &'c [AllowlistEntry];

fn base_of<'c>(whole: Whole<'c>) -> &'c str {
    whole.first().map_or("", |entry| &entry.base_url)
}

impl PolicyEntry {
    pub fn of(policy: &Policy, whole: Whole<'_>) -> PolicyEntry {
        let limits = policy.rate_limits.clone().unwrap_or_default();
        PolicyEntry {
            mode: policy.default_mode,
            step_up: policy.step_up,
            flows: flow_words(&policy.allowed_models),
            allow: allow_entry(&policy.allowlists, whole),
            rate: limits.max_requests_per_hour.map(|calls| format!("{calls}/h")),
            max_payload: limits.max_payload_size_bytes.map(typed_size),
            max_response: limits.max_response_size_bytes.map(typed_size),
            windows: typed_windows(&policy.time_windows),
            constraints: policy.constraints.clone(),
            rules: policy.rules.clone(),
            allow_unenforced_vend: policy.allow_unenforced_vend,
            preset: policy.preset,
        }
    }

    /// What its texts mean for a connection; else the part that means nothing, and why.
    pub fn parts(&self, whole: Whole<'_>) -> Result<Parts, (&'static str, String)> {
        let rate = self.rate.as_deref().map(rate_of).transpose().map_err(|why| ("rate", why))?;
        let payload = self.max_payload.as_deref().map(size_of).transpose().map_err(|why| ("maxPayload", why))?;
        let response = self.max_response.as_deref().map(size_of).transpose().map_err(|why| ("maxResponse", why))?;
        let mut time_windows: Vec<TimeWindow> = Vec::new();
        for text in &self.windows {
            let windows = window::parse(text).map_err(|error| ("windows", error.to_string()))?;
            time_windows.extend(windows);
        }
        sort_windows(&mut time_windows);
        let mut allowlists: Vec<AllowlistEntry> = Vec::new();
        match &self.allow {
            AllowEntry::Word(Everything::All) => allowlists.extend_from_slice(whole),
            AllowEntry::Lines(lines) => {
                for line in lines {
                    let entry = allow::parse(line, base_of(whole)).map_err(|error| ("allow", error.to_string()))?;
                    let same =
                        allowlists.iter_mut().find(|e| e.base_url == entry.base_url && e.methods == entry.methods);
                    match same {
                        Some(same) => same.path_patterns.extend(entry.path_patterns),
                        None => allowlists.push(entry),
                    }
                }
            }
        }
        let limits = RateLimits {
            max_requests_per_hour: rate,
            max_payload_size_bytes: payload,
            max_response_size_bytes: response,
        };
        Ok(Parts { flows: flows(&self.flows), allowlists, rate_limits: limits.or_none(), time_windows })
    }

    /// The same policy in the one form that `export` writes.
    pub fn normal(&self, whole: Whole<'_>) -> Result<PolicyEntry, (&'static str, String)> {
        let parts = self.parts(whole)?;
        let limits = parts.rate_limits.unwrap_or_default();
        let mut normal = self.clone();
        normal.flows = flow_words(&parts.flows);
        normal.allow = allow_entry(&parts.allowlists, whole);
        normal.rate = limits.max_requests_per_hour.map(|calls| format!("{calls}/h"));
        normal.max_payload = limits.max_payload_size_bytes.map(typed_size);
        normal.max_response = limits.max_response_size_bytes.map(typed_size);
        normal.windows = typed_windows(&parts.time_windows);
        for lists in normal.constraints.values_mut() {
            for ids in lists.values_mut() {
                ids.sort();
                ids.dedup();
            }
            lists.retain(|_, ids| !ids.is_empty());
        }
        normal.constraints.retain(|_, lists| !lists.is_empty());
        normal.rules.check().map_err(|error| ("rules", error.to_string()))?;
        Ok(normal)
    }
}

fn flow_words(flows: &[Flow]) -> Vec<FlowWord> {
    let mut words: Vec<FlowWord> = flows
        .iter()
        .map(|flow| match flow {
            Flow::Vend => FlowWord::Vend,
            Flow::Broker => FlowWord::Broker,
        })
        .collect();
    words.sort();
    words.dedup();
    words
}

fn flows(words: &[FlowWord]) -> Vec<Flow> {
    let mut words = words.to_vec();
    words.sort();
    words.dedup();
    words
        .into_iter()
        .map(|word| match word {
            FlowWord::Vend => Flow::Vend,
            FlowWord::Broker => Flow::Broker,
        })
        .collect()
}

fn allow_entry(entries: &[AllowlistEntry], whole: Whole<'_>) -> AllowEntry {
    if AllowlistEntry::is_all(entries, whole) {
        return AllowEntry::Word(Everything::All);
    }
    let every = whole.first().map_or(&[][..], |entry| &entry.methods);
    let base = base_of(whole).trim_end_matches('/');
    let mut lines: Vec<String> = Vec::new();
    for entry in entries {
        let methods = if entry.methods == every { "*".to_owned() } else { entry.methods.join(",") };
        let own = entry.base_url.trim_end_matches('/');
        let before = if own == base { "" } else { own };
        lines.extend(entry.path_patterns.iter().map(|path| format!("{methods} {before}{path}")));
    }
    lines.sort();
    lines.dedup();
    AllowEntry::Lines(lines)
}

/// Reads `60/h`.
pub fn rate_of(text: &str) -> Result<u64, String> {
    let digits =
        text.strip_suffix("/h").filter(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()));
    let digits = digits.ok_or_else(|| format!("\"{text}\" is not a rate such as 60/h"))?;
    // A count in the store is a signed number of 64 bits.
    let number = digits.parse().ok().filter(|number| i64::try_from(*number).is_ok());
    number.ok_or_else(|| format!("a rate is at most {}/h", i64::MAX))
}

/// Reads `512KiB`, `10MiB` or `20000`, in bytes.
pub fn size_of(text: &str) -> Result<u64, String> {
    let wrong = || format!("\"{text}\" is not a size such as 512KiB, 10MiB or 20000 (bytes)");
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor: u64 = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kib" => 1 << 10,
        "kb" => 1000,
        "m" | "mib" => 1 << 20,
        "mb" => 1_000_000,
        _ => return Err(wrong()),
    };
    number.parse::<u64>().ok().and_then(|number| number.checked_mul(factor)).ok_or_else(wrong)
}

fn typed_size(bytes: u64) -> String {
    match bytes {
        0 => "0".to_owned(),
        whole if whole.is_multiple_of(1 << 20) => format!("{}MiB", whole >> 20),
        whole if whole.is_multiple_of(1 << 10) => format!("{}KiB", whole >> 10),
        bytes => format!("{bytes}B"),
    }
}

fn sort_windows(windows: &mut Vec<TimeWindow>) {
    windows.sort_by(|a, b| {
        let key = |w: &TimeWindow| (w.timezone.clone(), w.start.clone(), w.end.clone(), w.day_of_week);
        key(a).cmp(&key(b))
    });
    windows.dedup();
}

/// Windows as they are typed, in one order.
fn typed_windows(windows: &[TimeWindow]) -> Vec<String> {
    let mut windows = windows.to_vec();
    sort_windows(&mut windows);
    window::typed(&windows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(yaml: serde_json::Value) -> PolicyEntry {
        serde_json::from_value(yaml).unwrap()
    }

    #[test]
    fn what_means_the_same_becomes_one_text() {
        let base = &[AllowlistEntry::whole("https://api.example.com")];
        let one = entry(serde_json::json!({
            "allow": ["get,HEAD /v1/**", "* https://api.example.com/x"], "rate": "060/h", "maxPayload": "1024kib",
            "windows": ["tue-mon 9:00-17:00 UTC"], "flows": ["vend", "broker"],
        }));
        let normal = one.normal(base).unwrap();
        assert_eq!(normal.allow, AllowEntry::Lines(vec!["* /x".to_owned(), "GET,HEAD /v1/**".to_owned()]));
        assert_eq!((normal.rate.as_deref(), normal.max_payload.as_deref()), (Some("60/h"), Some("1MiB")));
        assert_eq!(normal.windows, ["sun,mon,tue,wed,thu,fri,sat 09:00-17:00 UTC"]);
        assert_eq!(normal.flows, [FlowWord::Broker, FlowWord::Vend]);
        assert_eq!(normal.normal(base).unwrap(), normal);
        let all = entry(serde_json::json!({"allow": ["* /**"]})).normal(base).unwrap();
        assert_eq!(all.allow, AllowEntry::Word(Everything::All));
        // Of a connection with a second server, it is the word only for both.
        let both = &[base[0].clone(), AllowlistEntry::whole("https://files.example.com")];
        assert_eq!(entry(serde_json::json!({"allow": "all"})).parts(both).unwrap().allowlists, both);
        let lines = ["* /**", "* https://files.example.com/**"];
        let read = |lines: &[&str]| entry(serde_json::json!({"allow": lines})).normal(both).unwrap().allow;
        assert_eq!(read(&lines), AllowEntry::Word(Everything::All));
        assert_eq!(allow_entry(&[both[1].clone(), both[0].clone()], both), AllowEntry::Word(Everything::All));
        assert_eq!(read(&lines[..1]), AllowEntry::Lines(vec!["* /**".to_owned()]));
    }

    #[test]
    fn a_part_that_means_nothing_is_named() {
        for (policy, part) in [
            (serde_json::json!({"rate": "60"}), "rate"),
            (serde_json::json!({"maxPayload": "10GB"}), "maxPayload"),
            (serde_json::json!({"maxResponse": ""}), "maxResponse"),
            (serde_json::json!({"windows": ["always"]}), "windows"),
            (serde_json::json!({"allow": ["/v1"]}), "allow"),
        ] {
            assert_eq!(entry(policy).parts(&[AllowlistEntry::whole("https://api.example.com")]).unwrap_err().0, part);
        }
    }
}
