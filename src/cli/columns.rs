//! Which columns of a list a screen has room for, and how wide each is.
//!
//! What must stay true: what people type, numbers and times are never narrower than they are.
use super::table::{Cell, GAP, WIDEST_CELL};
use unicode_width::UnicodeWidthStr;

/// Below this a name says nothing any more; the rows are then shown as blocks, one below the other.
pub(super) const NARROWEST_COLUMN: usize = 6;
/// As much of a name as tells it from most others ("Google Drive - S"); before a column gets narrower, another is left out.
const READABLE_NAME: usize = 16;
/// A state is read whole ("Waiting for approval"), and in lines shorter than this a sentence is no pleasure.
const READABLE_WORDS: usize = 24;

pub(super) struct Column<'h> {
    /// Which of the headers it is.
    pub place: usize,
    pub header: &'h str,
    natural: usize,
    /// What it must show at the least to be worth its place.
    floor: usize,
    /// Its longest word, in which it can be folded.
    longest_word: usize,
    /// Folded where there is no room, never cut.
    pub is_read_whole: bool,
    folds: bool,
    is_rigid: bool,
    pub is_right_aligned: bool,
    says_nothing: bool,
}

impl<'h> Column<'h> {
    pub fn of(place: usize, headers: &[&'h str], rows: &[Vec<Cell>], shown: &[Vec<String>]) -> Column<'h> {
        let header = headers.get(place).copied().unwrap_or_default();
        let cells = || rows.iter().filter_map(|row| row.get(place));
        let texts = shown.iter().filter_map(|row| row.get(place));
        let natural = texts.map(|text| text.width()).chain([header.width()]).max().unwrap_or(0);
        let is_rigid = cells().any(Cell::is_rigid);
        let is_read_whole = cells().any(|cell| matches!(cell, Cell::State(..) | Cell::Words(_)));
        Column {
            place,
            header,
            natural,
            floor: match (is_rigid, is_read_whole) {
                (true, _) => natural,
                (false, true) => natural.min(READABLE_WORDS),
                (false, false) => natural.min(READABLE_NAME),
            },
            longest_word: shown
                .iter()
                .filter_map(|row| row.get(place))
                .map(String::as_str)
                .chain([header])
                .flat_map(|text| text.split(' '))
                .map(|word| word.width())
                .max()
                .unwrap_or(0),
            is_read_whole,
            folds: cells().any(|cell| matches!(cell, Cell::Words(_))),
            is_rigid,
            is_right_aligned: cells().any(Cell::is_right_aligned),
            says_nothing: cells().all(Cell::says_nothing),
        }
    }
}

/// The room that is left for the columns beside the gaps between them.
fn room(columns: &[Column<'_>], screen_width: usize) -> Option<usize> {
    screen_width.checked_sub(GAP * columns.len().saturating_sub(1))
}

/// Without the columns that there is no room for.
pub(super) fn with_room<'h>(mut columns: Vec<Column<'h>>, spare: &[&str], screen_width: usize) -> Vec<Column<'h>> {
    let takes = |columns: &[Column<'_>], width: fn(&Column<'_>) -> usize| columns.iter().map(width).sum::<usize>();
    let fits = |columns: &[Column<'_>], width: fn(&Column<'_>) -> usize| {
        room(columns, screen_width).is_some_and(|room| takes(columns, width) <= room)
    };
    while !fits(&columns, |column| column.natural) {
        let Some(empty) = columns.iter().rposition(|column| column.says_nothing) else { break };
        columns.remove(empty);
    }
    for name in spare {
        if fits(&columns, |column| column.floor) {
            break;
        }
        columns.retain(|column| column.header != *name);
    }
    columns
}

/// Column widths whose sum fits: each what it must show, then names as much as they want, the widest giving way first and
/// equally, then sentences. Where even that is too much, names get narrower still. `None` when there is no such thing.
pub(super) fn fitted(columns: &[Column<'_>], screen_width: usize) -> Option<Vec<usize>> {
    let room = room(columns, screen_width)?;
    let fits = |widths: &[usize]| widths.iter().sum::<usize>() <= room;
    let grown = |widths: &[usize], grows: fn(&Column<'_>) -> bool| {
        let capped = |cap: usize| -> Vec<usize> {
            let width = |(column, width): (&Column<'_>, &usize)| match grows(column) {
                true => column.natural.min(cap).max(*width),
                false => *width,
            };
            columns.iter().zip(widths).map(width).collect()
        };
        (0..=WIDEST_CELL.max(room)).rev().map(capped).find(|widths| fits(widths))
    };
    let floors: Vec<usize> = columns.iter().map(|column| column.floor).collect();
    let mut widths = match fits(&floors) {
        true => grown(&grown(&floors, |column| !column.folds)?, |column| column.folds)?,
        false => {
            let narrowest = |column: &Column<'_>| match (column.is_rigid, column.is_read_whole) {
                (true, _) => column.natural,
                (false, true) => column.longest_word.min(READABLE_NAME),
                (false, false) => column.natural.min(NARROWEST_COLUMN),
            };
            let least: Vec<usize> = columns.iter().map(narrowest).collect();
            grown(&least, |column| !column.is_rigid)?
        }
    };
    // What the equal cap left over goes to the first columns that wanted more: names stand there.
    let mut left = room - widths.iter().sum::<usize>();
    for (width, column) in widths.iter_mut().zip(columns) {
        if left > 0 && *width < column.natural {
            *width += 1;
            left -= 1;
        }
    }
    Some(widths)
}
