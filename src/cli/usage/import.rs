//! `siesta usage import`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::cli::unread::unread;
use crate::model::billing::Form;
use crate::model::decide::grouped;
use crate::ops::limits::OnAccount;
use crate::ops::usage::{self, ImportRequest, Imported, Source};
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use std::fs::File;
use std::io::{Cursor, Read};

/// Import usage from a provider's report, a gateway's log, or CSV
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta usage import usage.json --agent helper\n  \
                        siesta usage import spend.jsonl --connection research --skip-bad\n  \
                        siesta usage import usage.csv --dry-run",
    after_long_help = "Formats: openai (usage buckets), anthropic (usage reports), litellm (spend logs), csv with the \
                       columns time, input, output and, where they are known, connection, user, team, agent, model, \
                       reasoning, cache_read, cache_write, source_id. A time without a zone is in UTC.\n\
                       The same record is booked once, however often it is imported: an import that was interrupted is \
                       simply started again. One bad line, and nothing is booked, unless --skip-bad is given."
)]
pub(super) struct ImportArgs {
    /// The file; - for standard input
    #[arg(value_name = "FILE")]
    file: String,
    /// What it is: auto, openai, anthropic, litellm or csv
    #[arg(id = "file_format", long = "format", value_name = "FORMAT", default_value = "auto", value_parser = parse_form)]
    format: Chosen,
    /// Whose usage it is, where the file does not say
    #[arg(long, value_name = "CONNECTION")]
    connection: Option<String>,
    /// The user who spent it, where the file does not say
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    /// The team whose budget was used, where the file does not say
    #[arg(long, value_name = "TEAM")]
    team: Option<String>,
    /// The agent that called, where the file does not say
    #[arg(long, value_name = "AGENT")]
    agent: Option<String>,
    /// Leave out lines that cannot be used, and book the rest
    #[arg(long)]
    skip_bad: bool,
    /// Say what would be booked, and book nothing
    #[arg(long)]
    dry_run: bool,
}

/// None: to be seen from the file.
#[derive(Debug, Clone, Copy)]
struct Chosen(Option<Form>);

fn parse_form(text: &str) -> Result<Chosen, String> {
    match text {
        "auto" => Ok(Chosen(None)),
        _ => Form::parse(text)
            .map(|form| Chosen(Some(form)))
            .ok_or_else(|| "auto, openai, anthropic, litellm or csv".to_owned()),
    }
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ImportView {
    dry_run: bool,
    format: Form,
    /// Records that were not known before; under --dry-run all that can be used.
    booked: u64,
    /// What they count against limits.
    tokens: u64,
    /// Booked by an earlier import.
    known: u64,
    /// Of those: with other figures. What was booked first stays.
    differing: u64,
    bad: u64,
    /// The first of the bad lines.
    bad_lines: Vec<BadLineView>,
}

#[derive(JsonSchema, Serialize)]
struct BadLineView {
    line: u64,
    why: String,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: ImportArgs) -> Result<(), Error> {
    let mut source = open(&args.file)?;
    let siesta = unlock::open(ui, settings, "usage import")?;
    let request = ImportRequest {
        form: args.format.0,
        connection: args.connection,
        account: OnAccount { user: args.user, team: args.team, agent: args.agent },
        skip_bad: args.skip_bad,
        dry_run: args.dry_run,
    };
    let imported = {
        let bar = ui.progress(1, "importing usage");
        let mut told = 0;
        usage::import(&siesta, &mut *source, &request, &mut |done, all| {
            // Every line would be thousands of times a second.
            if done >= told {
                told = done + 64 * 1024;
                bar.reach(done, all);
            }
        })?
    };
    let words = words(&imported, request.dry_run);
    let shown = imported.bad_lines.iter().take(SHOWN);
    if !ui.is_json() {
        for bad in shown {
            ui.warn(&format!("line {} is left out: {}", bad.line, bad.why));
        }
        if imported.bad > SHOWN as u64 {
            ui.warn(&format!("{} more lines are left out", grouped(imported.bad - SHOWN as u64)));
        }
        if imported.differing > 0 {
            let differing = grouped(imported.differing);
            ui.warn(&format!("{differing} known records have other figures now; what was booked first stays"));
        }
    }
    let view = ImportView {
        dry_run: request.dry_run,
        format: imported.form,
        booked: imported.booked,
        tokens: imported.tokens,
        known: imported.known,
        differing: imported.differing,
        bad: imported.bad,
        bad_lines: imported.bad_lines.into_iter().map(|bad| BadLineView { line: bad.line, why: bad.why }).collect(),
    };
    ui.done(&view, &words)
}

/// Bad lines that are named to a person; a program gets more of them.
const SHOWN: usize = 10;

fn words(imported: &Imported, dry_run: bool) -> String {
    let would = if dry_run { "would book" } else { "booked" };
    let records = if imported.booked == 1 { "record" } else { "records" };
    let mut words = format!(
        "{would} {} {records} with {} tokens ({})",
        grouped(imported.booked),
        grouped(imported.tokens),
        imported.form
    );
    if imported.known > 0 {
        words.push_str(&format!("; {} known already", grouped(imported.known)));
    }
    words
}

/// A pipe is read into memory, because a file is looked at before anything is booked; what is larger is for a file.
const MOST_FROM_PIPE: u64 = 64 << 20;

fn open(file: &str) -> Result<Box<dyn Source>, Error> {
    let failed = |error: std::io::Error| unread(file, &error);
    if file != "-" {
        let opened = File::open(file).map_err(failed)?;
        let is_file = opened.metadata().map_err(failed)?.is_file();
        return match is_file {
            true => Ok(Box::new(opened)),
            false => {
                Err(Error::usage(format!("{file} is no file")).hint("siesta usage import -        (reads a pipe)"))
            }
        };
    }
    let mut bytes = Vec::new();
    std::io::stdin().take(MOST_FROM_PIPE + 1).read_to_end(&mut bytes).map_err(failed)?;
    match bytes.len() as u64 > MOST_FROM_PIPE {
        true => Err(Error::usage("more than 64 MiB came from the pipe").hint("siesta usage import FILE")),
        false => Ok(Box::new(Cursor::new(bytes))),
    }
}
