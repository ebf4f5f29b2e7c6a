//! Usage from a file: read piece by piece, checked whole, then booked in batches.
//!
//! What must stay true: a file with a bad line books nothing unless that is wanted; memory does not grow with the file;
//! the same thing is never booked twice, so that an import that was cut off is simply started again. A batch is one
//! transaction with its row: one for a whole file would have to hold all of it in memory.
use crate::model::billing::{self, Form, Reading};
use crate::model::id::ConnectionId;
use crate::model::label;
use crate::model::roster::BadLine;
use crate::model::time::Timestamp;
use crate::model::usage::UsageRecord;
use crate::ops::limits::{OnAccount, account_of};
use crate::ops::usage::reserve::must_be_metered;
use crate::ops::{Error, Kind, Result, Siesta, find_connection};
use crate::store::ReadTx;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::cell::Cell;
use std::collections::HashMap;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

#[derive(Debug, Clone, Default)]
pub struct ImportRequest {
    /// None: seen from the file.
    pub form: Option<Form>,
    /// Whose usage it is where the file does not say; none: the one connection of its provider.
    pub connection: Option<String>,
    /// On whose account, where the file names nobody.
    pub account: OnAccount,
    /// Leave out what cannot be used, and book the rest.
    pub skip_bad: bool,
    pub dry_run: bool,
}

/// What an import did, or would do.
#[derive(Debug, Clone)]
pub struct Imported {
    pub form: Form,
    pub booked: u64,
    /// Booked by an earlier import.
    pub known: u64,
    /// Of those: with other figures than now. What was booked first stays.
    pub differing: u64,
    pub tokens: u64,
    pub bad: u64,
    /// The first of them.
    pub bad_lines: Vec<BadLine>,
}

/// A file, or what was read of a pipe.
pub trait Source: Read + Seek {}
impl<T: Read + Seek> Source for T {}

/// Records in one transaction: some seconds of work for the store's lock at most, and some megabytes of memory.
const BATCH: usize = 20_000;
/// Bad lines that are named; the rest is counted.
const NAMED: usize = 100;
/// Lines without a source id of their own that are told apart by how often they came: what is held of each is 20 bytes.
const MOST_WITHOUT_ID: usize = 5_000_000;
/// The longest line of a log, in bytes.
const LONGEST_LINE: usize = 4 << 20;

