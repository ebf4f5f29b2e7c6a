//! `siesta access approve`
use crate::cli::advice::quoted;
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::access;
use crate::view::access::AccessRequestView;
use crate::view::connection::PolicyView;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Approve a request: the connection is assigned, read-only to begin with
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta access approve 019ab1c2-5f3e")]
pub(super) struct ApproveArgs {
    /// The request's id, or as much of its beginning as tells it apart
    #[arg(value_name = "REQUEST")]
    id: String,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct ApprovedView {
    request: AccessRequestView,
    policy: PolicyView,
    /// False: it was assigned already, and its policy is as it was.
    assigned: bool,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: ApproveArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "access approve")?;
    let (approved, policy, assigned) = access::approve(&siesta, &args.id)?;
    let (agent, connection) = (policy.agent_name.clone(), approved.label.clone());
    let document = ApprovedView {
        request: AccessRequestView::new(&approved.request, &approved.label),
        policy: PolicyView::new(&policy),
        assigned,
    };
    let words = match assigned {
        true => format!("approved: \"{agent}\" may use \"{connection}\" ({})", policy.default_mode),
        false => format!("approved; \"{connection}\" was assigned to \"{agent}\" already, and its policy is as it was"),
    };
    ui.done(&document, &words)?;
    if let Some(function) = &document.request.function {
        // An approval gives what an assignment gives; whether the function passes is another question.
        let (agent, connection) = (quoted(&agent), quoted(&connection));
        ui.next(&format!(
            "siesta explain --agent {agent} --connection {connection} {function}        (what it may do)"
        ));
    }
    Ok(())
}
