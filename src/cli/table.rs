//! Lists and records for people and for pipes.
//!
//! What must stay true: a terminal gets headers, relative times and lines that fit it; a pipe gets one row per line,
//! tabs between, RFC 3339 times, nothing cut and no header, so `cut -f2` and `while read` work. Every cell passes
//! [`harmless`] on its way out, so no value can break a line or a column. The table crate is named only in this file.
use super::colour::Tone;
use super::columns::{Column, NARROWEST_COLUMN, fitted, with_room};
use super::fold::{broken, folded, shortened};
use super::harmless::{harmless, harmless_up_to};
use crate::model::time::Timestamp;
use comfy_table::{Attribute, CellAlignment, Color, Table, presets};
use unicode_width::UnicodeWidthStr;

/// No terminal is this wide; a longer cell is cut before it is measured, so a megabyte costs nothing.
pub(super) const WIDEST_CELL: usize = 500;
/// What is longer is nothing that anybody reads in a table; all the members of a large team are.
const LONGEST_WORDS: usize = 20_000;
/// Between two columns.
pub(super) const GAP: usize = 2;
/// A UUID of version 7 begins with its millisecond, 12 digits and a hyphen; with 8 digits all of a minute look alike.
const TYPED_ID: usize = 13;

/// What a list shows of one of its things. Implemented beside the command that shows it.
pub trait Row {
    /// In capitals, as people know them from other tools.
    const HEADERS: &'static [&'static str];

    /// What a narrow terminal leaves out before it cuts what matters, the first one first. Every other format has all.
    const SPARE: &'static [&'static str] = &[];

    /// As many cells as there are headers.
    fn cells(&self) -> Vec<Cell>;
}

/// One value, knowing how it wants to be shown.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Text(String),
    /// What is typed as it stands here: never cut.
    Whole(String),
    /// A sentence: on a terminal it goes on below itself, up to [`LONGEST_WORDS`]. Every other format has all of it.
    Words(String),
    /// An id people type: on a terminal as much of it as tells it apart, elsewhere all of it.
    Id(String),
    /// "3 h ago" on a terminal, RFC 3339 elsewhere.
    Time(Timestamp),
    /// Right aligned, on a terminal with thousands apart.
    Number(i64),
    /// A number with a unit or a sign: right aligned, shown as given.
    Figure(String),
    /// A word or a few with a colour: goes on below itself, too.
    State(String, Tone),
    Empty,
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Cell {
        Cell::Text(text.into())
    }

    pub fn maybe_text(text: Option<impl Into<String>>) -> Cell {
        text.map_or(Cell::Empty, |text| Cell::Text(text.into()))
    }

    pub fn whole(text: impl Into<String>) -> Cell {
        Cell::Whole(text.into())
    }

    pub fn words(text: impl Into<String>) -> Cell {
        Cell::Words(text.into())
    }

    pub fn maybe_words(text: Option<impl Into<String>>) -> Cell {
        text.map_or(Cell::Empty, |text| Cell::Words(text.into()))
    }

    /// Several names in one cell; none is an empty cell.
    pub fn names(names: &[String]) -> Cell {
        if names.is_empty() { Cell::Empty } else { Cell::text(names.join(", ")) }
    }

    pub fn id(id: impl Into<String>) -> Cell {
        Cell::Id(id.into())
    }

    pub fn time(time: Timestamp) -> Cell {
        Cell::Time(time)
    }

    pub fn maybe_time(time: Option<Timestamp>) -> Cell {
        time.map_or(Cell::Empty, Cell::Time)
    }

    pub fn number(number: impl Into<i64>) -> Cell {
        Cell::Number(number.into())
    }

    pub fn figure(figure: impl Into<String>) -> Cell {
        Cell::Figure(figure.into())
    }

    pub fn state(word: impl Into<String>, tone: Tone) -> Cell {
        Cell::State(word.into(), tone)
    }

    /// For pipes and files: exact.
    pub(super) fn exact(&self) -> String {
        match self {
            Cell::Text(text)
            | Cell::Whole(text)
            | Cell::Words(text)
            | Cell::Figure(text)
            | Cell::State(text, _)
            | Cell::Id(text) => harmless(text).into_owned(),
            Cell::Time(time) => rfc3339(*time),
            Cell::Number(number) => number.to_string(),
            Cell::Empty => String::new(),
        }
    }

    /// For eyes, outside a table.
    pub(super) fn for_eyes(&self, now: Timestamp) -> String {
        self.shown(now)
    }

    /// For eyes: short.
    fn shown(&self, now: Timestamp) -> String {
        match self {
            Cell::Whole(text) if !text.is_empty() => harmless(text).into_owned(),
            Cell::Words(text) if !text.is_empty() => harmless_up_to(text, LONGEST_WORDS),
            Cell::Text(text) | Cell::Whole(text) | Cell::Words(text) | Cell::Figure(text) | Cell::State(text, _) => {
                match text.as_str() {
                    "" => "-".to_owned(),
                    text => harmless_up_to(text, WIDEST_CELL),
                }
            }
            Cell::Id(id) => harmless(id).chars().take(TYPED_ID).collect(),
            Cell::Time(time) => relative(*time, now),
            Cell::Number(number) => with_thousands(*number),
            Cell::Empty => "-".to_owned(),
        }
    }

    pub(super) fn is_right_aligned(&self) -> bool {
        matches!(self, Cell::Number(_) | Cell::Figure(_))
    }

    pub(super) fn is_rigid(&self) -> bool {
        self.is_right_aligned() || matches!(self, Cell::Time(_) | Cell::Id(_) | Cell::Whole(_))
    }

    pub(super) fn says_nothing(&self) -> bool {
        match self {
            Cell::Empty => true,
            Cell::Text(text) | Cell::Whole(text) | Cell::Words(text) | Cell::Figure(text) | Cell::State(text, _) => {
                text.is_empty()
            }
            Cell::Id(_) | Cell::Time(_) | Cell::Number(_) => false,
        }
    }
}