/// Books what a file says. `progress` is told how many bytes have been read, of all that will be.
pub fn import(
    siesta: &Siesta,
    source: &mut dyn Source,
    request: &ImportRequest,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Imported> {
    let size = source.seek(SeekFrom::End(0)).map_err(|error| unreadable(&error))?;
    let form = match request.form {
        Some(form) => form,
        None => detected(source)?,
    };
    let names = siesta.store.read(|tx| Ok(Names::of(siesta, tx, form, request)))??;
    let mut imported = Imported { form, booked: 0, known: 0, differing: 0, tokens: 0, bad: 0, bad_lines: Vec::new() };
    let looks_first = !request.skip_bad && !request.dry_run;
    let all = if looks_first { size * 2 } else { size };
    if looks_first || request.dry_run {
        let mut told = |done: u64| progress(done, all);
        let mut reader = Passage::new(&names, &mut imported);
        pass(source, form, &mut told, &mut |line, read| {
            reader.take(line, read);
            Ok(())
        })?;
        if imported.bad > 0 && !request.skip_bad {
            return Err(Kind::BadLines { bad: imported.bad_lines }.into());
        }
    }
    if request.dry_run {
        return Ok(imported);
    }
    imported = Imported { booked: 0, tokens: 0, bad: 0, bad_lines: Vec::new(), ..imported };
    let before = if looks_first { size } else { 0 };
    let mut told = |done: u64| progress(before + done, all);
    let mut batch: Vec<UsageRecord> = Vec::with_capacity(BATCH);
    let mut passage = Passage::new(&names, &mut imported);
    pass(source, form, &mut told, &mut |line, read| {
        batch.extend(passage.take(line, read));
        match batch.len() < BATCH {
            true => Ok(()),
            false => book(siesta, form, std::mem::take(&mut batch), passage.imported),
        }
    })?;
    book(siesta, form, batch, &mut imported)?;
    Ok(imported)
}

fn unreadable(error: &io::Error) -> Error {
    Error::from(Kind::Disk { what: "the file cannot be read".to_owned() }).because(error.kind().to_string())
}

fn detected(source: &mut dyn Source) -> Result<Form> {
    source.rewind().map_err(|error| unreadable(&error))?;
    let mut head = Vec::new();
    source.take(billing::HEAD as u64).read_to_end(&mut head).map_err(|error| unreadable(&error))?;
    billing::detect(&head).ok_or_else(|| {
        let known: Vec<&str> = Form::ALL.iter().map(|form| form.as_str()).collect();
        Error::invalid("this file looks like no usage that is known").because(format!("known are {}", known.join(", ")))
    })
}

/// Who and what there is, by name: asked once, and not for every line.
struct Names {
    users: HashMap<String, String>,
    teams: HashMap<String, String>,
    agents: HashMap<String, String>,
    connections: HashMap<String, ConnectionId>,
    connection: Option<ConnectionId>,
    user: Option<String>,
    team: Option<String>,
    agent: Option<String>,
    now: Timestamp,
}

impl Names {
    fn of(siesta: &Siesta, tx: &ReadTx<'_>, form: Form, request: &ImportRequest) -> Result<Names> {
        siesta.person(tx)?;
        let holder = account_of(tx, &request.account)?;
        let mut connections = HashMap::new();
        let mut of_provider = Vec::new();
        for connection in tx.list_connections()? {
            if must_be_metered(&connection).is_ok() {
                connections.insert(label::folded(&connection.label), connection.id);
                connections.insert(connection.id.to_string(), connection.id);
                if connection.service == form.as_str() {
                    of_provider.push(connection.id);
                }
            }
        }
        let connection = match &request.connection {
            Some(typed) => {
                let found = find_connection(tx, typed, true)?;
                must_be_metered(&found)?;
                Some(found.id)
            }
            None if form == Form::Csv => None,
            None => match of_provider.as_slice() {
                [one] => Some(*one),
                _ => {
                    return Err(Error::invalid("it must be said whose usage this is")
                        .because("the file does not name a connection: --connection CONNECTION does"));
                }
            },
        };
        let by_name = |names: Vec<String>| names.into_iter().map(|name| (label::folded(&name), name)).collect();
        Ok(Names {
            users: by_name(tx.list_users()?.into_iter().map(|user| user.name).collect()),
            teams: by_name(tx.list_teams()?.into_iter().map(|team| team.name).collect()),
            agents: by_name(tx.list_agents()?.into_iter().map(|agent| agent.name).collect()),
            connections,
            connection,
            user: holder.user,
            team: holder.team,
            agent: holder.agent,
            now: siesta.now(),
        })
    }

    /// A reading as a record of this store.
    fn record(&self, reading: Reading) -> std::result::Result<UsageRecord, String> {
        let unknown = |noun: &str, name: &str| format!("there is no {noun} \"{name}\"");
        let known = |noun: &str, names: &HashMap<String, String>, name: &Option<String>| match name {
            None => Ok(None),
            Some(name) => names.get(&label::folded(name)).cloned().map(Some).ok_or_else(|| unknown(noun, name)),
        };
        if let Some(until) = reading.until.filter(|until| *until > self.now) {
            return Err(format!("its span ends {until:.0}, so its figures are not final"));
        }
        let connection = match &reading.connection {
            None => self.connection.ok_or("it names no connection")?,
            Some(name) => *self
                .connections
                .get(&label::folded(name))
                .or_else(|| self.connections.get(name))
                .ok_or_else(|| unknown("connection to a model provider", name))?,
        };
        let own_account = self.user.is_some() || self.agent.is_some();
        let mut user = match known("user", &self.users, &reading.user) {
            // The provider's own ids are names here only by chance.
            Err(_) if reading.is_foreign && own_account => None,
            other => other?,
        };
        let mut agent = known("agent", &self.agents, &reading.agent)?;
        if user.is_none() && agent.is_none() {
            (user, agent) = (self.user.clone(), self.agent.clone());
        }
        if user.is_none() && agent.is_none() {
            return Err("it names neither user nor agent: --user USER or --agent AGENT says whose it is".to_owned());
        }
        Ok(UsageRecord {
            time: reading.time,
            connection,
            user,
            team: known("team", &self.teams, &reading.team)?.or_else(|| self.team.clone()),
            agent,
            model: reading.model,
            tokens: reading.tokens,
            estimated: false,
            source_id: reading.source_id,
        })
    }
}

/// One reading of the file from its beginning to its end.
struct Passage<'a> {
    names: &'a Names,
    imported: &'a mut Imported,
    /// How often a line without a source id has come.
    without_id: HashMap<[u8; 16], u32>,
}

