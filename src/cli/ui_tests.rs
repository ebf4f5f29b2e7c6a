//! One shape per format; words that cannot act on a terminal; a closed pipe.
use super::heard::ui;
use super::*;
use serde_json::json;

#[derive(Serialize)]
struct Limit {
    name: &'static str,
    daily: i64,
}

impl Row for Limit {
    const HEADERS: &'static [&'static str] = &["NAME", "DAILY"];
    fn cells(&self) -> Vec<Cell> {
        vec![Cell::text(self.name), Cell::number(self.daily)]
    }
}

const LIMITS: [Limit; 2] = [Limit { name: "openai", daily: 1_000 }, Limit { name: "gemini", daily: 7 }];

#[test]
fn a_list_has_one_shape_per_format() {
    let shapes = [
        (Format::Table, "openai\t1000\ngemini\t7\n"),
        (Format::Csv, "name,daily\nopenai,1000\ngemini,7\n"),
        (Format::Tsv, "name\tdaily\nopenai\t1000\ngemini\t7\n"),
        (Format::Jsonl, "{\"name\":\"openai\",\"daily\":1000}\n{\"name\":\"gemini\",\"daily\":7}\n"),
        (Format::Json, "{\n  \"schemaVersion\": 1,\n  \"total\": 2\n}\n"),
        (Format::Yaml, "schemaVersion: 1\ntotal: 2\n"),
    ];
    for (format, expected) in shapes {
        let (mut ui, stdout, stderr) = ui(format);
        ui.list(&json!({"total": 2}), &LIMITS).unwrap();
        assert_eq!(stdout.text(), expected);
        assert_eq!(stderr.text(), "");
    }
}

#[test]
fn a_terminal_gets_a_table_and_a_record_with_times_from_now() {
    let (mut ui, stdout, _) = ui(Format::Table);
    ui.manner.stdout_is_terminal = true;
    ui.list(&json!({}), &LIMITS).unwrap();
    ui.record(&json!({}), &[("last ok", Cell::time("2026-11-21T12:00:00Z".parse().unwrap()))]).unwrap();
    assert_eq!(stdout.text(), "NAME    DAILY\nopenai  1,000\ngemini      7\nlast ok  2026-11-21T12:00:00Z (3 h ago)\n");
}

#[test]
fn quiet_silences_success_and_nothing_else() {
    let (mut ui, stdout, stderr) = ui(Format::Table);
    ui.manner.quiet = true;
    ui.say("connected \"openai\"");
    ui.hint("siesta list");
    ui.warn("the clock is off");
    ui.error(&Error::new(Exit::Failure, "no"));
    assert_eq!((stdout.text().as_str(), stderr.text().as_str()), ("", "warning: the clock is off\nerror: no\n"));
}

#[test]
fn an_answer_is_words_for_people_and_a_document_for_programs() {
    for (format, on_stdout, on_stderr) in
        [(Format::Table, "", "renamed to b\n"), (Format::Jsonl, "{\"schemaVersion\":1,\"name\":\"b\"}\n", "")]
    {
        let (mut ui, stdout, stderr) = ui(format);
        ui.done(&json!({"name": "b"}), "renamed to b").unwrap();
        assert_eq!((stdout.text().as_str(), stderr.text().as_str()), (on_stdout, on_stderr));
    }
}

#[test]
fn an_error_under_json_is_one_document_on_stderr() {
    let (mut ui, stdout, stderr) = ui(Format::Json);
    ui.error(&Error::new(Exit::Locked, "the key is wrong"));
    assert_eq!(stdout.text(), "");
    assert_eq!(stderr.text(), "{\"error\":{\"code\":\"locked\",\"message\":\"the key is wrong\",\"exit\":5}}\n");
}

#[test]
fn an_error_under_yaml_is_text() {
    let (mut ui, stdout, stderr) = ui(Format::Yaml);
    ui.error(&Error::new(Exit::Locked, "the key is wrong"));
    assert_eq!((stdout.text().as_str(), stderr.text().as_str()), ("", "error: the key is wrong\n"));
}

#[test]
fn words_from_outside_cannot_act_on_the_terminal() {
    let (mut ui, _, stderr) = ui(Format::Table);
    ui.say("connected \u{1b}[2J\u{202e}");
    assert_eq!(stderr.text(), "connected \\u{1b}[2J\\u{202e}\n");
}

#[test]
fn a_closed_pipe_ends_the_command_silently() {
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut ui = Ui::from_writers(Box::new(Closed), Box::new(Closed), Format::Table, Timestamp::UNIX_EPOCH);
    let error = ui.list(&json!({}), &LIMITS).unwrap_err();
    assert_eq!((error.exit, error.is_silent()), (Exit::Ok, true));
}
