//! What would have to change for the organization to be as a file says, and which of that widens access.
use super::verdict::{self, Verdict};
use super::{Item, Items, Part};
use crate::model::words::words;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

words! {
    /// What happens to an item.
    Deed { Add => "add", Change => "change", Remove => "remove" }
}

/// One property with another value; null: it is not there.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize)]
pub struct Property {
    pub property: String,
    pub old: Value,
    pub new: Value,
    pub verdict: Verdict,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    pub item: Item,
    pub deed: Deed,
    pub properties: Vec<Property>,
}

impl Change {
    /// The one that matters most.
    pub fn verdict(&self) -> Verdict {
        self.properties.iter().map(|property| property.verdict).max().unwrap_or(Verdict::Neutral)
    }
}

/// What the verdicts rest on beside the two values.
pub struct Facts<'f> {
    /// The catalogue's mode of a function, as a word; none: there is no such function.
    pub default_mode: &'f dyn Fn(&str, &str) -> Option<&'static str>,
    /// All that is there, also of the parts that are not spoken about.
    pub everything: &'f Items,
}

/// From what is there to what is wanted: additions and changes in the order of items, then removals in reverse. `prunes`
/// says whether what is there and not wanted is to go, by part.
pub fn diff(present: &Items, wanted: &Items, prunes: &dyn Fn(Part) -> bool, facts: &Facts<'_>) -> Vec<Change> {
    let nothing = Map::new();
    let mut changes = Vec::new();
    for (item, new) in wanted {
        let old = present.get(item);
        let deed = if old.is_some() { Deed::Change } else { Deed::Add };
        let properties = properties(item, deed, old.unwrap_or(&nothing), new, facts);
        if deed == Deed::Add || !properties.is_empty() {
            changes.push(Change { item: item.clone(), deed, properties });
        }
    }
    let gone = present.iter().rev().filter(|(item, _)| !wanted.contains_key(item) && prunes(item.part()));
    for (item, old) in gone {
        // A connection ends with `revoke`, which asks its provider first; the organization does not end.
        if matches!(item, Item::Connection(_) | Item::Organization) {
            continue;
        }
        // What the file does not name at all, it does not take apart.
        if let Item::OwnFunction(label, _) = item
            && !wanted.contains_key(&Item::Connection(label.clone()))
        {
            continue;
        }
        let properties = properties(item, Deed::Remove, old, &nothing, facts);
        changes.push(Change { item: item.clone(), deed: Deed::Remove, properties });
    }
    changes
}

fn properties(
    item: &Item,
    deed: Deed,
    old: &Map<String, Value>,
    new: &Map<String, Value>,
    facts: &Facts<'_>,
) -> Vec<Property> {
    let mut names: Vec<&String> = new.keys().collect();
    names.extend(old.keys().filter(|name| !new.contains_key(*name)));
    let value = |of: &Map<String, Value>, name: &str| of.get(name).cloned().unwrap_or(Value::Null);
    let differing = names.into_iter().filter(|name| value(old, name) != value(new, name));
    differing
        .map(|name| Property {
            property: name.clone(),
            old: value(old, name),
            new: value(new, name),
            verdict: verdict::of(&verdict::Case { item, deed, property: name, old, new, facts }),
        })
        .collect()
}