impl<'a> Passage<'a> {
    fn new(names: &'a Names, imported: &'a mut Imported) -> Passage<'a> {
        Passage { names, imported, without_id: HashMap::new() }
    }

    fn take(&mut self, line: u64, read: std::result::Result<Reading, String>) -> Option<UsageRecord> {
        let identified = read.and_then(|mut reading| {
            if reading.source_id.is_none() {
                let digest = billing::digest(&reading);
                if self.without_id.len() >= MOST_WITHOUT_ID && !self.without_id.contains_key(&digest) {
                    return Err("there are too many lines without a source_id".to_owned());
                }
                let before = self.without_id.entry(digest).or_default();
                reading.source_id = Some(billing::made_id(digest, *before));
                *before += 1;
            }
            self.names.record(reading)
        });
        match identified {
            Ok(record) => {
                self.imported.booked += 1;
                self.imported.tokens = self.imported.tokens.saturating_add(record.tokens.counted());
                Some(record)
            }
            Err(why) => {
                self.imported.bad += 1;
                if self.imported.bad_lines.len() < NAMED {
                    self.imported.bad_lines.push(BadLine { line, why });
                }
                None
            }
        }
    }
}

/// Books a batch, and corrects the counts by what was known already.
fn book(siesta: &Siesta, form: Form, batch: Vec<UsageRecord>, imported: &mut Imported) -> Result<()> {
    if batch.is_empty() {
        return Ok(());
    }
    let (known, differing, tokens) = siesta.store.write(siesta.now(), |tx| -> Result<(u64, u64, u64)> {
        let actor = siesta.person(tx)?;
        let (mut known, mut differing, mut twice, mut booked) = (0u64, 0u64, 0u64, 0u64);
        for (record, is_new) in batch.iter().zip(tx.insert_usages(&batch)?) {
            let tokens = record.tokens.counted();
            if is_new {
                booked = booked.saturating_add(tokens);
                continue;
            }
            (known, twice) = (known + 1, twice.saturating_add(tokens));
            let before = record.source_id.as_deref().map(|id| tx.find_usage_of(record.connection, id)).transpose()?;
            differing += u64::from(before.flatten().is_some_and(|before| before.tokens != record.tokens));
        }
        let new = batch.len() as u64 - known;
        if new > 0 {
            let entry = siesta.entry(&actor, "usage.import", "usage", form).change("records", (), new).change(
                "tokens",
                (),
                booked,
            );
            tx.append_audit(entry.row())?;
        }
        Ok((known, differing, twice))
    })?;
    imported.booked -= known;
    imported.known += known;
    imported.differing += differing;
    imported.tokens = imported.tokens.saturating_sub(tokens);
    Ok(())
}