/// The instant to the second; a fraction means nothing to the reader of a list.
pub(super) fn rfc3339(time: Timestamp) -> String {
    Timestamp::from_second(time.as_second()).unwrap_or(time).to_string()
}

/// How far away an instant is, in the largest unit that says enough.
pub fn relative(time: Timestamp, now: Timestamp) -> String {
    let seconds = time.as_second() - now.as_second();
    let distance = seconds.unsigned_abs();
    let amount = match distance {
        0..=4 => return "just now".to_owned(),
        5..=59 => format!("{distance} s"),
        60..=3_599 => format!("{} min", distance / 60),
        3_600..=86_399 => format!("{} h", distance / 3_600),
        86_400..=5_183_999 => format!("{} d", distance / 86_400),
        // Two months and more: thirty days to a month is near enough at that distance.
        5_184_000..=63_071_999 => format!("{} months", distance / 2_592_000),
        _ => format!("{} years", distance / 31_536_000),
    };
    if seconds < 0 { format!("{amount} ago") } else { format!("in {amount}") }
}

fn with_thousands(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut shown = String::from(if number < 0 { "-" } else { "" });
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// How a terminal is to be served.
#[derive(Debug, Clone, Copy)]
pub(super) struct Screen {
    pub width: usize,
    pub paints: bool,
    pub now: Timestamp,
}

/// The rows under their headers, the widest columns of words shortened until a line fits the screen. Numbers and times
/// are never shortened: `1,23…` would be read as a number. Where there is no room for what a column must show, columns that
/// say nothing are left out, then those of `spare`.
pub(super) fn for_screen(headers: &[&str], rows: &[Vec<Cell>], spare: &[&str], screen: Screen) -> String {
    let shown: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| cell.shown(screen.now)).collect()).collect();
    let all = (0..headers.len()).map(|place| Column::of(place, headers, rows, &shown)).collect();
    let columns = with_room(all, spare, screen.width);
    let Some(widths) = fitted(&columns, screen.width) else {
        return blocks(headers, rows, &shown, screen);
    };

    let mut table = new_table(screen.paints);
    table.set_header(columns.iter().zip(&widths).map(|(column, width)| {
        let header = match column.is_read_whole {
            true => broken(column.header, *width).join("\n"),
            false => shortened(column.header, *width),
        };
        let cell = laid(header, column.is_right_aligned);
        if screen.paints { cell.add_attribute(Attribute::Bold) } else { cell }
    }));
    for (row, texts) in rows.iter().zip(shown) {
        let cells = columns.iter().zip(&widths).filter_map(|(column, width)| {
            let (cell, text) = (row.get(column.place)?, texts.get(column.place)?);
            let text = match cell {
                Cell::Words(_) | Cell::State(..) => broken(text, *width).join("\n"),
                _ => shortened(text, *width),
            };
            Some(toned(laid(text, column.is_right_aligned), cell, screen.paints))
        });
        table.add_row(cells.collect::<Vec<_>>());
    }
    finish(table)
}

