//! The layout of each kind of manifest as data: what is made, what is checked and the JSON Schema come from it.
//!
//! What must stay true: a key, its place and what it may hold stand here once. The order is the documented one.
use super::contract::{self as c, Operation};
use serde_json::{Map, Value};

/// What may stand in a place.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// Words, and not none.
    Text,
    /// This and nothing else.
    Exact(&'static str),
    /// Yes and nothing else.
    Yes,
    YesOrNo,
    /// A whole number: how many entries the array at this pointer has.
    CountOf(&'static str),
    /// An https address without user, query or fragment.
    Address,
    /// A name that is one word of lower case, digits and hyphens.
    Slug,
    /// The placeholder, or an id; never a secret.
    IdOr(&'static str),
    List {
        of: &'static Shape,
        least: usize,
        most: Option<usize>,
    },
    Object(Keys),
    /// An array of operations of this contract, each at most once.
    Operations {
        of: &'static [Operation],
        exact_inputs: bool,
    },
}

pub type Keys = &'static [(&'static str, Shape)];

const TEXTS: Shape = Shape::List { of: &Shape::Text, least: 0, most: None };

const FIELD: Keys =
    &[("name", Shape::Text), ("type", Shape::Text), ("required", Shape::YesOrNo), ("description", Shape::Text)];
const FIELDS: Shape = Shape::List { of: &Shape::Object(FIELD), least: 1, most: None };

const ASSISTANT: Keys =
    &[("role", Shape::Text), ("label", Shape::Text), ("agentId", Shape::IdOr(c::AGENT)), ("purpose", Shape::Text)];
const ASSISTANTS: Shape = Shape::List { of: &Shape::Object(ASSISTANT), least: 1, most: None };

const HEADERS: Keys = &[(c::KEY_HEADER, Shape::Exact(c::KEY)), (c::ORGANIZATION_HEADER, Shape::IdOr(c::ORGANIZATION))];
const PATH_PARAMETERS: Keys = &[("agentId", Shape::IdOr(c::AGENT))];
const DOCS: Keys =
    &[("externalApi", Shape::Exact(c::EXTERNAL_API_DOCS)), ("apiReference", Shape::Exact(c::API_REFERENCE))];
const OUTPUT: Keys = &[
    ("summary", Shape::Text),
    ("actionsTaken", Shape::Text),
    ("siestaRecordIds", Shape::Text),
    ("followUpQuestions", Shape::Text),
];
const AUTOMATION: Keys =
    &[("intent", Shape::Text), ("approvalPolicy", Shape::Text), ("outputContract", Shape::Object(OUTPUT))];

const fn texts(count: usize) -> Shape {
    Shape::List { of: &Shape::Text, least: count, most: Some(count) }
}

/// As it is generated.
pub const EXTERNAL: Keys = &[
    ("manifestVersion", Shape::Exact(c::VERSION)),
    ("manifestType", Shape::Exact("siesta-external-api")),
    ("name", Shape::Slug),
    ("useCase", Shape::Text),
    (
        "inputs",
        Shape::Object(&[
            ("baseUrl", Shape::Address),
            ("organizationId", Shape::IdOr(c::ORGANIZATION)),
            ("agentId", Shape::IdOr(c::AGENT)),
            ("assistants", ASSISTANTS),
            ("integrationMode", Shape::Exact("external-api")),
            ("requiredContextFieldCount", Shape::CountOf("/requiredContextFields")),
            ("operationCount", Shape::CountOf("/siestaApiOperations")),
        ]),
    ),
    ("integration", Shape::Object(&[("mode", Shape::Exact("external-api")), ("intent", Shape::Text)])),
    ("requiredContextFields", FIELDS),
    ("openApiSource", Shape::Exact(c::OPEN_API)),
    ("apiReference", Shape::Exact(c::API_REFERENCE)),
    ("objective", Shape::Text),
    (
        "siestaAi",
        Shape::Object(&[
            ("apiBaseUrl", Shape::Address),
            ("assistants", ASSISTANTS),
            ("docs", Shape::Object(DOCS)),
            ("requiredHeaders", Shape::Object(HEADERS)),
            ("requiredPathParameters", Shape::Object(PATH_PARAMETERS)),
        ]),
    ),
    ("siestaApiOperations", Shape::Operations { of: c::EXTERNAL, exact_inputs: true }),
    ("assistants", ASSISTANTS),
    ("automation", Shape::Object(AUTOMATION)),
    ("implementationSteps", texts(6)),
    ("codingAgentInstructions", texts(4)),
];

