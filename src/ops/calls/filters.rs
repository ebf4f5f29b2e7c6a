//! What a policy makes of an answer before anybody sees it (R27): entries about other targets go, then the response
//! rules.
use crate::model::decide::Mapped;
use crate::model::policy::constraint::list;
use crate::model::policy::rule::ResponseRule;
use crate::model::policy::{Policy, response};
use crate::model::service::{ResponseFilter, Service};
use serde_json::Value;

#[derive(Debug, Clone, Default)]
pub(super) struct Filters {
    /// The list in the answer, and the ids of which an entry must name one.
    targets: Vec<(ResponseFilter, Vec<String>)>,
    rules: Vec<ResponseRule>,
    pub largest_answer: Option<usize>,
}

impl Filters {
    pub fn of(service: &Service, policy: Option<&Policy>, mapped: &Mapped) -> Filters {
        let Some(policy) = policy else { return Filters::default() };
        let mut targets = Vec::new();
        for constraint in &service.constraints {
            let ids = list(&policy.constraints, service, constraint.key);
            let called = constraint.filtered.iter().filter(|filter| mapped.functions.contains(&filter.function));
            targets.extend(called.filter(|_| !ids.is_empty()).map(|filter| (filter.clone(), ids.to_vec())));
        }
        let cap = policy.rate_limits.as_ref().and_then(|limits| limits.max_response_size_bytes);
        Filters {
            targets,
            rules: policy.rules.response.clone(),
            largest_answer: cap.map(|cap| usize::try_from(cap).unwrap_or(usize::MAX)),
        }
    }

    /// Whether every answer goes on as it came.
    pub fn leave_everything(&self) -> bool {
        self.targets.is_empty() && self.rules.is_empty()
    }

    pub fn apply(&self, body: Vec<u8>) -> Vec<u8> {
        let body = match self.targets.is_empty() {
            true => body,
            false => self.only_listed(&body),
        };
        response::apply(&self.rules, body)
    }

    /// An answer that cannot be read might carry anything, so nothing of it is shown.
    fn only_listed(&self, body: &[u8]) -> Vec<u8> {
        let Ok(mut answer) = serde_json::from_slice::<Value>(body) else {
            return b"[withheld: the policy limits the targets, and the answer cannot be read]".to_vec();
        };
        for (filter, ids) in &self.targets {
            let is_listed = |entry: &Value| {
                let id = filter.ids.iter().find_map(|pointer| entry.pointer(pointer));
                id.is_some_and(|id| {
                    let text = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
                    ids.contains(&text)
                })
            };
            if let Some(Value::Array(entries)) = answer.pointer_mut(&filter.list) {
                entries.retain(is_listed);
            }
        }
        answer.to_string().into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn filters() -> Filters {
        let filter = ResponseFilter {
            function: "get_updates".to_owned(),
            list: "/result".to_owned(),
            ids: vec!["/message/chat/id".to_owned(), "/edited_message/chat/id".to_owned()],
        };
        Filters { targets: vec![(filter, vec!["1".to_owned()])], ..Filters::default() }
    }

    #[test]
    fn entries_about_other_targets_and_about_none_are_taken_out() {
        let answer = json!({"ok": true, "result": [
            {"message": {"chat": {"id": 1}}}, {"message": {"chat": {"id": 2}}}, {"edited_message": {"chat": {"id": "1"}}},
            {"poll": {}},
        ]});
        let left: Value = serde_json::from_slice(&filters().apply(answer.to_string().into_bytes())).unwrap();
        assert_eq!(left["result"].as_array().unwrap().len(), 2, "{left}");
        assert!(filters().apply(b"<html>".to_vec()).starts_with(b"[withheld"));
    }
}
