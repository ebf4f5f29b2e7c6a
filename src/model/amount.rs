//! The amounts in a request, so that whoever is asked about it reads them first.
//!
//! What must stay true: this only chooses what is shown first. It allows and refuses nothing, so a name it does not know
//! costs a reader a second look and nothing else.
use serde_json::Value;

/// Words that name an amount, or say what it is counted in.
const WORDS: [&str; 24] = [
    "amount", "amounts", "balance", "budget", "budgets", "charge", "cost", "costs", "credits", "currency", "discount",
    "fee", "fees", "micros", "payment", "price", "prices", "quantity", "rate", "salary", "sum", "tax", "total",
    "value",
];

/// A list of orders has an amount in each: so many are shown first, and all of them in their places.
const MOST: usize = 12;

/// Where an amount stands, in dots, and what stands there; in the order of the request.
pub fn amounts(tree: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    walk(tree, "", false, &mut found);
    found
}

fn walk(value: &Value, place: &str, is_amount: bool, found: &mut Vec<(String, String)>) {
    let below = |name: &str| if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") };
    match value {
        Value::Object(members) => members.iter().for_each(|(name, item)| {
            walk(item, &below(name), is_amount || names_amount(name), found);
        }),
        Value::Array(items) => items.iter().enumerate().for_each(|(at, item)| {
            walk(item, &below(&at.to_string()), is_amount, found);
        }),
        // A text counts where its name says amount: many interfaces have their numbers in texts.
        Value::Number(_) | Value::String(_) if is_amount && found.len() < MOST => {
            found.push((place.to_owned(), value.as_str().map_or_else(|| value.to_string(), str::to_owned)));
        }
        Value::Number(_) | Value::String(_) | Value::Bool(_) | Value::Null => {}
    }
}

/// `amountMicros`, `unit_price`, `Total`.
fn names_amount(name: &str) -> bool {
    let mut word = String::new();
    let mut is_known = false;
    for c in name.chars().chain(['_']) {
        if !c.is_alphanumeric() || c.is_uppercase() {
            is_known |= WORDS.contains(&word.as_str());
            word.clear();
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
    }
    // Written in capitals a name is one word.
    is_known || WORDS.contains(&name.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn amounts_are_found_by_what_they_are_called_wherever_they_stand() {
        let tree = json!({
            "text": "hi", "accounting": 3, "properties": {"amount": "500", "dealstage": "won"},
            "operations": [{"create": {"name": "b", "amountMicros": 1_000_000}}],
            "unit_price": {"value": 5, "currency": "EUR"}, "TOTAL": 9,
        });
        let mut found = amounts(&tree);
        found.sort();
        let expected = [
            ("TOTAL", "9"),
            ("operations.0.create.amountMicros", "1000000"),
            ("properties.amount", "500"),
            ("unit_price.currency", "EUR"),
            ("unit_price.value", "5"),
        ];
        let expected: Vec<_> = expected.iter().map(|(place, text)| ((*place).to_owned(), (*text).to_owned())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_thousand_amounts_do_not_hide_the_rest() {
        let tree = json!({"prices": vec![1; 1000]});
        assert_eq!(amounts(&tree).len(), MOST);
    }
}