/// Every row as lines of its own, for a terminal too narrow for columns.
fn blocks(headers: &[&str], rows: &[Vec<Cell>], shown: &[Vec<String>], screen: Screen) -> String {
    let names = headers.iter().map(|header| header.width()).max().unwrap_or(0);
    let room = screen.width.saturating_sub(names + GAP).max(NARROWEST_COLUMN);
    let blocks = rows.iter().zip(shown).map(|(row, texts)| {
        let mut table = new_table(screen.paints);
        for ((header, cell), text) in headers.iter().zip(row).zip(texts) {
            // As wide as the widest name of all, so that the blocks stand in line.
            let name = comfy_table::Cell::new(format!("{header:names$}"));
            let name = if screen.paints { name.add_attribute(Attribute::Bold) } else { name };
            let text = match cell {
                Cell::Words(_) | Cell::State(..) => broken(text, room).join("\n"),
                // The terminal breaks it, and copies it whole.
                Cell::Whole(_) => text.clone(),
                _ => shortened(text, room),
            };
            table.add_row([name, toned(comfy_table::Cell::new(text), cell, screen.paints)]);
        }
        finish(table)
    });
    blocks.collect::<Vec<_>>().join("\n")
}

/// Names in a left column, values beside them. Values are not cut: a record is what people copy from. One that is too long
/// goes on below itself at a space; a single long word, such as a path, is left for the terminal to break, which copies it whole.
pub(super) fn record_for_screen(fields: &[(&str, Cell)], screen: Screen) -> String {
    let mut table = new_table(screen.paints);
    let names = fields.iter().map(|(name, _)| name.width()).max().unwrap_or(0);
    let room = screen.width.saturating_sub(names + GAP).max(NARROWEST_COLUMN);
    for (name, cell) in fields {
        let value = match cell {
            Cell::Text(text) | Cell::Whole(text) | Cell::Words(text) if !text.is_empty() => harmless(text).into_owned(),
            // One instant in a record is worth both spellings.
            Cell::Time(time) => format!("{} ({})", rfc3339(*time), relative(*time, screen.now)),
            Cell::State(word, _) => harmless(word).into_owned(),
            other => other.shown(screen.now),
        };
        for (line, value) in folded(&value, room).into_iter().enumerate() {
            let name = comfy_table::Cell::new(if line == 0 { name } else { "" });
            let name = if screen.paints { name.add_attribute(Attribute::Dim) } else { name };
            let value = comfy_table::Cell::new(value);
            table.add_row([name, toned(value, cell, screen.paints)]);
        }
    }
    finish(table)
}

/// Tab-separated lines, exact values, no header. An empty string for no rows.
pub(super) fn for_pipe(rows: &[Vec<Cell>]) -> String {
    let mut lines = String::new();
    for row in rows {
        lines.push_str(&row.iter().map(Cell::exact).collect::<Vec<_>>().join("\t"));
        lines.push('\n');
    }
    lines
}