/// As people wrote it before there was a generator: no assistants, no inputs, and a word about secrets.
pub const BY_HAND: Keys = &[
    ("openApiSource", Shape::Exact(c::OPEN_API)),
    ("apiReference", Shape::Exact(c::API_REFERENCE)),
    ("manifestVersion", Shape::Exact(c::VERSION)),
    ("name", Shape::Text),
    ("useCase", Shape::Text),
    ("objective", Shape::Text),
    (
        "siestaAi",
        Shape::Object(&[
            ("apiBaseUrl", Shape::Address),
            ("docs", Shape::Object(DOCS)),
            ("requiredHeaders", Shape::Object(HEADERS)),
            ("requiredPathParameters", Shape::Object(PATH_PARAMETERS)),
        ]),
    ),
    (
        "integration",
        Shape::Object(&[
            ("mode", Shape::Exact("external-api")),
            ("intent", Shape::Text),
            ("secretHandling", Shape::Text),
        ]),
    ),
    ("requiredContextFields", FIELDS),
    ("siestaApiOperations", Shape::Operations { of: c::EXTERNAL, exact_inputs: false }),
    ("automation", Shape::Object(AUTOMATION)),
    ("implementationSteps", texts(4)),
    ("codingAgentInstructions", texts(5)),
];

/// This project's own: only that the mode exists, and what it consists of, is documented.
pub const REALTIME: Keys = &[
    ("manifestVersion", Shape::Exact(c::VERSION)),
    ("manifestType", Shape::Exact("siesta-realtime-api")),
    ("provisional", Shape::Yes),
    ("name", Shape::Slug),
    ("useCase", Shape::Text),
    (
        "inputs",
        Shape::Object(&[
            ("baseUrl", Shape::Address),
            ("organizationId", Shape::IdOr(c::ORGANIZATION)),
            ("agentId", Shape::IdOr(c::AGENT)),
            ("assistants", ASSISTANTS),
            ("integrationMode", Shape::Exact("realtime-api")),
            ("requiredContextFieldCount", Shape::CountOf("/requiredContextFields")),
            ("operationCount", Shape::CountOf("/siestaApiOperations")),
        ]),
    ),
    ("integration", Shape::Object(&[("mode", Shape::Exact("realtime-api")), ("intent", Shape::Text)])),
    ("requiredContextFields", FIELDS),
    ("objective", Shape::Text),
    (
        "siestaAi",
        Shape::Object(&[
            ("apiBaseUrl", Shape::Address),
            ("assistants", ASSISTANTS),
            ("docs", Shape::Object(&[("apiReference", Shape::Exact(c::API_REFERENCE))])),
            ("requiredHeaders", Shape::Object(HEADERS)),
            ("requiredPathParameters", Shape::Object(PATH_PARAMETERS)),
        ]),
    ),
    ("siestaApiOperations", Shape::Operations { of: c::REALTIME, exact_inputs: true }),
    (
        "session",
        Shape::Object(&[
            ("oneTime", Shape::Yes),
            ("model", Shape::Exact(c::REALTIME_MODEL)),
            ("audio", Shape::Exact(c::REALTIME_AUDIO)),
            ("transport", Shape::Exact("wss")),
            ("clientTools", TEXTS),
            ("approvals", Shape::Text),
        ]),
    ),
    ("assistants", ASSISTANTS),
    ("automation", Shape::Object(AUTOMATION)),
    ("implementationSteps", Shape::List { of: &Shape::Text, least: 1, most: None }),
    ("codingAgentInstructions", Shape::List { of: &Shape::Text, least: 1, most: None }),
];

/// This project's own, as above.
pub const WIDGET: Keys = &[
    ("manifestVersion", Shape::Exact(c::VERSION)),
    ("manifestType", Shape::Exact("siesta-web-plugin")),
    ("provisional", Shape::Yes),
    ("name", Shape::Slug),
    ("useCase", Shape::Text),
    (
        "inputs",
        Shape::Object(&[
            ("agentId", Shape::IdOr(c::AGENT)),
            ("assistants", ASSISTANTS),
            ("integrationMode", Shape::Exact("web-plugin")),
            ("requiredContextFieldCount", Shape::CountOf("/requiredContextFields")),
        ]),
    ),
    ("integration", Shape::Object(&[("mode", Shape::Exact("web-plugin")), ("intent", Shape::Text)])),
    ("requiredContextFields", FIELDS),
    ("objective", Shape::Text),
    ("siestaAi", Shape::Object(&[("assistants", ASSISTANTS)])),
    (
        "widget",
        Shape::Object(&[
            ("scriptFile", Shape::Exact(c::WIDGET_SCRIPT)),
            ("host", Shape::Exact(c::WIDGET_HOST)),
            ("agentId", Shape::IdOr(c::AGENT)),
            ("devAgentId", Shape::IdOr(c::AGENT)),
            ("pageContext", TEXTS),
            ("allowedPageData", TEXTS),
        ]),
    ),
    ("assistants", ASSISTANTS),
    ("automation", Shape::Object(AUTOMATION)),
    ("implementationSteps", Shape::List { of: &Shape::Text, least: 1, most: None }),
    ("codingAgentInstructions", Shape::List { of: &Shape::Text, least: 1, most: None }),
];

/// What a layout has of a document that holds more, in the layout's order.
pub fn only(keys: Keys, all: &mut Value) -> Value {
    let mut kept = Map::new();
    for (key, shape) in keys {
        let Some(mut value) = all.get_mut(*key).map(Value::take) else { continue };
        if let Shape::Object(keys) = shape {
            value = only(keys, &mut value);
        }
        kept.insert((*key).to_owned(), value);
    }
    Value::Object(kept)
}
