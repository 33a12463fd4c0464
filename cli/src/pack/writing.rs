//! Changing a registry: what `publish`, `yank`, `registry refresh` and `registry init` have in common.

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use reach_codes::table::registry as codes;
use reach_git::{Base, Edits, Pushed, Repository};
use reach_keys::{KeyName, NoteError, SigningKey};
use reach_registry::{Files, Publisher, Registry, RegistryError, Signing, Snapshot, SnapshotError, Voucher, origin_of};
use reach_trust::Subject;

use super::at_hand::AtHand;
use super::failed_install as failed;
use super::place::{Place, git, refused};
use crate::failure::Failure;
use crate::home;
use crate::terminal::Terminal;

/// How long another publisher is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often a change is made again where others push meanwhile.
const PUSHES: usize = 5;

/// What stands at the top of a registry.
const LAYOUT: &[&str] = &["registry.json", "snapshot", "listings", "index", "blobs"];

/// Changes a registry, after it was held against what is remembered of it, and remembers what it is then. Where it is a repository, the change becomes a
/// commit with what is `told` of it, and is made again where somebody else has pushed first.
///
/// # Errors
/// When it isn't believed or can't be written.
pub fn write<T>(
    place: &Place,
    key: &SigningKey,
    at_hand: &AtHand,
    terminal: &mut Terminal,
    change: impl Fn(Publisher) -> Result<T, RegistryError>,
    told: impl Fn(&T) -> String,
) -> Result<T, Failure> {
    match place {
        Place::Folder(folder) => in_folder(folder, key, at_hand, change),
        Place::Git(repository) => pushed(repository, key, at_hand, terminal, change, told),
    }
}

/// Opens a registry by who is to sign it next, else by who has signed it last.
fn opened<T>(place: &Path, origin: &KeyName, key: &SigningKey, at_hand: &AtHand, open: impl Fn(Voucher<'_>) -> Result<T, RegistryError>) -> Result<T, Failure> {
    let verifier = key.verifier();
    let opened = match open(Voucher::Own(&verifier)) {
        // Somebody else has signed it last.
        Err(RegistryError::Snapshot(SnapshotError::Note(NoteError::NoKnownSignature))) => {
            let subject = Subject::Registry(origin.clone());
            if !at_hand.trust.trusted_for(&subject, at_hand.now).contains(&&verifier) {
                return Err(Failure::new(codes::REGISTRY_NOT_BELIEVED, format!("the key `{}` is none of those of the registry `{origin}`", verifier.name()))
                    .note("who uses the registry would believe nothing that it has signed")
                    .help(format!("name a key of the registry, or trust this one with `reach key trust KEY --for {subject}`")));
            }
            open(Voucher::Trust(&at_hand.trust))
        }
        opened => opened,
    };
    opened.map_err(|error| failed::registry(place, &error))
}

fn in_folder<T>(folder: &Path, key: &SigningKey, at_hand: &AtHand, change: impl Fn(Publisher) -> Result<T, RegistryError>) -> Result<T, Failure> {
    let fail = |error: RegistryError| failed::registry(folder, &error);
    let origin = origin_of(&reach_registry::Folder::new(folder)).map_err(fail)?;
    let publisher = opened(folder, &origin, key, at_hand, |voucher| Publisher::open(folder, &origin, voucher, at_hand.now, PATIENCE))?;
    home::made()?;
    let memory = at_hand.memory();
    memory.check(publisher.registry()).map_err(fail)?;
    let out = change(publisher).map_err(fail)?;
    memory.check(&Registry::read(folder, &origin, Voucher::Own(&key.verifier()), at_hand.now).map_err(fail)?).map_err(fail)?;
    Ok(out)
}

fn pushed<T>(
    repository: &Repository,
    key: &SigningKey,
    at_hand: &AtHand,
    terminal: &mut Terminal,
    change: impl Fn(Publisher) -> Result<T, RegistryError>,
    told: impl Fn(&T) -> String,
) -> Result<T, Failure> {
    let place = repository.address().to_string();
    let place = Path::new(&place);
    let fail = |error: RegistryError| failed::registry(place, &error);
    home::made()?;
    let memory = at_hand.memory();
    let work = repository.work(PATIENCE).map_err(|error| git(&error))?;
    let mut before: Option<String> = None;
    for _ in 0..PUSHES {
        let tip = work.fetch(&mut |line| terminal.progress(|| line.to_owned())).map_err(|error| git(&error))?;
        let files: Arc<dyn Files> = Arc::new(repository.files(&tip.commit));
        let origin = origin_of(&*files).map_err(fail)?;
        let registry = opened(place, &origin, key, at_hand, |voucher| Registry::read_from(Arc::clone(&files), &origin, voucher, at_hand.now))?;
        memory.check(&registry).map_err(fail)?;
        work.keep(&tip.commit).map_err(|error| git(&error))?;
        let edits = Rc::new(Edits::default());
        let out = change(Publisher::over(registry, edits.clone())).map_err(fail)?;
        let base = Base::from(tip.clone());
        let commit = work.commit(&base, &edits, &told(&out)).map_err(|error| git(&error))?;
        // What is pushed can be read.
        let after = Registry::read_from(Arc::new(repository.files(&commit)), &origin, Voucher::Own(&key.verifier()), at_hand.now).map_err(fail)?;
        match work.push(&commit, &base.branch, &mut |line| terminal.progress(|| line.to_owned())).map_err(|error| git(&error))? {
            Pushed::Done => {
                memory.check(&after).map_err(fail)?;
                work.keep(&commit).map_err(|error| git(&error))?;
                return Ok(out);
            }
            // Nobody was faster, also a moment later: it is refused for another reason.
            Pushed::Refused(said) if before.as_ref() == Some(&tip.commit) => return Err(refused(repository, &said)),
            Pushed::Refused(_) => before = Some(tip.commit),
        }
    }
    Err(Failure::new(codes::REGISTRY_BUSY, format!("others have pushed to `{}` each of {PUSHES} times first", place.display()))
        .help("try again when they are done"))
}

/// Begins a registry.
///
/// # Errors
/// When there is something already, or it can't be written.
pub fn begin(place: &Place, origin: &KeyName, signing: Signing<'_>, terminal: &mut Terminal) -> Result<Snapshot, Failure> {
    let shown = place.shown();
    let fail = |error: RegistryError| failed::registry(&shown, &error);
    let repository = match place {
        Place::Folder(folder) => return Publisher::create(folder, origin, signing).map_err(fail),
        Place::Git(repository) => repository,
    };
    home::made()?;
    let work = repository.work(PATIENCE).map_err(|error| git(&error))?;
    let base = work.fetch_or_begin(&mut |line| terminal.progress(|| line.to_owned())).map_err(|error| git(&error))?;
    let there = base.commit.as_ref().map(|commit| repository.files(commit).names()).transpose().map_err(|error| failed::disk(&error))?;
    if there.is_some_and(|names| names.iter().any(|name| LAYOUT.contains(&name.as_str()))) {
        return Err(fail(RegistryError::Exists { path: shown.clone() }));
    }
    let edits = Edits::default();
    let snapshot = Publisher::begin(&edits, origin, signing).map_err(fail)?;
    let commit = work.commit(&base, &edits, &format!("Begin the registry {origin}\n")).map_err(|error| git(&error))?;
    match work.push(&commit, &base.branch, &mut |line| terminal.progress(|| line.to_owned())).map_err(|error| git(&error))? {
        Pushed::Done => Ok(snapshot),
        Pushed::Refused(said) => Err(refused(repository, &said)),
    }
}
