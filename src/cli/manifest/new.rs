//! `siesta manifest new`
use super::parse_mode;
use crate::cli::advice::quoted;
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::format;
use crate::cli::ui::Ui;
use crate::model::manifest::{self, Assistant, FILE_NAME, Field, Mode, NewManifest};
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Write the manifest of an integration
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  \
                        siesta manifest new --mode external-api --use-case 'Answer support mail' --out support.json\n  \
                        siesta manifest new --mode realtime-api --use-case 'Talk to callers' --out -\n  \
                        siesta manifest new --mode web-plugin --use-case 'Help in the shop' --field page:string --out -")]
pub(super) struct NewArgs {
    /// external-api, realtime-api or web-plugin; asked for unless given, and then everything else is too
    #[arg(long, value_parser = parse_mode)]
    mode: Option<Mode>,
    /// What the integration is for
    #[arg(long, value_name = "TEXT")]
    use_case: Option<String>,
    /// Its name, in lower case with hyphens; made from the use case unless given
    #[arg(long)]
    name: Option<String>,
    /// The agent; a placeholder unless given
    #[arg(long, value_name = "ID")]
    agent_id: Option<String>,
    /// The organization; a placeholder unless given
    #[arg(long, value_name = "ID")]
    organization_id: Option<String>,
    /// The workspace that the work is done in
    #[arg(long, value_name = "ID")]
    workspace_id: Option<String>,
    /// Another server than Siesta AI's own
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// A value that the product owns and the integration needs; may be repeated
    #[arg(long = "field", value_name = "NAME:TYPE[:required][:DESCRIPTION]", value_parser = parse_field)]
    fields: Vec<Field>,
    /// Only this operation of the mode; may be repeated; all of them unless given
    #[arg(long = "operation", value_name = "METHOD PATH")]
    operations: Vec<String>,
    /// An assistant, where there are several; one has the role primary; may be repeated
    #[arg(long = "assistant", value_name = "ROLE:LABEL:ID:PURPOSE", value_parser = parse_assistant)]
    assistants: Vec<Assistant>,
    /// Where to write it, never over a file that is there; - for standard output
    #[arg(long, value_name = "FILE|-", default_value = FILE_NAME)]
    out: PathBuf,
}

fn parse_field(text: &str) -> Result<Field, String> {
    Field::parse(text).ok_or_else(|| "NAME:TYPE[:required][:DESCRIPTION]".to_owned())
}

