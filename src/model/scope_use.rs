//! Which scopes of a connection somebody can make use of: what a new sign-in asks for besides the earlier ones, and what
//! `show` calls unused. One rule answers both, so that what is asked for today is not called unused tomorrow.
//!
//! What must stay true: a function counts only when a request for it could pass: its service is on, its mode is not
//! disabled, and the policy of some agent reaches it. Where that depends on the request itself (a placeholder, a rule) it
//! counts, because a scope that is missing fails the call.
use crate::model::address::base_segments;
use crate::model::governance::{self, Mode};
use crate::model::policy::rule::Action;
use crate::model::policy::{AllowlistEntry, DefaultMode, Policy, PolicyStatus};
use crate::model::service::{Function, Service, is_identity};
use std::collections::BTreeMap;
use url::Url;

/// Everything that has a say about the functions of one connection.
#[derive(Debug, Clone, Copy)]
pub struct Governed<'a> {
    pub service: &'a Service,
    pub service_enabled: bool,
    pub base_url: &'a str,
    /// The organization's modes, by function.
    pub overrides: &'a BTreeMap<String, Mode>,
    /// The connection's own modes, by function.
    pub settings: &'a BTreeMap<String, Mode>,
    /// Every policy of the connection, the revoked ones too.
    pub policies: &'a [Policy],
}

/// Scopes that are not there yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needed {
    pub scopes: Vec<String>,
    /// Those that only an administrator at the provider can consent to: asking for one of them would make the whole
    /// sign-in fail for everybody else, so they are named and not asked for.
    pub for_administrators: Vec<String>,
}

impl<'a> Governed<'a> {
    /// The functions that are not switched off.
    fn switched_on(self) -> impl Iterator<Item = &'a Function> {
        let is_on = move |function: &&Function| {
            let (own, set) = (self.overrides.get(&function.name), self.settings.get(&function.name));
            governance::effective(function.default_mode(), own.copied(), set.copied()).mode != Mode::Disabled
        };
        self.service.functions.iter().filter(move |_| self.service_enabled).filter(is_on)
    }

    /// The functions that some agent can call.
    fn assigned(self) -> Vec<&'a Function> {
        let living: Vec<&Policy> =
            self.policies.iter().filter(|policy| policy.status == PolicyStatus::Active).collect();
        let reached = |function: &&Function| living.iter().any(|policy| reaches(policy, function, self.base_url));
        self.switched_on().filter(reached).collect()
    }

    /// What has to be asked for besides `had`, so that every function that some agent can call is open.
    pub fn needed(self, had: &[String]) -> Needed {
        let mut needed = Needed::default();
        let is_for_administrators =
            |name: &String| self.service.scopes.iter().any(|scope| scope.name == *name && scope.admin_consent);
        for function in self.assigned() {
            let mut with = had.to_vec();
            with.extend(needed.scopes.iter().cloned());
            if function.required_scopes.is_empty() || function.is_open_to(&with) {
                continue;
            }
            let wanted: Vec<&String> = match function.needs_every_scope {
                true => function.required_scopes.iter().filter(|scope| !with.contains(scope)).collect(),
                // The least comes first.
                false => {
                    let least = function.required_scopes.iter().find(|scope| !is_for_administrators(scope));
                    least.or(function.required_scopes.first()).into_iter().collect()
                }
            };
            let list = match wanted.iter().any(|scope| is_for_administrators(scope)) {
                true => &mut needed.for_administrators,
                false => &mut needed.scopes,
            };
            for scope in wanted {
                if !list.contains(scope) {
                    list.push(scope.clone());
                }
            }
        }
        needed
    }

    /// Granted, and opening no function that anybody can call. While it is assigned to nobody, every function that is
    /// switched on counts: what it is for is not known yet.
    pub fn unused(self, granted: &[String]) -> Vec<String> {
        let has_policy = self.policies.iter().any(|policy| policy.status == PolicyStatus::Active);
        let used: Vec<&Function> = if has_policy { self.assigned() } else { self.switched_on().collect() };
        let is_known = |scope: &str| self.service.scopes.iter().any(|one| one.name == scope);
        let opens = |scope: &str| used.iter().any(|f| f.required_scopes.iter().any(|one| one == scope));
        granted.iter().filter(|scope| is_known(scope) && !opens(scope) && !is_identity(scope)).cloned().collect()
    }
}

