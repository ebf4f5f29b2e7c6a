//! Telling somebody that a question waits: the command that `notify` in config.toml names.
//!
//! What must stay true: the command learns who asks for what, where and until when, and nothing else: no credential, no
//! argument or body of the call, no query, no variable of ours. Each question is told once. A command that fails or hangs
//! holds nothing up, and one that somebody else could have put into the file is not run.
use super::settings::Settings;
use super::ui::Ui;
use crate::model::id::ExecutionId;
use crate::ops::{Siesta, approvals};
use crate::view::execution::ExecutionView;
use serde_json::json;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Command, Stdio};

/// Write permission for group or others.
const FOR_OTHERS: u32 = 0o022;

/// Runs the command for a question that has just been asked.
pub(super) fn tell(ui: &mut Ui, settings: &Settings, siesta: &Siesta, id: ExecutionId) {
    let Some((program, arguments)) = settings.notify.split_first() else { return };
    if settings.config_file.as_deref().is_none_or(|file| !is_ours(file)) {
        ui.warn("notify is not run: others may write config.toml");
        return ui.hint("siesta doctor --fix");
    }
    let Ok(execution) = approvals::show(siesta, &id.to_string()) else { return };
    let view = ExecutionView::new(&execution);
    let told = json!({
        "schemaVersion": 1, "executionId": view.id, "agent": view.agent, "user": view.user, "team": view.team,
        "connection": view.connection, "service": view.service, "action": view.action, "method": view.method,
        "url": view.url.split(['?', '#']).next(), "reason": view.approval_reason, "createdAt": view.created_at,
        "expiresAt": view.expires_at, "approve": format!("siesta executions approve {}", view.id),
    });
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    for name in &settings.withheld_from_helpers {
        command.env_remove(name);
    }
    match command.spawn() {
        // Far less than a pipe holds, so that nobody waits for a reader; and nobody waits for the end.
        Ok(mut child) => {
            if let Some(mut stdin) = child.stdin.take() {
                let _ = stdin.write_all(format!("{told}\n").as_bytes());
            }
        }
        Err(error) => ui.warn(&format!("notify could not be run: {program}: {}", error.kind())),
    }
}

fn is_ours(file: &Path) -> bool {
    let own = [rustix::process::geteuid().as_raw(), 0];
    std::fs::metadata(file).is_ok_and(|found| own.contains(&found.uid()) && found.mode() & FOR_OTHERS == 0)
}
