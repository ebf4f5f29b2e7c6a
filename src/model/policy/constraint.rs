//! Provider constraints: the chats, channels, sites, folders and tenants a policy is limited to (R17).
use crate::model::service::Service;
use crate::model::words::words;
use std::collections::BTreeMap;

/// By provider, then by name of the list: `{"telegram": {"allowedChatIds": ["1"]}}`.
pub type Constraints = BTreeMap<String, BTreeMap<String, Vec<String>>>;

words! {
    /// What a list names. Typed as `--constraint-chat` and so on.
    ConstraintKind {
        Chat => "chat",
        Channel => "channel",
        User => "user",
        Tenant => "tenant",
        Site => "site",
        Folder => "folder",
    }
}

impl ConstraintKind {
    /// Its name in the policy's JSON.
    pub fn key(self) -> &'static str {
        match self {
            ConstraintKind::Chat => "allowedChatIds",
            ConstraintKind::Channel => "allowedChannelIds",
            ConstraintKind::User => "allowedUserIds",
            ConstraintKind::Tenant => "allowedTenantIds",
            ConstraintKind::Site => "allowedSiteIds",
            ConstraintKind::Folder => "allowedFolderIds",
        }
    }
}

/// Whether a service can keep a constraint at all: one that none of its functions meets would look like protection.
pub fn is_kept_by(service: &Service, kind: ConstraintKind) -> bool {
    service.constraints.iter().any(|constraint| constraint.key == kind)
}

/// The lists of a service's provider, by kind.
pub fn list<'c>(constraints: &'c Constraints, service: &Service, kind: ConstraintKind) -> &'c [String] {
    constraints.get(&service.provider).and_then(|lists| lists.get(kind.key())).map_or(&[], Vec::as_slice)
}

/// Puts a list in the place of the one before; an empty one goes away, and with the last of them the provider.
pub fn set(constraints: &mut Constraints, provider: &str, kind: ConstraintKind, mut ids: Vec<String>) {
    ids.sort();
    ids.dedup();
    let lists = constraints.entry(provider.to_owned()).or_default();
    match ids.is_empty() {
        true => drop(lists.remove(kind.key())),
        false => drop(lists.insert(kind.key().to_owned(), ids)),
    }
    constraints.retain(|_, lists| !lists.is_empty());
}