/// Whether some request for the function could pass the policy's mode and allowlist (R15, R19).
fn reaches(policy: &Policy, function: &Function, base_url: &str) -> bool {
    let has_rule = |actions: &[Action]| policy.rules.request.iter().any(|rule| actions.contains(&rule.action));
    let by_mode = match policy.default_mode {
        DefaultMode::ReadWrite => true,
        DefaultMode::ReadOnly => function.kind.is_harmless() || has_rule(&[Action::Allow]),
        DefaultMode::Custom => has_rule(&[Action::Allow, Action::RequireApproval]),
    };
    let Ok(base) = Url::parse(function.base_url.as_deref().unwrap_or(base_url)) else { return by_mode };
    let mut template = base_segments(&base);
    template.extend(function.path.trim_start_matches('/').split('/').map(str::to_owned));
    let origin = base.origin().ascii_serialization();
    by_mode && policy.allowlists.iter().any(|entry| could_fit(entry, &function.method, &origin, &template))
}

/// Whether something could be put in the place of the template's placeholders so that the entry fits.
fn could_fit(entry: &AllowlistEntry, method: &str, origin: &str, template: &[String]) -> bool {
    let methods = entry.methods.iter().any(|one| one == method || (one == "HEAD" && method == "GET"));
    if !methods || !entry.is_about(origin) {
        return false;
    }
    let Ok(base) = Url::parse(&entry.base_url.replace("*.", "star.")) else { return false };
    entry.path_patterns.iter().any(|pattern| {
        let mut parts = base_segments(&base);
        parts.extend(pattern.trim_start_matches('/').split('/').map(str::to_owned));
        parts_could_fit(&parts, template)
    })
}