/// Values separated by `delimiter` under a header, quoted where the format needs it.
pub(super) fn delimited(headers: &[&str], rows: &[Vec<Cell>], delimiter: u8) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    writer.write_record(headers.iter().map(|header| header.to_lowercase().replace([' ', '-'], "_")))?;
    for row in rows {
        writer.write_record(row.iter().map(Cell::exact))?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

fn new_table(paints: bool) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    if paints {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    table
}

fn finish(mut table: Table) -> String {
    let last = table.column_count().saturating_sub(1);
    for (place, column) in table.column_iter_mut().enumerate() {
        // Behind the last column a gap would stand inside the paint, where it cannot be trimmed, and break the line.
        column.set_padding((0, if place == last { 0 } else { GAP as u16 }));
    }
    let mut text: String = table.lines().map(|line| format!("{}\n", without_blank_end(&line))).collect();
    if text == "\n" {
        text.clear();
    }
    text
}

/// The line without blanks at its end, also where they stand inside the paint of its last word: there they would break
/// the line of a terminal that is exactly as wide.
fn without_blank_end(line: &str) -> String {
    let line = line.trim_end();
    let is_paint = |rest: &str| {
        let digits = rest.strip_prefix("\u{1b}[").and_then(|rest| rest.strip_suffix('m'));
        digits.is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_digit() || b == b';'))
    };
    let reset = line.rfind('\u{1b}').filter(|at| is_paint(&line[*at..]));
    match reset {
        Some(at) => format!("{}{}", line[..at].trim_end(), &line[at..]),
        None => line.to_owned(),
    }
}

fn laid(text: String, is_right_aligned: bool) -> comfy_table::Cell {
    let cell = comfy_table::Cell::new(text);
    if is_right_aligned { cell.set_alignment(CellAlignment::Right) } else { cell }
}

fn toned(laid_out: comfy_table::Cell, cell: &Cell, paints: bool) -> comfy_table::Cell {
    match cell {
        Cell::State(_, tone) if paints => painted(laid_out, *tone),
        _ => laid_out,
    }
}

