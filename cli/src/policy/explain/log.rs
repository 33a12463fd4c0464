//! A log of a run: event lines, and perhaps the decisions that were made, each on a line of its own as `policy decide` prints it, or beside
//! its event as `{"event": …, "decision": …}`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use reach_codes::render::plain;
use reach_codes::table::{event, log};
use reach_engine::{Decision, Effect, Entities, VerifiedImage};
use reach_log::Leaf;
use reach_log::leaf::Outcome;
use reach_store::LogError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::failure::Failure;
use crate::log::failed;
use crate::policy::events::Head;

/// How many decisions are kept.
const MOST_DECISIONS: usize = 1 << 20;

/// A decision that stands in a log.
#[derive(Debug, Deserialize)]
struct Made<'a> {
    #[serde(borrow, default)]
    session: Cow<'a, str>,
    #[serde(borrow, default)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    effect: Cow<'a, str>,
    #[serde(borrow)]
    rules: Vec<MadeBy<'a>>,
    #[serde(borrow, default)]
    bundle: Cow<'a, str>,
}

#[derive(Debug, Deserialize)]
struct MadeBy<'a> {
    #[serde(borrow)]
    rule: Cow<'a, str>,
}

/// An event with its decision.
#[derive(Debug, Deserialize)]
struct Pair<'a> {
    #[serde(borrow)]
    event: &'a RawValue,
    #[serde(borrow, default)]
    decision: Option<&'a RawValue>,
}

/// The decision that stands in the log, beside that of now.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Compared {
    /// Whether it is decided so now too: with this effect, by these rules.
    pub same: bool,
    /// The effect.
    pub effect: String,
    /// The rules that decided, or the reserved reason.
    pub rules: Vec<String>,
    /// The digest of the bundle that decided; empty where the log doesn't say.
    pub bundle: String,
    /// Whether that is another bundle than the one of now.
    pub other_bundle: bool,
}

/// The events of one session out of a log that `policy decide --log` wrote, as lines.
pub struct Stored {
    /// The lines: events, each with its decision where it has one.
    pub lines: Vec<u8>,
    /// The session.
    pub session: String,
    /// The number of the entry that was asked for, in its session.
    pub number: Option<u64>,
    /// Whether it was recorded as a run that took place already.
    pub recorded: bool,
    /// The bundle that decided its first event.
    pub bundle: String,
    /// The digest of what the host told of entities.
    pub entities: Option<String>,
}

impl Stored {
    /// Checks that the session is explained with what the host told of entities when it was decided, where the same bundle decides.
    ///
    /// # Errors
    /// When it was told something else.
    pub fn check_entities(&self, image: &VerifiedImage, given: Option<&Entities>) -> Result<(), Failure> {
        let given = given.and_then(Entities::digest);
        if self.bundle != image.digest() || self.entities.as_deref() == given {
            return Ok(());
        }
        let named = |digest: Option<&str>| digest.map_or_else(|| "no data".to_owned(), str::to_owned);
        let message = format!("the session is of the entities {}, and given are {}", named(self.entities.as_deref()), named(given));
        Err(Failure::new(event::STATE_OF_OTHER_ENTITIES, message).help("`--entities FILE` names the data that the session began with"))
    }
}