fn parse_assistant(text: &str) -> Result<Assistant, String> {
    Assistant::parse(text).ok_or_else(|| "ROLE:LABEL:ID:PURPOSE".to_owned())
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewView {
    /// Null: it went to standard output.
    path: Option<String>,
    mode: Mode,
    /// Whether the layout is siesta's own and may change.
    provisional: bool,
    #[schemars(with = "serde_json::Map<String, Value>")]
    manifest: Value,
}

/// What an empty answer is.
const NONE: &str = "none";

/// What was typed on the line, completed by questions where mode or use case is missing.
fn asked(ui: &mut Ui, args: NewArgs) -> Result<NewManifest, Error> {
    let step_by_step = args.mode.is_none() || args.use_case.is_none();
    let mode = match args.mode {
        Some(mode) => mode,
        None => {
            let items = [
                "external-api – a trusted server calls Siesta AI",
                "realtime-api – a live conversation over a socket (provisional)",
                "web-plugin – the widget in a web page (provisional)",
            ];
            let place = ui.choose("which mode", "--mode", &items.map(str::to_owned))?;
            Mode::ALL.get(place).copied().unwrap_or(Mode::ExternalApi)
        }
    };
    let use_case = match args.use_case {
        Some(use_case) => use_case,
        None => ui.ask("what is the integration for?", "--use-case", None)?,
    };
    let mut new = NewManifest {
        mode,
        name: args.name,
        use_case,
        agent_id: args.agent_id,
        organization_id: args.organization_id,
        workspace_id: args.workspace_id,
        base_url: args.base_url,
        fields: args.fields,
        operations: args.operations,
        assistants: args.assistants,
    };
    if step_by_step && ui.is_interactive() {
        // What was said so far is looked at before more is asked.
        made(&new)?;
        the_rest(ui, &mut new)?;
    }
    Ok(new)
}

fn made(new: &NewManifest) -> Result<Value, Error> {
    manifest::make(new).map_err(|faults| {
        let words: Vec<String> = faults.iter().map(|fault| format!("{}: {}", fault.pointer, fault.message)).collect();
        Error::usage("no manifest can be made of this").cause(words.join("; ")).hint("siesta manifest new --help")
    })
}

/// Asks for one thing more until the answer fits what was said before; an answer that does not is asked for again, so a
/// slip costs none of the others. False: nothing was answered.
fn one_more(
    ui: &mut Ui,
    new: &mut NewManifest,
    (question, flag, default): (&str, &str, &str),
    put: impl Fn(&mut NewManifest, String) -> Result<(), String>,
) -> Result<bool, Error> {
    loop {
        let answer = ui.ask(question, flag, Some(default))?;
        if answer.is_empty() || answer == NONE {
            return Ok(false);
        }
        let mut tried = new.clone();
        let refused = match put(&mut tried, answer) {
            Err(form) => format!("it is typed as {form}"),
            Ok(()) => match manifest::make(&tried) {
                Ok(_) => {
                    *new = tried;
                    return Ok(true);
                }
                Err(faults) => faults.into_iter().next().map(|fault| fault.message).unwrap_or_default(),
            },
        };
        ui.warn(&refused);
    }
}

fn the_rest(ui: &mut Ui, new: &mut NewManifest) -> Result<(), Error> {
    type Put = fn(&mut NewManifest, String) -> Result<(), String>;
    let ids: [(bool, &str, &str, Put); 4] = [
        (new.agent_id.is_none(), "id of the agent", "--agent-id", |new, id| {
            new.agent_id = Some(id);
            Ok(())
        }),
        (new.organization_id.is_none(), "id of the organization", "--organization-id", |new, id| {
            new.organization_id = Some(id);
            Ok(())
        }),
        (new.workspace_id.is_none(), "id of the workspace", "--workspace-id", |new, id| {
            new.workspace_id = Some(id);
            Ok(())
        }),
        (new.base_url.is_none(), "another server than Siesta AI's own", "--base-url", |new, url| {
            new.base_url = Some(url);
            Ok(())
        }),
    ];
    if new.name.is_none() {
        let slug = manifest::slug(&new.use_case);
        one_more(ui, new, ("its name", "--name", &slug), |new, name| {
            new.name = Some(name);
            Ok(())
        })?;
    }
    // A web page knows the agent and nothing else.
    let many = if new.mode == Mode::WebPlugin { 1 } else { ids.len() };
    if ids.iter().take(many.min(2)).any(|(is_missing, ..)| *is_missing) {
        // Not in the questions: an id of 36 characters has to fit beside them.
        ui.say("the id of an agent or organization may be filled in later: none leaves a placeholder");
    }
    for (is_missing, question, flag, put) in ids.into_iter().take(many) {
        if is_missing {
            one_more(ui, new, (question, flag, NONE), put)?;
        }
    }
    while new.mode == Mode::ExternalApi {
        let question = match new.operations.len() {
            0 => "only some operations? METHOD PATH (none: all)".to_owned(),
            count => format!("another operation, METHOD PATH ({count} so far)"),
        };
        let put = |new: &mut NewManifest, operation| {
            new.operations.push(operation);
            Ok(())
        };
        if !one_more(ui, new, (&question, "--operation", NONE), put)? {
            break;
        }
    }
    let field = "a value of the product, NAME:TYPE[:required][:DESCRIPTION]";
    while one_more(ui, new, (field, "--field", NONE), |new, text| {
        new.fields.push(parse_field(&text)?);
        Ok(())
    })? {}
    let assistant = "one of several assistants, ROLE:LABEL:ID:PURPOSE";
    while one_more(ui, new, (assistant, "--assistant", NONE), |new, text| {
        new.assistants.push(parse_assistant(&text)?);
        Ok(())
    })? {}
    Ok(())
}

fn is_there(path: &Path) -> Error {
    Error::new(Exit::Conflict, format!("cannot write {}", path.display()))
        .cause("it is there already, and nothing is written over")
        .hint("--out ANOTHER-FILE")
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => is_there(path),
        kind => Error::new(Exit::Failure, format!("cannot write {}", path.display()))
            .cause(kind.to_string())
            .hint("--out ANOTHER-FILE"),
    })
}

pub(super) fn run(ui: &mut Ui, args: NewArgs) -> Result<Exit, Error> {
    let out = args.out.clone();
    let to_stdout = out == Path::new("-");
    // Before a dozen questions, whose answers would be lost.
    if !to_stdout && out.symlink_metadata().is_ok() {
        return Err(is_there(&out));
    }
    let new = asked(ui, args)?;
    let manifest = made(&new)?;
    let provisional = new.mode.is_provisional();
    let text = format!("{}\n", format::pretty(&manifest));
    if !to_stdout {
        write(&out, &text)?;
    }
    let path = (!to_stdout).then(|| out.display().to_string());
    match ui.is_json() {
        true => ui.document(&NewView { path, mode: new.mode, provisional, manifest })?,
        false if to_stdout => ui.text(&text)?,
        false => ui.say(&format!("wrote the manifest to {}", out.display())),
    }
    if provisional {
        ui.warn(&format!(
            "{} manifests are provisional: their layout is siesta's own, and nothing can confirm it",
            new.mode
        ));
    }
    if !to_stdout {
        ui.next(&format!("siesta manifest validate {}", quoted(&out.to_string_lossy())));
    }
    Ok(Exit::Ok)
}
