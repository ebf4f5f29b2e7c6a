//! Making a manifest from what somebody said about the integration.
//!
//! What must stay true: what is made passes [`check`](super::check()); what was said and does not fit is a fault with the
//! pointer of its place, and nothing is made.
use super::check::{Fault, faults_of};
use super::contract::{self as c, Operation};
use super::{Form, Mode, prose};
use serde_json::{Map, Value, json};

/// What somebody says about an integration.
#[derive(Debug, Clone)]
pub struct NewManifest {
    pub mode: Mode,
    pub use_case: String,
    /// None: made from the use case.
    pub name: Option<String>,
    pub agent_id: Option<String>,
    pub organization_id: Option<String>,
    pub workspace_id: Option<String>,
    pub base_url: Option<String>,
    /// Values that the product itself owns, beside those of Siesta AI.
    pub fields: Vec<Field>,
    /// As `METHOD PATH`; empty: all of the mode.
    pub operations: Vec<String>,
    /// Empty: one, the primary.
    pub assistants: Vec<Assistant>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub kind: String,
    pub required: bool,
    pub description: String,
}

impl Field {
    /// `NAME:TYPE[:required][:DESCRIPTION]`.
    pub fn parse(text: &str) -> Option<Field> {
        let mut parts = text.splitn(3, ':').map(str::trim);
        let (name, kind) = (parts.next()?, parts.next()?);
        if name.is_empty() || kind.is_empty() {
            return None;
        }
        let rest = parts.next().unwrap_or_default();
        let (required, description) = match rest.split_once(':') {
            Some(("required", description)) => (true, description.trim()),
            _ if rest == "required" => (true, ""),
            _ => (false, rest),
        };
        let description = match description.is_empty() {
            true => format!("{name}, from the product"),
            false => description.to_owned(),
        };
        Some(Field { name: name.to_owned(), kind: kind.to_owned(), required, description })
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assistant {
    pub role: String,
    pub label: String,
    pub agent_id: String,
    pub purpose: String,
}

impl Assistant {
    /// `ROLE:LABEL:ID:PURPOSE`.
    pub fn parse(text: &str) -> Option<Assistant> {
        let parts: Vec<&str> = text.splitn(4, ':').map(str::trim).collect();
        match parts.as_slice() {
            [role, label, id, purpose] if parts.iter().all(|part| !part.is_empty()) => Some(Assistant {
                role: (*role).to_owned(),
                label: (*label).to_owned(),
                agent_id: (*id).to_owned(),
                purpose: (*purpose).to_owned(),
            }),
            _ => None,
        }
    }
}

/// The use case as a name: lower case, a hyphen for everything that is neither letter nor digit.
pub fn slug(text: &str) -> String {
    let mut name = String::new();
    for c in text.to_lowercase().chars() {
        match c {
            c if c.is_alphanumeric() => name.push(c),
            _ if !name.is_empty() && !name.ends_with('-') => name.push('-'),
            _ => {}
        }
    }
    name.trim_end_matches('-').to_owned()
}

/// The operations that were asked for, in the contract's order.
fn operations(new: &NewManifest) -> Result<Vec<&'static Operation>, Vec<Fault>> {
    let all = new.mode.operations();
    let mut faults = Vec::new();
    let mut chosen = vec![false; all.len()];
    for asked in &new.operations {
        let words: Vec<&str> = asked.split_whitespace().collect();
        let fits =
            |op: &Operation| matches!(words.as_slice(), [m, p] if m.eq_ignore_ascii_case(op.method) && *p == op.path);
        match all.iter().position(fits) {
            Some(place) => chosen[place] = true,
            None => {
                let whose = Mode::ALL.iter().find(|mode| mode.operations().iter().any(fits));
                let why = match whose {
                    Some(mode) => format!("this operation belongs to {mode}, and modes are never mixed"),
                    None => "no operation of Siesta AI's contract".to_owned(),
                };
                faults.push(Fault::new("/siestaApiOperations", why));
            }
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let everything = new.operations.is_empty();
    Ok(all.iter().zip(chosen).filter(|(_, chosen)| everything || *chosen).map(|(op, _)| op).collect())
}

fn fields(new: &NewManifest) -> Vec<Field> {
    let field = |name: &str, required: bool, description: String| Field {
        name: name.to_owned(),
        kind: "uuid".to_owned(),
        required,
        description,
    };
    let mut fields = vec![field("agentId", true, "The agent that is spoken to".to_owned())];
    if new.mode != Mode::WebPlugin {
        fields.push(field("organizationId", true, "The organization that the key belongs to".to_owned()));
        let workspace = match &new.workspace_id {
            Some(id) => format!("The workspace that the work is done in: {id}"),
            None => "The workspace that tasks and records belong to, where one is meant".to_owned(),
        };
        fields.push(field("workspaceId", false, workspace));
    }
    fields.extend(new.fields.iter().cloned());
    fields
}

/// The manifest, or every reason why there is none.
pub fn make(new: &NewManifest) -> Result<Value, Vec<Fault>> {
    let operations = operations(new)?;
    let name = new.name.clone().unwrap_or_else(|| slug(&new.use_case));
    let use_case = new.use_case.trim();
    let primary = new.assistants.iter().find(|assistant| assistant.role == "primary");
    let agent = new.agent_id.clone().or_else(|| primary.map(|primary| primary.agent_id.clone()));
    let agent = agent.unwrap_or_else(|| c::AGENT.to_owned());
    let organization = new.organization_id.clone().unwrap_or_else(|| c::ORGANIZATION.to_owned());
    let base_url = new.base_url.as_deref().unwrap_or(c::BASE_URL).trim_end_matches('/');
    let assistants: Value = match new.assistants.is_empty() {
        true => json!([{"role": "primary", "label": "Assistant", "agentId": agent, "purpose": use_case}]),
        false => new
            .assistants
            .iter()
            .map(|a| json!({"role": a.role, "label": a.label, "agentId": a.agent_id, "purpose": a.purpose}))
            .collect(),
    };
    let fields = fields(new);
    let context: Value = fields
        .iter()
        .map(|f| json!({"name": f.name, "type": f.kind, "required": f.required, "description": f.description}))
        .collect();
    let prose = prose::of(new.mode);
    let calls: Value = operations
        .iter()
        .map(|o| json!({"method": o.method, "path": o.path, "purpose": o.purpose, "requiredInputs": o.inputs}))
        .collect();
    let headers = json!({c::KEY_HEADER: c::KEY, c::ORGANIZATION_HEADER: organization});
    let dev = new.assistants.iter().find(|assistant| assistant.role == "dev");
    let own: Vec<&str> = new.fields.iter().map(|field| field.name.as_str()).collect();
    let output: Map<String, Value> = prose::OUTPUT.iter().map(|(key, text)| ((*key).to_owned(), json!(text))).collect();

    let mut all = json!({
        "manifestVersion": c::VERSION,
        "manifestType": format!("siesta-{}", new.mode),
        "provisional": true,
        "name": name,
        "useCase": use_case,
        "inputs": {
            "baseUrl": base_url,
            "organizationId": organization,
            "agentId": agent,
            "assistants": assistants,
            "integrationMode": new.mode.as_str(),
            "requiredContextFieldCount": fields.len(),
            "operationCount": operations.len(),
        },
        "integration": {"mode": new.mode.as_str(), "intent": prose.intent},
        "requiredContextFields": context,
        "openApiSource": c::OPEN_API,
        "apiReference": c::API_REFERENCE,
        "objective": format!("{} The use case: {use_case}", prose.objective),
        "siestaAi": {
            "apiBaseUrl": base_url,
            "assistants": assistants,
            "docs": {"externalApi": c::EXTERNAL_API_DOCS, "apiReference": c::API_REFERENCE},
            "requiredHeaders": headers,
            "requiredPathParameters": {"agentId": agent},
        },
        "siestaApiOperations": calls,
        "session": {
            "oneTime": true,
            "model": c::REALTIME_MODEL,
            "audio": c::REALTIME_AUDIO,
            "transport": "wss",
            "clientTools": [],
            "approvals": "The client answers with one message; its name and shape are in the API reference",
        },
        "widget": {
            "scriptFile": c::WIDGET_SCRIPT,
            "host": c::WIDGET_HOST,
            "agentId": agent,
            "devAgentId": dev.map_or(c::AGENT, |dev| dev.agent_id.as_str()),
            "pageContext": own,
            "allowedPageData": own,
        },
        "assistants": assistants,
        "automation": {"intent": prose.intent, "approvalPolicy": prose.approval, "outputContract": output},
        "implementationSteps": prose.steps,
        "codingAgentInstructions": prose.instructions,
    });
    let keys = new.mode.keys(Form::Generated);
    let made = super::shape::only(keys, &mut all);
    let faults = faults_of(&made, new.mode, Form::Generated);
    if faults.is_empty() { Ok(made) } else { Err(faults) }
}