fn parts_could_fit(pattern: &[String], template: &[String]) -> bool {
    match (pattern.split_first(), template.split_first()) {
        (None, None) => true,
        (Some((first, rest)), _) if first == "**" => {
            (0..=template.len()).any(|taken| parts_could_fit(rest, &template[taken..]))
        }
        (Some((first, pattern)), Some((part, template))) => {
            (first == "*" || first == part || part.contains('{')) && parts_could_fit(pattern, template)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id::{AgentId, ConnectionId, PolicyId};
    use crate::model::policy::allow;
    use crate::model::time::Timestamp;
    use serde_json::json;
    use uuid::Uuid;

    const BASE: &str = "https://api.example.com";

    fn service() -> Service {
        let function = |name: &str, method: &str, path: &str, kind: &str, scopes: &[&str]| json!({"name": name, "title": name, "method": method, "path": path, "kind": kind, "requiredScopes": scopes});
        let scope =
            |name: &str, admin: bool| json!({"name": name, "meaning": "", "risk": "read", "adminConsent": admin});
        serde_json::from_value(json!({
            "id": "s", "name": "S", "provider": "p", "category": "action-tool", "summary": "", "auth": [],
            "baseUrl": BASE,
            "scopes": [scope("read", false), scope("write", false), scope("all", true), scope("spare", false)],
            "functions": [
                function("list", "GET", "/v1/items", "read", &["read", "write"]),
                function("get", "GET", "/v1/items/{id}", "read", &["read", "write"]),
                function("put", "PUT", "/v1/items/{id}", "write", &["write"]),
                function("audit", "GET", "/v1/audit", "read", &["all"]),
            ],
        }))
        .unwrap()
    }

    fn policy(mode: DefaultMode, allow: &[&str]) -> Policy {
        let id = || Uuid::from_u128(1);
        let (agent, connection) = ((AgentId(id()), "helper"), (ConnectionId(id()), BASE));
        let mut policy = Policy::first(PolicyId(id()), agent, connection, String::new(), Timestamp::UNIX_EPOCH);
        policy.default_mode = mode;
        if !allow.is_empty() {
            policy.allowlists = allow.iter().map(|entry| allow::parse(entry, BASE).unwrap()).collect();
        }
        policy
    }

    fn words(list: &[&str]) -> Vec<String> {
        list.iter().map(|word| (*word).to_owned()).collect()
    }

    /// What is needed and what is unused, when the one scope that was granted is `had`.
    fn judged(policies: &[Policy], overrides: &[(&str, Mode)], had: &[&str]) -> (Needed, Vec<String>) {
        let modes: BTreeMap<String, Mode> = overrides.iter().map(|(name, mode)| ((*name).to_owned(), *mode)).collect();
        let (service, none) = (service(), BTreeMap::new());
        let governed = Governed {
            service: &service,
            service_enabled: true,
            base_url: BASE,
            overrides: &modes,
            settings: &none,
            policies,
        };
        (governed.needed(&words(had)), governed.unused(&words(had)))
    }

    fn needed(scopes: &[&str], for_administrators: &[&str]) -> Needed {
        Needed { scopes: words(scopes), for_administrators: words(for_administrators) }
    }

    #[test]
    fn nothing_is_needed_for_what_nobody_can_call() {
        assert_eq!(judged(&[], &[], &["spare"]), (Needed::default(), words(&["spare"])));
        let mut revoked = policy(DefaultMode::ReadWrite, &[]);
        revoked.status = PolicyStatus::Revoked;
        assert_eq!(judged(&[revoked], &[], &["spare"]).0, Needed::default());
        // A custom policy without a rule lets nothing through.
        assert_eq!(judged(&[policy(DefaultMode::Custom, &[])], &[], &["spare"]).0, Needed::default());
    }

    #[test]
    fn the_mode_of_the_policy_says_whether_writes_count() {
        let (read_only, read_write) = (policy(DefaultMode::ReadOnly, &[]), policy(DefaultMode::ReadWrite, &[]));
        assert_eq!(judged(std::slice::from_ref(&read_only), &[], &["spare"]).0, needed(&["read"], &["all"]));
        assert_eq!(judged(std::slice::from_ref(&read_write), &[], &["spare"]).0, needed(&["read", "write"], &["all"]));
        // What opens it already is enough, and of several the least is asked for.
        assert_eq!(judged(&[read_write], &[], &["write"]).0, needed(&[], &["all"]));
        assert_eq!(judged(&[read_only], &[], &["write", "spare"]).1, ["spare"]);
    }

    #[test]
    fn a_function_that_is_switched_off_needs_and_uses_nothing() {
        let off = [("put", Mode::Disabled), ("audit", Mode::Disabled)];
        let (need, unused) = judged(&[policy(DefaultMode::ReadWrite, &[])], &off, &["spare"]);
        assert_eq!((need, unused), (needed(&["read"], &[]), words(&["spare"])));
        let all_off = ["list", "get", "put", "audit"].map(|name| (name, Mode::Disabled));
        assert_eq!(judged(&[policy(DefaultMode::ReadWrite, &[])], &all_off, &["read", "spare"]).1, ["read", "spare"]);
    }

    #[test]
    fn an_allowlist_counts_what_it_could_let_through() {
        let one = policy(DefaultMode::ReadWrite, &["PUT /v1/items/7"]);
        assert_eq!(judged(&[one], &[], &["read"]), (needed(&["write"], &[]), words(&["read"])));
        for entries in [&["PUT /v1/other/*"][..], &["GET /v1/items"], &["PUT https://else.example/**"]] {
            assert_eq!(judged(&[policy(DefaultMode::ReadWrite, entries)], &[], &["read"]).0, Needed::default());
        }
        assert_eq!(
            judged(&[policy(DefaultMode::ReadWrite, &["PUT /v1/**"])], &[], &["read"]).0,
            needed(&["write"], &[])
        );
    }
}
