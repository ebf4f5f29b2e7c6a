//! R24: a standing approval that fits.
use crate::model::decide::Mapped;
use crate::model::facts::{Facts, TargetFacts};
use crate::model::policy::Policy;
use crate::model::reading::Reading;
use crate::model::service::FunctionKind;
use crate::model::standing::{Covers, StandingApproval};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// What an approval of this request would cover if it stood for more like it; none: its targets cannot be read.
pub fn covers(target: &TargetFacts, mapped: &Mapped) -> Option<Covers> {
    // Whom it addresses stands where nobody can read it.
    if mapped.is_opaque(&target.service) {
        return None;
    }
    let reading = Reading::new(&target.service, &mapped.request).ok()?;
    let (recipients, _) = reading.values("recipients");
    let named = target.service.constraints.iter().flat_map(|constraint| &constraint.arguments);
    let named = named.flat_map(|argument| reading.argument(argument));
    let in_words = |value: Cow<'_, Value>| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let targets: BTreeSet<String> = recipients.into_iter().chain(named).map(in_words).collect();
    Some(Covers {
        functions: mapped.functions.clone(),
        method: mapped.request.method.clone(),
        url: mapped.request.request.url.clone(),
        targets: targets.into_iter().collect(),
    })
}

/// Whether one answer may stand for more of this kind: money and permissions are looked at one by one.
pub fn may_stand(kind: FunctionKind) -> bool {
    !matches!(kind, FunctionKind::Financial | FunctionKind::Permission)
}

/// The standing approval that covers a request, the one that ends first.
pub(super) fn fitting<'f>(
    facts: &'f Facts,
    target: &TargetFacts,
    policy: &Policy,
    mapped: &Mapped,
) -> Option<&'f StandingApproval> {
    let is_same = |standing: &&StandingApproval| {
        standing.is_open(facts.at)
            && standing.agent == policy.agent
            && standing.connection == target.connection.id
            && standing.policy_version == policy.version
            && standing.user.as_deref() == facts.user.as_ref().map(|user| user.name.as_str())
            && standing.team.as_deref() == facts.team.as_ref().map(|team| team.name.as_str())
    };
    let mut given = facts.standing_approvals.iter().filter(is_same).peekable();
    given.peek()?;
    let covers = covers(target, mapped).filter(|_| may_stand(mapped.kind))?;
    given.filter(|standing| standing.covers == covers).min_by_key(|standing| standing.expires_at)
}