/// Reads the session of an entry, or the one that is named, out of a log.
///
/// # Errors
/// When neither is there, or what comes before the entry was erased.
pub fn stored(path: &Path, seq: Option<u64>, session: Option<&str>) -> Result<Stored, Failure> {
    let reader = failed::reader(path)?;
    let fail = |error| failed::failure(path, &error);
    let missing = |what: String| Failure::new(log::NO_SUCH_ENTRY, format!("`{}` {what}", path.display()));
    let (session, number) = match (seq, session) {
        (Some(seq), session) => {
            let entry = reader.entry(seq).map_err(fail)?.ok_or_else(|| missing(format!("has no entry {seq}")))?;
            match Leaf::parse(&entry.leaf) {
                Ok(Leaf::Event(leaf)) if session.is_none_or(|name| name == leaf.session) => (leaf.session, Some(leaf.number)),
                _ => return Err(missing(format!("has no step as entry {seq}{}", if session.is_some() { " of that session" } else { "" }))),
            }
        }
        (None, Some(session)) => (session.to_owned(), None),
        (None, None) => return Err(Failure::usage("of a log, `--seq` says which entry is explained, or `--session` of which session the last step")),
    };
    let mut stored = Stored { lines: Vec::new(), session, number, recorded: false, bundle: String::new(), entities: None };
    let mut erased = None;
    reader
        .session(&stored.session.clone(), |entry| {
            let Ok(Leaf::Event(leaf)) = Leaf::parse(&entry.leaf) else { return Ok(()) };
            if number.is_some_and(|number| leaf.number > number) || leaf.outcome == Outcome::Activated {
                return Ok(());
            }
            stored.recorded = leaf.recorded;
            if leaf.number == 0 {
                (stored.bundle, stored.entities) = (leaf.bundle.clone(), leaf.entities.clone());
            }
            let Some(event) = entry.event else {
                erased.get_or_insert(entry.sequence);
                return Ok(());
            };
            stored.lines.extend_from_slice(&event.bytes);
            stored.lines.push(b'\n');
            if let Some(answer) = entry.answer.filter(|_| leaf.effect.is_some()) {
                stored.lines.extend_from_slice(&answer.bytes);
                stored.lines.push(b'\n');
            }
            Ok::<_, LogError>(())
        })
        .map_err(fail)?;
    match erased {
        Some(seq) => Err(missing(format!("has no event of entry {seq} any more: it was erased, and what follows in its session can't be explained"))),
        None => Ok(stored),
    }
}

/// The decisions of a log, by session and step.
#[derive(Default)]
pub struct Decisions {
    made: BTreeMap<(String, String), Compared>,
}

impl Decisions {
    /// Takes a line of a log: a decision is kept, an event is returned.
    pub fn take<'a>(&mut self, line: &'a str) -> Option<Cow<'a, str>> {
        if let Ok(pair) = serde_json::from_str::<Pair<'a>>(line) {
            if let Some(decision) = pair.decision {
                self.keep(decision.get(), Some(&Head::of(pair.event.get())));
            }
            return Some(Cow::Borrowed(pair.event.get()));
        }
        let is_event = Head::of(line).kind.is_some();
        if !is_event && self.keep(line, None) { None } else { Some(Cow::Borrowed(line)) }
    }

    /// Keeps a decision; returns whether it is one.
    fn keep(&mut self, text: &str, of: Option<&Head<'_>>) -> bool {
        let Ok(made) = serde_json::from_str::<Made<'_>>(text) else { return false };
        let of = of.map(|head| (head.session.as_deref().unwrap_or_default().to_owned(), head.id.as_deref().unwrap_or_default().to_owned()));
        let key = of.unwrap_or_else(|| (made.session.into_owned(), made.id.into_owned()));
        let rules = made.rules.into_iter().map(|r| r.rule.into_owned()).collect();
        let compared = Compared { same: false, effect: made.effect.into_owned(), rules, bundle: made.bundle.into_owned(), other_bundle: false };
        if self.made.len() < MOST_DECISIONS {
            // The first answer is that of the step; what comes later is that of an approval.
            self.made.entry(key).or_insert(compared);
        }
        true
    }

    /// Returns the decision of a step, beside that of now.
    pub fn of(&self, session: &str, now: &Decision) -> Option<Compared> {
        let mut made = self.made.get(&(session.to_owned(), now.id.clone()))?.clone();
        let rules: Vec<&str> = now.rules.iter().map(|r| r.rule.as_str()).collect();
        made.same = made.effect == now.effect.word() && made.rules == rules;
        made.other_bundle = !made.bundle.is_empty() && made.bundle != now.bundle;
        Some(made)
    }
}

impl Compared {
    /// Says for people whether it was decided so.
    pub fn text(&self) -> String {
        let other = if self.other_bundle { ", with another bundle" } else { "" };
        if self.same {
            return format!("  as it was decided when it was recorded{other}\n");
        }
        let word = [Effect::Permit, Effect::Ask, Effect::Forbid].into_iter().map(Effect::word).find(|w| *w == self.effect);
        let rules: Vec<String> = self.rules.iter().map(|r| format!("`{}`", plain(r).replace('\n', "\\n"))).collect();
        let by = if rules.is_empty() { String::new() } else { format!(" by {}", rules.join(", ")) };
        format!("  when it was recorded it was {}{by}{other}\n", word.map_or_else(|| format!("`{}`", plain(&self.effect)), str::to_owned))
    }
}
