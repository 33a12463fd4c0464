//! Runs of the command that write a log, and what must hold of the log whatever became of them.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use reach_log::{Hash, Leaf, PayloadOf};
use reach_store::{Head, LogError, Reader, StoredEntry};
use serde_json::Value;

use super::events;
use crate::cli::Place;

/// The log of every run.
pub(super) const LOG: &str = "bank.log";
/// The payload that [`Run::Erase`] erases.
const ERASED: (u64, PayloadOf) = (5, PayloadOf::Event);

/// Twelve events in three pieces: the starts with a step, a step, several steps.
const FIRST: [Range<usize>; 3] = [0..5, 5..6, 6..12];

/// What is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Run {
    /// Makes a log: two commits of one event, one of several, and all of the journal is moved into the file at the end.
    Begin,
    /// Goes on with a log whose last process was killed, so that its journal is there.
    GoOn,
    /// Goes on with a log that was closed as it should be.
    Reopen,
    /// Makes a log by so many commits that its journal is moved into the file meanwhile and begun anew.
    Long,
    /// Signs a checkpoint of a log that has a journal.
    Checkpoint,
    /// Erases a payload of a log that has a journal, and what is left of it there.
    Erase,
}

impl Run {
    pub(super) const ALL: [Self; 6] = [Self::Begin, Self::GoOn, Self::Reopen, Self::Long, Self::Checkpoint, Self::Erase];

    /// Returns the events that are fed, each piece once the one before is answered.
    fn pieces(self) -> Vec<Range<usize>> {
        match self {
            Self::Begin => FIRST.to_vec(),
            Self::Long => std::iter::once(0..5).chain((5..133).map(|n| n..n + 1)).collect(),
            _ => FIRST.map(|piece| piece.start + 12..piece.end + 12).to_vec(),
        }
    }

    /// Returns how many operations at the end are tried one by one: of a long run those before are like those of a short one.
    pub(super) const fn last(self) -> usize {
        if matches!(self, Self::Long) { 110 } else { usize::MAX }
    }

    /// Makes the place as it is before the run, and returns it with what was acknowledged in it.
    pub(super) fn place(self) -> (Place, Vec<String>) {
        let place = Place::bank();
        let mut acknowledged = Vec::new();
        if self == Self::Checkpoint {
            assert_eq!(place.reach("key generate o --out log.key --no-passphrase").exit, 0);
        }
        if !matches!(self, Self::Begin | Self::Long) {
            feed(place.command().args(decide()), &place, &FIRST, &mut acknowledged, self != Self::Reopen);
            assert_eq!(place.path().join("bank.log-wal").exists(), self != Self::Reopen, "{self:?}");
        }
        (place, acknowledged)
    }

    /// Runs it by a command that has the program's name already, and returns whether it came to its end. What is acknowledged is added.
    pub(super) fn run(self, command: &mut Command, place: &Place, acknowledged: &mut Vec<String>) -> bool {
        let ran = match self {
            Self::Begin | Self::GoOn | Self::Reopen | Self::Long => return feed(command.args(decide()), place, &self.pieces(), acknowledged, false),
            Self::Checkpoint => command.args(["log", "checkpoint", LOG, "--key", "log.key"]),
            Self::Erase => command.args(["log", "erase", LOG, "5", "--what", "event", "--reason", "asked for"]),
        };
        let output = ran.current_dir(place.path()).stdin(Stdio::null()).output().unwrap();
        if self == Self::Checkpoint && !output.stdout.is_empty() {
            acknowledged.push("checkpoint".to_owned());
        }
        if self == Self::Erase && output.status.success() {
            acknowledged.push("erased".to_owned());
        }
        output.status.success()
    }
}

fn decide() -> [&'static str; 9] {
    ["policy", "decide", "-q", "-b", "bank", "--log", LOG, "--origin", "o"]
}

/// Feeds events in pieces, and waits for the answers to each. Returns whether the process came to its end.
fn feed(command: &mut Command, place: &Place, pieces: &[Range<usize>], acknowledged: &mut Vec<String>, kill: bool) -> bool {
    let lines = events(pieces.last().unwrap().end);
    let mut child = command.current_dir(place.path()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let (mut stdin, mut out) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    'pieces: for piece in pieces {
        let piece = &lines[piece.clone()];
        // Who was killed reads no more.
        if stdin.write_all((piece.join("\n") + "\n").as_bytes()).and_then(|()| stdin.flush()).is_err() {
            break;
        }
        for _ in piece.iter().filter(|line| !line.contains("\"start\"")) {
            let mut line = String::new();
            if out.read_line(&mut line).unwrap() == 0 || !line.ends_with('\n') {
                break 'pieces;
            }
            acknowledged.push(line);
        }
    }
    if kill {
        child.kill().unwrap();
    }
    drop(stdin);
    child.wait().unwrap().success()
}