fn painted(cell: comfy_table::Cell, tone: Tone) -> comfy_table::Cell {
    match tone {
        Tone::Good => cell.fg(Color::DarkGreen),
        Tone::Waiting => cell.fg(Color::DarkYellow),
        Tone::Bad => cell.fg(Color::DarkRed).add_attribute(Attribute::Bold),
        Tone::Quiet => cell.add_attribute(Attribute::Dim),
        Tone::Advice => cell.fg(Color::DarkCyan),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-11-21T15:00:00Z";

    #[test]
    fn a_painted_word_brings_no_blanks_to_the_end_of_its_line() {
        let fields = [("key", Cell::text("a path that is much longer")), ("state", Cell::state("none", Tone::Good))];
        let painted = Screen { paints: true, ..screen(80) };
        let text = record_for_screen(&fields, painted);
        assert!(text.contains("none\u{1b}["), "{text:?}");
        assert_eq!(without_blank_end("a \u{1b}[32mfrom"), "a \u{1b}[32mfrom");
    }

    fn screen(width: usize) -> Screen {
        Screen { width, paints: false, now: NOW.parse().unwrap() }
    }

    fn rows() -> Vec<Vec<Cell>> {
        let time = |text: &str| Cell::time(text.parse().unwrap());
        vec![
            vec![
                Cell::text("gmail-support"),
                Cell::state("healthy", Tone::Good),
                time("2026-11-21T12:00:00.5Z"),
                Cell::number(1_234_567),
            ],
            vec![
                Cell::text("a very long label, 漢字漢字, that no narrow terminal can show in one piece"),
                Cell::state("needs_reauth", Tone::Bad),
                Cell::Empty,
                Cell::number(7),
            ],
        ]
    }

    const HEADERS: [&str; 4] = ["NAME", "STATUS", "LAST OK", "TOKENS"];

    #[test]
    fn a_terminal_gets_headers_relative_times_and_aligned_numbers() {
        let expected = "\
NAME                                      STATUS        LAST OK     TOKENS
gmail-support                             healthy       3 h ago  1,234,567
a very long label, 漢字漢字, that no na…  needs_reauth  -                7
";
        assert_eq!(for_screen(&HEADERS, &rows(), &[], screen(74)), expected);
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        for width in 20..200 {
            for line in for_screen(&HEADERS, &rows(), &[], screen(width)).lines() {
                assert!(line.width() <= width, "{width}: {line}");
            }
        }
    }

    #[test]
    fn a_narrow_terminal_gets_blocks_and_never_half_a_number() {
        let expected = "\
NAME     gmail-support
STATUS   healthy
LAST OK  3 h ago
TOKENS   1,234,567

NAME     a very long label, …
STATUS   needs_reauth
LAST OK  -
TOKENS   7
";
        assert_eq!(for_screen(&HEADERS, &rows(), &[], screen(30)), expected);
        for width in 20..200 {
            assert!(for_screen(&HEADERS, &rows(), &[], screen(width)).contains("1,234,567"), "{width}");
        }
    }

    #[test]
    fn a_painted_line_is_no_wider_than_a_plain_one() {
        for width in [60, 80] {
            let text = for_screen(&HEADERS, &rows(), &[], Screen { paints: true, ..screen(width) });
            for line in text.lines() {
                let plain = dialoguer::console::strip_ansi_codes(line);
                assert!(plain.width() <= width, "{width}: {plain}");
            }
        }
    }

    #[test]
    fn a_sentence_goes_on_below_itself_and_leaves_names_their_room() {
        let why = "the provider refused the refresh token (invalid_grant), so it must be authorised again";
        let rows =
            [vec![Cell::text("Google Drive - Support FAQ"), Cell::words(why)], vec![Cell::text("b"), Cell::Empty]];
        let expected = "\
CONNECTION                  WHY
Google Drive - Support FAQ  the provider refused the
                            refresh token
                            (invalid_grant), so it
                            must be authorised again
b                           -
";
        assert_eq!(for_screen(&["CONNECTION", "WHY"], &rows, &[], screen(54)), expected);
        for width in 20..200 {
            let text = for_screen(&["CONNECTION", "WHY"], &rows, &[], screen(width));
            assert!(text.lines().all(|line| line.width() <= width), "{width}: {text}");
            let words: Vec<&str> = text.split_whitespace().filter(|word| why.contains(word)).collect();
            assert!(words.concat().contains("(invalid_grant),so"), "{width}: {text}");
        }
    }

    #[test]
    fn what_people_type_is_never_cut_and_a_sentence_ends_somewhere() {
        let (long, endless) = ("x".repeat(WIDEST_CELL + 100), "x".repeat(LONGEST_WORDS + 100));
        for width in [20, 80, 1_000] {
            let whole = for_screen(&["ADDRESS"], &[vec![Cell::whole(&long)]], &[], screen(width));
            assert!(whole.contains(&long), "{width}: {whole}");
            let count = |words: &str| {
                let text = for_screen(&["WHY"], &[vec![Cell::words(words)]], &[], screen(width));
                (text.matches('x').count(), text.contains('…'))
            };
            assert_eq!(count(&long), (long.len(), false), "{width}");
            let (shown, is_cut) = count(&endless);
            assert!(shown <= LONGEST_WORDS && is_cut, "{width}: {shown}");
        }
        assert!(record_for_screen(&[("why", Cell::words(&long))], screen(80)).contains(&long));
    }

    #[test]
    fn a_narrow_terminal_leaves_out_what_says_nothing_and_then_what_is_spare() {
        let row = |by: Cell| {
            vec![
                Cell::text("Google Drive - Support FAQ"),
                Cell::state("Waiting for approval", Tone::Waiting),
                Cell::Empty,
                by,
            ]
        };
        let headers = ["NAME", "STATUS", "RESOLVED", "BY"];
        let lines = |rows: &[Vec<Cell>], width| {
            let text = for_screen(&headers, rows, &["BY"], screen(width));
            text.lines().next().unwrap().split_whitespace().map(str::to_owned).collect::<Vec<_>>()
        };
        let resolved = [row(Cell::text("user:alice"))];
        assert_eq!(lines(&resolved, 80), headers);
        assert_eq!(lines(&resolved, 60), ["NAME", "STATUS", "BY"]);
        assert_eq!(lines(&resolved, 40), ["NAME", "STATUS"]);
        let narrow = for_screen(&headers, &resolved, &["BY"], screen(40));
        assert!(narrow.contains("Google Drive - S") && narrow.contains("Waiting for approval"), "{narrow}");
    }

    #[test]
    fn a_pipe_gets_everything_exactly_and_no_header() {
        let expected = "gmail-support\thealthy\t2026-11-21T12:00:00Z\t1234567\n\
             a very long label, 漢字漢字, that no narrow terminal can show in one piece\tneeds_reauth\t\t7\n";
        assert_eq!(for_pipe(&rows()), expected);
    }

    #[test]
    fn csv_quotes_what_needs_it() {
        let rows = [vec![Cell::text("a, \"b\"\nc"), Cell::number(-3)]];
        let bytes = delimited(&["NAME", "LAST OK"], &rows, b',').unwrap();
        assert_eq!(String::from_utf8(bytes).unwrap(), "name,last_ok\n\"a, \"\"b\"\"\\nc\",-3\n");
        assert_eq!(delimited(&["NAME"], &[], b'\t').unwrap(), b"name\n");
    }

    #[test]
    fn a_cell_from_outside_cannot_break_the_line_or_paint() {
        let rows = [vec![Cell::text("a\tb\n\u{1b}[31m\u{202e}c")]];
        assert_eq!(for_pipe(&rows), "a\\tb\\n\\u{1b}[31m\\u{202e}c\n");
        assert_eq!(for_screen(&["X"], &rows, &[], screen(80)), "X\na\\tb\\n\\u{1b}[31m\\u{202e}c\n");
    }

    #[test]
    fn a_record_shows_names_beside_whole_values() {
        let time = Cell::time("2026-11-23T15:00:00Z".parse().unwrap());
        let fields = [("name", Cell::text("gmail")), ("expires", time), ("purpose", Cell::Empty)];
        let expected = "name     gmail\nexpires  2026-11-23T15:00:00Z (in 2 d)\npurpose  -\n";
        assert_eq!(record_for_screen(&fields, screen(40)), expected);
    }

    #[test]
    fn a_long_value_goes_on_below_itself_and_a_long_word_stays_whole() {
        let path = "/a/path/that/is/longer/than/the/room/there/is";
        let fields = [("key", Cell::text(format!("file {path}"))), ("purpose", Cell::text("one two three four"))];
        let expected = format!("key      file\n         {path}\npurpose  one two\n         three four\n");
        assert_eq!(record_for_screen(&fields, screen(20)), expected);
    }

    #[test]
    fn paint_is_only_there_when_asked_for() {
        let painted = for_screen(&HEADERS, &rows(), &[], Screen { paints: true, ..screen(80) });
        assert!(painted.contains("\u{1b}["));
        assert!(!for_screen(&HEADERS, &rows(), &[], screen(80)).contains('\u{1b}'));
    }

    #[test]
    fn distances_use_the_largest_unit_that_says_enough() {
        let now: Timestamp = NOW.parse().unwrap();
        let cases = [
            (0, "just now"),
            (-59, "59 s ago"),
            (-60, "1 min ago"),
            (-3_600 * 3, "3 h ago"),
            (86_400, "in 1 d"),
            (-86_400 * 59, "59 d ago"),
            (-86_400 * 60, "2 months ago"),
            (86_400 * 365 * 3, "in 3 years"),
        ];
        for (seconds, words) in cases {
            let time = Timestamp::from_second(now.as_second() + seconds).unwrap();
            assert_eq!(relative(time, now), words);
        }
    }

    #[test]
    fn an_id_keeps_what_is_typed_of_it_on_a_narrow_screen_and_is_whole_in_a_pipe() {
        let id = "01a1fef9-b506-7487-ade9-cc9d80371047";
        let rows = [vec![Cell::id(id), Cell::text("x".repeat(90))]];
        let now = "2026-11-21T15:00:00Z".parse().unwrap();
        let shown = for_screen(&["ID", "ACTION"], &rows, &[], Screen { width: 40, paints: false, now });
        assert!(shown.contains("\n01a1fef9-b506  xxx"), "{shown}");
        assert!(for_pipe(&rows).starts_with(&format!("{id}\t")));
    }
}
