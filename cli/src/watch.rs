//! `--watch`: runs something again whenever the sources of bundles change.
//!
//! The system tells that something happened below a folder, and nothing is taken from it but that: what changed is found by reading. So a
//! file that an editor replaces, a folder that goes away and comes back, and a message that was lost make no difference.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{self, IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::answer::{Answer, Exit};
use crate::bundle::{self, Found};
use crate::failure::Failure;
use crate::files;
use crate::terminal::Terminal;

/// How long nothing must happen until it is looked what has changed: editors write a file in several steps.
const QUIET: Duration = Duration::from_millis(80);
/// How long that is waited for at most.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often it is looked whether or not the system said anything: it may have lost a message, or have none for this kind of disk.
const ANYWAY: Duration = Duration::from_secs(2);

/// What was found at a path.
pub enum Seen {
    /// These bundles: those that changed since the last time, or all the first time.
    Bundles(Vec<Found>),
    /// Some have gone, and nothing else has changed.
    Gone,
    /// It can't be read, for example since the folder is gone.
    Unreadable(Failure),
    /// Whoever started this is gone: standard input, which was a pipe, is closed.
    Closed,
}

/// Does something with all bundles at a path, and again with those that change, until nobody reads any more, standard input closes, or an
/// interrupt comes. `nothing`: what is said where nothing can be read.
///
/// # Errors
/// When nobody reads any more.
pub fn repeat(
    path: &Path,
    nothing: &str,
    terminal: &mut Terminal,
    mut round: impl FnMut(Vec<Found>, &mut Terminal) -> Result<Answer, Failure>,
) -> Result<Answer, Failure> {
    let mut watch = Watch::at(path);
    let mut seen = watch.first();
    let mut first = true;
    let mut exit = Exit::Done;
    loop {
        terminal.restart();
        let result = match seen {
            Seen::Bundles(bundles) => {
                let names: Vec<String> = bundles.iter().take(3).map(|found| bundle::shown(&found.path)).collect();
                let more = if bundles.len() > names.len() { format!(" and {} more", bundles.len() - names.len()) } else { String::new() };
                begin(terminal, first, &format!("{}{more} changed", names.join(", ")));
                round(bundles, terminal)
            }
            Seen::Gone => {
                begin(terminal, first, "a bundle is gone");
                watch.everything().and_then(|bundles| round(bundles, terminal))
            }
            Seen::Unreadable(failure) => {
                begin(terminal, first, nothing);
                Err(failure)
            }
            Seen::Closed => {
                terminal.end();
                return Answer::new(exit, &(), "");
            }
        };
        exit = result.as_ref().map_or(Exit::Failed, |answer| answer.exit);
        terminal.finish(result);
        if terminal.is_gone() {
            return Err(Failure::output(io::ErrorKind::BrokenPipe.into()));
        }
        terminal.note(&format!("watching {}; Ctrl-C ends", reach_codes::render::plain(&bundle::shown(path))));
        first = false;
        seen = watch.next();
    }
}

/// Holds a run apart from the one before: on a terminal by a page of its own, else by a line.
fn begin(terminal: &mut Terminal, first: bool, why: &str) {
    if first {
        return;
    }
    if io::stdout().is_terminal() && !terminal.json && !terminal.verbose {
        terminal.clear();
    }
    terminal.note(&format!("\n{}", reach_codes::render::plain(why)));
}

/// Waits for the end of standard input where that is a pipe: then whoever holds its other end is the one for whom this runs.
fn listen_for_the_end(tell: Sender<()>) -> Arc<AtomicBool> {
    let closed = Arc::new(AtomicBool::new(false));
    let says = Arc::clone(&closed);
    if is_pipe() {
        std::thread::spawn(move || {
            let mut passed_over = [0; 1024];
            while io::stdin().read(&mut passed_over).is_ok_and(|length| length > 0) {}
            says.store(true, Ordering::Release);
            // Nobody hears it any more when the command ends anyway.
            let _ = tell.send(());
        });
    }
    closed
}

#[cfg(unix)]
fn is_pipe() -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    fs::metadata("/dev/stdin").is_ok_and(|meta| meta.file_type().is_fifo() || meta.file_type().is_socket())
}

/// Elsewhere it can't be told from what never ends, or ends at once.
#[cfg(not(unix))]
const fn is_pipe() -> bool {
    false
}

/// Watches the bundles at a path.
pub struct Watch {
    path: PathBuf,
    told: Receiver<()>,
    /// Whether standard input has ended.
    closed: Arc<AtomicBool>,
    watcher: Option<RecommendedWatcher>,
    /// What each bundle held when it was looked at last; none where nothing could be read, with what was wrong.
    known: Result<BTreeMap<PathBuf, Contents>, String>,
}

/// The files of a bundle, each with what tells its content from another one.
type Contents = BTreeMap<PathBuf, Option<u64>>;