type Take<'a> = dyn FnMut(u64, std::result::Result<Reading, String>) -> Result<()> + 'a;

/// Hands on everything in the file, with the line it begins in.
fn pass(source: &mut dyn Source, form: Form, told: &mut dyn FnMut(u64), take: &mut Take<'_>) -> Result<()> {
    source.rewind().map_err(|error| unreadable(&error))?;
    let (line, bytes) = (Cell::new(1), Cell::new(0));
    let mut counted = Counted { source: BufReader::with_capacity(1 << 16, source), line: &line, bytes: &bytes };
    skip_mark(&mut counted).map_err(|error| unreadable(&error))?;
    match form {
        Form::Csv => pass_csv(counted, told, &bytes, take),
        Form::LiteLlm if is_lines(&mut counted).map_err(|error| unreadable(&error))? => {
            pass_lines(counted, told, &bytes, take)
        }
        Form::OpenAi | Form::Anthropic | Form::LiteLlm => {
            let mut failed = None;
            let mut element = |at: u64, value: Value| {
                told(bytes.get());
                let taken = each(form, &value, |read| take(at, read));
                taken.map_err(|error| failed = Some(error)).is_ok()
            };
            let read = documents(counted, &line, &mut element);
            match (failed, read) {
                (Some(error), _) => Err(error),
                // What follows a place that is no JSON cannot be found again.
                (None, Err(why)) => take(line.get(), Err(why)),
                (None, Ok(())) => Ok(()),
            }
        }
    }
}

fn each(
    form: Form,
    value: &Value,
    mut take: impl FnMut(std::result::Result<Reading, String>) -> Result<()>,
) -> Result<()> {
    let bucket = match form {
        Form::OpenAi => billing::openai(value),
        Form::Anthropic => billing::anthropic(value),
        Form::LiteLlm | Form::Csv => Ok(vec![billing::litellm(value)]),
    };
    match bucket {
        Ok(readings) => readings.into_iter().try_for_each(take),
        Err(why) => take(Err(why)),
    }
}

/// A reader that knows in which line it is.
struct Counted<'a, R> {
    source: BufReader<R>,
    line: &'a Cell<u64>,
    bytes: &'a Cell<u64>,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(into)?;
        let lines = into[..count].iter().filter(|byte| **byte == b'\n').count();
        self.line.set(self.line.get() + lines as u64);
        self.bytes.set(self.bytes.get() + count as u64);
        Ok(count)
    }
}

impl<R: Read> BufRead for Counted<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.source.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        let lines = self.source.buffer()[..count].iter().filter(|byte| **byte == b'\n').count();
        self.line.set(self.line.get() + lines as u64);
        self.bytes.set(self.bytes.get() + count as u64);
        self.source.consume(count);
    }
}

/// Spreadsheets put a byte order mark in front.
fn skip_mark(reader: &mut impl BufRead) -> io::Result<()> {
    if reader.fill_buf()?.starts_with("\u{feff}".as_bytes()) {
        reader.consume(3);
    }
    Ok(())
}

/// Whether a log is one object per line: then a bad line does not take the rest with it.
fn is_lines(reader: &mut impl BufRead) -> io::Result<bool> {
    let head = reader.fill_buf()?;
    let first = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    Ok(matches!(serde_json::from_slice::<Value>(first), Ok(Value::Object(object)) if !object.contains_key("data")))
}

fn pass_lines(
    mut reader: Counted<'_, &mut dyn Source>,
    told: &mut dyn FnMut(u64),
    bytes: &Cell<u64>,
    take: &mut Take<'_>,
) -> Result<()> {
    let mut text = Vec::new();
    loop {
        let line = reader.line.get();
        text.clear();
        let mut limited = (&mut reader).take(LONGEST_LINE as u64);
        if limited.read_until(b'\n', &mut text).map_err(|error| unreadable(&error))? == 0 {
            return Ok(());
        }
        told(bytes.get());
        if text.len() == LONGEST_LINE && !text.ends_with(b"\n") {
            // The rest of it would be taken for a line of its own.
            return take(line, Err(format!("the line is longer than {} MiB", LONGEST_LINE >> 20)));
        }
        if text.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match serde_json::from_slice::<Value>(&text) {
            Ok(value) => take(line, billing::litellm(&value))?,
            Err(_) => take(line, Err("it is no JSON".to_owned()))?,
        }
    }
}

