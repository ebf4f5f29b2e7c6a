//! From settings to an open store.
use super::account;
use super::clock::SystemClock;
use super::error::Error;
use super::exit::Exit;
use super::log::Level;
use super::secret_input::from_file;
use super::settings::Settings;
use super::ui::Ui;
use crate::model::id::Ids;
use crate::ops::standing;
use crate::ops::vault::{self, StorePlace};
use crate::ops::{Kind, Siesta, World};
use std::sync::Arc;
use uuid::Uuid;

/// Ids that sort by the time they were made.
struct SystemIds;

impl Ids for SystemIds {
    fn next(&self) -> Uuid {
        Uuid::now_v7()
    }
}

/// What the operations are handed from outside.
pub(super) fn world(ui: &Ui, settings: &Settings) -> World {
    World {
        clock: Arc::new(SystemClock),
        ids: Arc::new(SystemIds),
        scratch: settings.scratch.clone(),
        witness: ui.witness(),
    }
}

/// Where the store is. `command` is what other writers are told while this one writes.
pub(super) fn place(settings: &Settings, command: &str) -> Result<StorePlace, Error> {
    let config_dir = settings.config_file.as_deref().and_then(|file| file.parent());
    let config_dir = config_dir.ok_or_else(|| {
        Error::new(Exit::Failure, "there is no configuration directory")
            .cause("neither HOME nor XDG_CONFIG_HOME is set, and the user database names no home")
            .hint("set HOME")
    })?;
    Ok(StorePlace {
        dir: settings.store.value.clone(),
        config_dir: config_dir.to_owned(),
        identity_file: settings.identity_file.as_ref().map(|setting| setting.value.clone()),
        expected_fingerprint: settings.expect_fingerprint.as_ref().map(|setting| setting.value.clone()),
        passphrase: settings.passphrase_file.as_deref().map(|path| from_file(path, "passphrase")).transpose()?,
        credentials_dir: settings.credentials_dir.clone(),
        withheld: settings.withheld_from_helpers.clone(),
        holder: format!("siesta {command}"),
        index: settings.index_place(),
        network: settings.network.network(),
    })
}

/// Opens the store, and says what the person at the keyboard should know about it.
pub(super) fn open(ui: &mut Ui, settings: &Settings, command: &str) -> Result<Siesta, Error> {
    let siesta = open_silently(ui, settings, command)?;
    if let Some(source) = &settings.overruled {
        ui.warn(&format!("under sudo the account says who acts: {source} is not looked at"));
    }
    for notice in vault::notices(&siesta) {
        ui.warn(&notice);
    }
    Ok(siesta)
}

/// Does something with the place of a store that need not be one that opens. The layer below never asks: it says that a
/// passphrase is needed, and is called again with one.
pub(super) fn at_place<T>(
    ui: &mut Ui,
    settings: &Settings,
    command: &str,
    mut act: impl FnMut(&Ui, StorePlace) -> Result<T, crate::ops::Error>,
) -> Result<T, Error> {
    let mut place = place(settings, command)?;
    standing::must_be_open(&settings.claim(), command)?;
    if settings.account.is_some() {
        // Whose account it is says the store, where it opens; where it does not, the operation asks by itself.
        if let Ok(siesta) = vault::open(place.clone(), settings.claim(), world(ui, settings)) {
            admit(settings, &siesta, command)?;
        }
    }
    let done = match act(ui, place.clone()) {
        Err(error) if ui.is_interactive() && matches!(error.kind, Kind::PassphraseNeeded { .. }) => {
            let Kind::PassphraseNeeded { path, .. } = &error.kind else { return Err(error.into()) };
            let question = format!("passphrase of {}", path.display());
            place.passphrase = Some(ui.ask_secret(&question, "--passphrase-file")?);
            act(ui, place)?
        }
        other => other?,
    };
    ui.detail(Level::Info, &format!("looked at {} ({})", settings.store.value.display(), settings.store.source));
    Ok(done)
}

/// Opens the store without a word about it: for `doctor`, whose findings these words are. The layer below never asks: it
/// says that a passphrase is needed, and is called again with one.
pub(super) fn open_silently(ui: &mut Ui, settings: &Settings, command: &str) -> Result<Siesta, Error> {
    let mut place = place(settings, command)?;
    standing::must_be_open(&settings.claim(), command)?;
    let siesta = match vault::open(place.clone(), settings.claim(), world(ui, settings)) {
        Err(error) if ui.is_interactive() && matches!(error.kind, Kind::PassphraseNeeded { .. }) => {
            let Kind::PassphraseNeeded { path, .. } = &error.kind else { return Err(error.into()) };
            let question = format!("passphrase of {}", path.display());
            place.passphrase = Some(ui.ask_secret(&question, "--passphrase-file")?);
            vault::open(place, settings.claim(), world(ui, settings))
        }
        other => other,
    };
    let siesta = siesta.map_err(|error| match (&error.kind, &settings.identity_file) {
        (Kind::WrongKey { .. }, Some(file)) => {
            let from = format!("it was read from {} ({})", file.value.display(), file.source);
            Error::from(error).cause(from)
        }
        _ => error.into(),
    })?;
    ui.detail(Level::Info, &format!("opened {} ({})", settings.store.value.display(), settings.store.source));
    let key = vault::key_of(&siesta);
    ui.detail(Level::Info, &format!("its key came from the {}: {}", key.word(), key.place()));
    ui.detail(Level::Info, &format!("acting as {} ({})", settings.actor.value, settings.actor.source));
    admit(settings, &siesta, command)?;
    Ok(siesta)
}

/// Refuses a command to whoever may not use it, before it does anything.
fn admit(settings: &Settings, siesta: &Siesta, command: &str) -> Result<(), Error> {
    match standing::admit(siesta, command)? {
        true => account::must_lend_nothing(settings, command),
        false => Ok(()),
    }
}