impl Watch {
    /// Begins to watch.
    pub fn at(path: &Path) -> Self {
        let (tell, told) = channel();
        let closed = listen_for_the_end(tell.clone());
        // A message more or less makes no difference, and neither does one that nobody hears any more.
        let watcher = notify::recommended_watcher(move |_| {
            let _ = tell.send(());
        })
        .ok();
        let mut watch = Self { path: path.to_owned(), told, closed, watcher, known: Ok(BTreeMap::new()) };
        watch.listen();
        watch
    }

    /// Listens to the path and to what it stands in, as far as these are there. A folder that came back is another one to the system.
    fn listen(&mut self) {
        let Some(watcher) = &mut self.watcher else { return };
        let parent = self.path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // Where it doesn't work, it is looked every now and then.
        if self.path.is_dir() {
            let _ = watcher.watch(&self.path, RecursiveMode::Recursive);
        } else {
            let _ = watcher.watch(parent, RecursiveMode::NonRecursive);
        }
    }

    /// Returns all bundles, without waiting.
    pub fn first(&mut self) -> Seen {
        match self.look() {
            Ok(now) => self.took(now, true).unwrap_or(Seen::Gone),
            Err(failure) => self.lost(failure).unwrap_or(Seen::Gone),
        }
    }

    /// Returns all bundles that are there now.
    ///
    /// # Errors
    /// When they can't be read.
    pub fn everything(&self) -> Result<Vec<Found>, Failure> {
        bundle::find(&self.path)
    }

    /// Waits until something has changed, and returns it.
    pub fn next(&mut self) -> Seen {
        loop {
            self.wait();
            if self.closed.load(Ordering::Acquire) {
                return Seen::Closed;
            }
            self.listen();
            let seen = match self.look() {
                Ok(now) => self.took(now, false),
                Err(failure) => self.lost(failure),
            };
            if let Some(seen) = seen {
                return seen;
            }
        }
    }

    /// Waits until the system says that something happened, and then that nothing more does.
    fn wait(&self) {
        match self.told.recv_timeout(ANYWAY) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => return,
            Err(RecvTimeoutError::Disconnected) => return std::thread::sleep(ANYWAY),
        }
        let since = Instant::now();
        while since.elapsed() < PATIENCE && self.told.recv_timeout(QUIET).is_ok() {}
    }

    fn look(&self) -> Result<Vec<(Found, Contents)>, Failure> {
        let found = bundle::find(&self.path)?;
        Ok(found.into_iter().map(|found| (contents(&found), found)).map(|(contents, found)| (found, contents)).collect())
    }

    /// Compares what is there now with what was there; none where nothing has changed.
    fn took(&mut self, now: Vec<(Found, Contents)>, all: bool) -> Option<Seen> {
        let known = std::mem::replace(&mut self.known, Ok(now.iter().map(|(found, contents)| (found.path.clone(), contents.clone())).collect()));
        let (was_lost, known) = known.map_or_else(|_| (true, BTreeMap::new()), |known| (false, known));
        let gone = known.keys().any(|path| now.iter().all(|(found, _)| found.path != *path));
        let changed: Vec<Found> =
            now.into_iter().filter(|(found, contents)| all || was_lost || known.get(&found.path) != Some(contents)).map(|(found, _)| found).collect();
        match (changed.is_empty(), gone) {
            (false, _) => Some(Seen::Bundles(changed)),
            (true, true) => Some(Seen::Gone),
            (true, false) => None,
        }
    }

    /// Tells what is wrong, once.
    fn lost(&mut self, failure: Failure) -> Option<Seen> {
        let text = failure.text(false);
        let told = self.known.as_ref().is_err_and(|known| *known == text);
        self.known = Err(text);
        (!told).then_some(Seen::Unreadable(failure))
    }
}

/// Reads what tells the content of a bundle's files, and of those of packs that it uses, from another one. What can't be read is none.
fn contents(found: &Found) -> Contents {
    let limit_bytes = reach_grammar::Limits::LANGUAGE.source_bytes as u64;
    let of = |path: &Path| match files::read_bounded(path, limit_bytes) {
        Ok(files::Bounded::Whole(bytes)) => {
            let mut hasher = DefaultHasher::new();
            bytes.hash(&mut hasher);
            Some(hasher.finish())
        }
        // One that is too large is told apart by when it was written.
        Ok(files::Bounded::TooLarge(_)) => {
            let mut hasher = DefaultHasher::new();
            fs::metadata(path).and_then(|meta| meta.modified()).ok()?.hash(&mut hasher);
            Some(hasher.finish())
        }
        Err(_) => None,
    };
    let packs = bundle::read(found).ok().and_then(|texts| bundle::packs::gather(&found.path, &texts.sources).ok()).unwrap_or_default();
    let own = found.files.iter().map(|(_, path)| path.clone());
    own.chain(packs.files()).map(|path| (path.clone(), of(&path))).collect()
}