/// What a log has at a moment.
pub(super) struct Found {
    pub(super) head: Head,
    /// By number of the entry, the step and its effect.
    decisions: BTreeMap<u64, (Value, Value)>,
    erased: bool,
    checkpoints: usize,
}

/// Reads and checks the whole log. None where there is none yet.
pub(super) fn look(path: &Path) -> Result<Found, LogError> {
    let mut reader = Reader::open(path, Duration::ZERO)?;
    let head = reader.head()?;
    let notes = reader.checkpoints()?;
    // The root of a checkpoint stands in its third line.
    let root = |note: &str| note.lines().nth(2).and_then(Hash::from_base64).unwrap();
    let roots = notes.iter().map(|(size, note)| (*size, root(note))).collect::<Vec<_>>();
    let (summary, findings) = reader.audit(0, &roots, |_| {})?;
    assert_eq!((summary.entries, summary.root, findings.as_slice()), (head.size, head.root, [].as_slice()));
    let (mut decisions, mut erased) = (BTreeMap::new(), false);
    reader.entries(0, head.size, |entry: StoredEntry| {
        match Leaf::parse(&entry.leaf).unwrap() {
            Leaf::Event(leaf) => {
                let answer: Option<Value> = entry.answer.map(|answer| serde_json::from_slice(&answer.bytes).unwrap());
                if let (Some(effect), Some(answer)) = (leaf.effect, answer) {
                    assert_eq!(answer["effect"], effect.word());
                    decisions.insert(entry.sequence, (answer["id"].clone(), answer["effect"].clone()));
                }
            }
            Leaf::Erasure(leaf) => erased |= (leaf.entry, leaf.payload) == ERASED,
            Leaf::Recovery(leaf) => panic!("entries were cut: {leaf:?}"),
        }
        Ok::<_, LogError>(())
    })?;
    Ok(Found { head, decisions, erased, checkpoints: notes.len() })
}

impl Found {
    /// Looks whether the log has all that was acknowledged.
    pub(super) fn has(&self, acknowledged: &[String], when: &str) {
        for line in acknowledged {
            match line.as_str() {
                "checkpoint" => assert_eq!(self.checkpoints, 1, "{when}"),
                "erased" => assert!(self.erased, "{when}"),
                line => {
                    let decision: Value = serde_json::from_str(line).unwrap();
                    let number = decision["entry"].as_u64().unwrap();
                    assert_eq!(self.decisions.get(&number), Some(&(decision["id"].clone(), decision["effect"].clone())), "{when}: {line}");
                }
            }
        }
    }
}

/// Looks whether a log is whole and has all that was acknowledged; then whether sessions go on in it.
pub(super) fn must_go_on(place: &Place, acknowledged: &[String], when: &str) {
    let path: PathBuf = place.path().join(LOG);
    let before = match look(&path) {
        Ok(found) => {
            found.has(acknowledged, when);
            found.head.size
        }
        // What was killed before it had made the log has acknowledged nothing. Who may only read can't take back what was half done.
        Err(e) if acknowledged.is_empty() => {
            assert!(matches!(e, LogError::Missing(_) | LogError::NotALog(_) | LogError::ReadOnly(_)), "{when}: {e}");
            0
        }
        Err(e) => panic!("{when}: {e}"),
    };
    // One session is new, and one goes on from what the log has of it, unless an event of it is erased.
    let at = "2026-01-01T12:00:00Z";
    let lines = format!(
        "{{\"session\":\"s3\",\"type\":\"call\",\"id\":\"more\",\"name\":\"get_balance\",\"args\":{{}},\"at\":\"{at}\"}}\n{{\"session\":\"new\",\"type\":\"call\",\"id\":\"more\",\"name\":\"get_balance\",\"args\":{{}},\"at\":\"{at}\"}}\n"
    );
    let again = place.run(&decide(), lines);
    let answers = again.out.lines().map(str::to_owned).collect::<Vec<_>>();
    assert!(answers.len() == 2 && !again.out.contains("unrecorded"), "{when}: {}", again.told());
    let after = look(&path).unwrap_or_else(|e| panic!("{when}: {e}"));
    after.has(acknowledged, when);
    after.has(&answers, when);
    assert_eq!(after.head.size, before + 2, "{when}");
}