fn pass_csv(
    reader: Counted<'_, &mut dyn Source>,
    told: &mut dyn FnMut(u64),
    bytes: &Cell<u64>,
    take: &mut Take<'_>,
) -> Result<()> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(reader);
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(_) => return take(1, Err("it cannot be read as CSV in UTF-8".to_owned())),
    };
    let columns = match billing::columns(header.iter()) {
        Ok(columns) => columns,
        Err(why) => return take(1, Err(why)),
    };
    let mut record = csv::StringRecord::new();
    loop {
        let read = reader.read_record(&mut record);
        told(bytes.get());
        match read {
            Ok(false) => return Ok(()),
            Ok(true) => {
                let line = record.position().map_or(1, csv::Position::line);
                let reading = match record.len() == header.len() {
                    true => billing::csv_line(&columns, |place| record.get(place)),
                    false => {
                        Err(format!("there are {} fields where the first line has {}", record.len(), header.len()))
                    }
                };
                take(line, reading)?;
            }
            Err(error) if error.is_io_error() => {
                return Err(Error::from(Kind::Disk { what: "the file cannot be read".to_owned() }));
            }
            Err(error) => {
                take(error.position().map_or(1, csv::Position::line), Err("it is not UTF-8".to_owned()))?;
            }
        }
    }
}

/// Reads any number of JSON documents, each a page with `data`, an array, or a thing of its own, and hands on the things
/// one by one. `take` says whether to go on.
fn documents(
    reader: impl Read,
    line: &Cell<u64>,
    take: &mut dyn FnMut(u64, Value) -> bool,
) -> std::result::Result<(), String> {
    let mut documents = serde_json::Deserializer::from_reader(reader);
    while documents.end().is_err() {
        let page = Page { line, take: &mut *take };
        page.deserialize(&mut documents).map_err(|error| {
            let what = match error.classify() {
                serde_json::error::Category::Eof => "it ends too early",
                _ => "it is no JSON",
            };
            format!("{what}, and nothing behind it can be read")
        })?;
    }
    Ok(())
}

struct Page<'a> {
    line: &'a Cell<u64>,
    take: &'a mut dyn FnMut(u64, Value) -> bool,
}

impl<'de> DeserializeSeed<'de> for Page<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> std::result::Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Page<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a page or a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> std::result::Result<(), A::Error> {
        let Page { line, take } = self;
        while let Some((at, value)) = list.next_element_seed(Placed(line))? {
            if !take(at, value) {
                return Err(A::Error::custom("stopped"));
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<(), A::Error> {
        let Page { line, take } = self;
        let at = line.get();
        let (mut own, mut is_page) = (Map::new(), false);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "data" => {
                    is_page = true;
                    map.next_value_seed(Page { line, take: &mut *take })?;
                }
                _ if is_page => drop(map.next_value::<IgnoredAny>()?),
                _ => drop(own.insert(key, map.next_value()?)),
            }
        }
        match is_page || take(at, Value::Object(own)) {
            true => Ok(()),
            false => Err(A::Error::custom("stopped")),
        }
    }
}

/// A value with the line it begins in.
struct Placed<'a>(&'a Cell<u64>);

impl<'de> DeserializeSeed<'de> for Placed<'_> {
    type Value = (u64, Value);

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> std::result::Result<(u64, Value), D::Error> {
        let at = self.0.get();
        serde::Deserialize::deserialize(from).map(|value| (at, value))
    }
}
