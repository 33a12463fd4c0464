//! What a question of the session's past found: the events behind its answer, or why there are none.

use reach_evaluator::VerifiedImage;
use reach_evaluator::data::View;
use reach_evaluator::image::{FoldDef, Phase, QueryDef};
use reach_evaluator::value::{Cause, NoValue, Value};
use reach_state::provenance::Found;
use reach_state::tracker::Since;
use reach_values::time;

use super::{Because, PastEntry, PastRole};
use crate::memory::agents::Collected;
use crate::memory::key::Key;
use crate::memory::trace::{Brought, Fed, Notes, Seen, Trace};
use crate::memory::{Memory, sought};
use crate::place::{one_line, spot};
use crate::work::Question;

/// The most entries that are named.
const SHOWN: usize = 8;

/// Returns what a question found; none when the session notes nothing, or there is nothing to say.
pub(super) fn because(memory: &Memory, view: View<'_>, question: Question<'_>) -> Option<Because> {
    let trace = memory.trace.as_deref()?;
    let source = one_line(spot(view.image, question.place).text);
    let mut finding = Finding { memory, trace, image: view.image, found: Because { source, said: None, entries: Vec::new(), more: 0 } };
    let operand = question.operands.first().copied().unwrap_or(Value::Absent);
    match *view.image.image().queries.get(question.query.0 as usize)? {
        QueryDef::Monitor { monitor, .. } => finding.history(monitor, view, question)?,
        QueryDef::From { origin, ty } => {
            let (form, text) = sought(view.image, ty, operand, view).ok()?;
            let notes = trace.origins.get(origin as usize)?;
            finding.heard(notes, question.answer, "observed text", |heard| {
                let found = heard.indexes.as_ref().map(|indexes| indexes.get(&form).map_or(Found::No, |index| index.contains(&text)));
                (heard.seen, heard.sure, found)
            });
        }
        QueryDef::NamedBy { .. } => {
            let Value::Text(text) = operand else { return None };
            let names = |words: &reach_state::provenance::Words| if words.names(view.text(text)) { Found::Yes } else { Found::No };
            finding.heard(&trace.prompts, question.answer, "prompt", |(seen, words)| (*seen, true, words.as_ref().map(names)));
        }
        QueryDef::Labelled { label } => finding.label(label, question.answer),
        QueryDef::WithinRights { .. } => return None,
    }
    Some(finding.found)
}

struct Finding<'a> {
    memory: &'a Memory,
    trace: &'a Trace,
    image: &'a VerifiedImage,
    found: Because,
}

impl Finding<'_> {
    fn history(&mut self, monitor: u32, view: View<'_>, question: Question<'_>) -> Option<()> {
        let def = self.image.image().monitors.get(monitor as usize)?;
        let notes = self.trace.monitors.get(monitor as usize)?;
        let (key, since_key) = self.memory.keys(def, question.operands, view);
        let since = self.memory.monitor(monitor).and_then(|state| state.since(def, &since_key, self.memory.agent).ok()).unwrap_or_default();
        let cutoff = def.over.map(|over| self.memory.now.saturating_sub(over));
        let agent = self.memory.agent;
        let role = |fed: &Fed| role(fed, &key, agent, since, cutoff);
        let mut counting: Vec<&Fed> = notes.list.iter().rev().filter(|fed| role(fed) == PastRole::Counts).collect();
        let mut near: Vec<PastRole> = Vec::new();
        match question.answer {
            Value::None(NoValue { cause, .. }) => {
                let unsure: Vec<&Fed> = notes.list.iter().rev().filter(|fed| matches!(role(fed), PastRole::Unsure | PastRole::Incomparable)).collect();
                match cause {
                    Cause::Unsure => {
                        counting = unsure;
                        match since.possible {
                            None => {}
                            Some(u64::MAX) => self.say("a step that `since` perhaps names waits for its result".to_owned()),
                            Some(pos) => self.say(format!("it isn't known whether `since` names entry {pos}")),
                        }
                    }
                    Cause::Bound => counting.clear(),
                    _ => {}
                }
            }
            Value::Bool(false) | Value::Num(0) | Value::Absent if counting.is_empty() => {
                self.say("no earlier event matches".to_owned());
                near = vec![PastRole::BeforeSince, PastRole::TooLongAgo, PastRole::OtherValues];
            }
            _ if matches!(def.fold, FoldDef::Ever) => counting.truncate(1),
            // A result has the place of its step, so that the newest isn't always the last in order; of equals it is.
            _ if matches!(def.fold, FoldDef::Latest(_)) => {
                counting.sort_by_key(|fed| std::cmp::Reverse(fed.pos));
                counting.truncate(1);
            }
            _ => {}
        }
        counting.dedup_by_key(|fed| fed.seen.entry);
        self.found.more = u64::try_from(counting.len().saturating_sub(SHOWN)).unwrap_or(u64::MAX);
        for fed in counting.into_iter().take(SHOWN) {
            self.entry(role(fed), fed.seen);
        }
        for wanted in near {
            if let Some(fed) = notes.list.iter().rev().find(|fed| role(fed) == wanted) {
                if wanted == PastRole::BeforeSince {
                    self.say(match since.certain {
                        None | Some(u64::MAX) => "a step that `since` names waits for its result, and nothing comes after that yet".to_owned(),
                        Some(pos) => format!("only what comes after entry {pos} counts, which `since` names"),
                    });
                }
                self.entry(wanted, fed.seen);
            }
        }
        self.gaps(notes.full);
        Some(())
    }

    /// Names the events that said a value.
    fn heard<T>(&mut self, notes: &Notes<T>, answer: Value, unit: &str, look: impl Fn(&T) -> (Seen, bool, Option<Found>)) {
        let looked: Vec<_> = notes.list.iter().rev().map(look).collect();
        let named: Vec<(PastRole, Seen)> = match answer {
            Value::Bool(true) => looked.iter().filter(|(_, sure, found)| *sure && *found == Some(Found::Yes)).map(|l| (PastRole::Counts, l.0)).collect(),
            Value::None(NoValue { cause: Cause::Unsure, .. }) => {
                looked.iter().filter(|(_, sure, found)| found.is_none() || !sure && *found == Some(Found::Yes)).map(|l| (PastRole::Unsure, l.0)).collect()
            }
            _ => Vec::new(),
        };
        if matches!(answer, Value::Bool(false)) {
            let mut entries: Vec<u64> = looked.iter().map(|(seen, ..)| seen.entry).collect();
            entries.dedup();
            self.say(match entries.len() {
                1 => format!("nowhere in 1 {unit}"),
                n => format!("nowhere in {n} {unit}s"),
            });
        }
        self.found.more = u64::try_from(named.len().saturating_sub(SHOWN)).unwrap_or(u64::MAX);
        for (role, seen) in named.into_iter().take(SHOWN) {
            self.entry(role, seen);
        }
        self.gaps(notes.full);
    }

    /// Names the step that brought a label, and the agents through which it came.
    fn label(&mut self, label: u32, answer: Value) {
        let role = if matches!(answer, Value::Bool(true)) { PastRole::Counts } else { PastRole::Unsure };
        let mut agent = self.memory.agent;
        let mut notes = self.trace.labels.list.as_slice();
        // Each turn looks at earlier notes than the last.
        while let Some(at) = notes.iter().rposition(|note| note.agent == agent && note.label == label) {
            let (earlier, from_it) = notes.split_at(at);
            let Some(note) = from_it.first() else { break };
            if note.now == Collected::No {
                if notes.len() == self.trace.labels.list.len() {
                    self.say(format!("entry {}, an approved step, cleared it", note.seen.entry));
                }
                break;
            }
            notes = earlier;
            self.through(role, note);
            match note.from {
                Some(from) => agent = from,
                None => break,
            }
        }
        if self.found.entries.is_empty() && self.found.said.is_none() {
            self.say("no step brought it".to_owned());
        }
        self.gaps(self.trace.labels.full);
    }

    /// Names the event by which an agent got a label.
    fn through(&mut self, role: PastRole, note: &Brought) {
        self.entry(role, note.seen);
        let agents = &self.memory.agents;
        let child = |at: usize| agents.get(at).map_or_else(String::new, |agent| format!("the agent {} ({})", agent.id, agent.name));
        let Some((from, entry)) = note.from.zip(self.found.entries.last_mut()) else { return };
        if agents.get(from).and_then(|a| a.parent) == Some(note.agent) {
            entry.what = format!("{}, with which {} gave it back", entry.what, child(from));
        } else {
            entry.what = format!("{}, with which {} began with it", entry.what, child(note.agent));
        }
    }

    fn entry(&mut self, role: PastRole, seen: Seen) {
        let step = self.trace.steps.get(&seen.asked);
        let what = match (step, seen.phase) {
            (_, None) => "end of an agent".to_owned(),
            (_, Some(Phase::Prompt)) => "prompt".to_owned(),
            (Some(step), Some(phase)) => {
                let (id, kind, shown) = (&step.id, step.kind, &step.shown);
                match phase {
                    Phase::Result if seen.entry != seen.asked => format!("result of {id} ({shown})"),
                    Phase::Permitted if seen.entry != seen.asked => format!("approval of {id} ({kind} {shown})"),
                    Phase::Attempted => format!("{kind} {id} ({shown}), attempted"),
                    Phase::Denied => format!("{kind} {id} ({shown}), refused"),
                    _ => format!("{kind} {id} ({shown})"),
                }
            }
            (None, Some(Phase::Result)) => "result of no known step".to_owned(),
            (None, _) => "a step".to_owned(),
        };
        let step = step.filter(|_| seen.phase != Some(Phase::Prompt)).map(|step| step.id.clone());
        self.found.entries.push(PastEntry { role, entry: seen.entry, step, what, at: time::format_time(seen.time) });
    }

    /// Says what the notes leave out.
    fn gaps(&mut self, full: bool) {
        if self.trace.begun > 0 {
            self.say(format!("nothing is noted of what came before entry {}", self.trace.begun));
        }
        if full {
            self.say("there were more events than are noted".to_owned());
        }
    }

    fn say(&mut self, more: String) {
        match &mut self.found.said {
            Some(said) => {
                said.push_str("; ");
                said.push_str(&more);
            }
            said => *said = Some(more),
        }
    }
}

/// Returns what an event has to do with a question.
fn role(fed: &Fed, key: &Key, agent: usize, since: Since, cutoff: Option<i128>) -> PastRole {
    let other = fed.key.as_ref().filter(|fed| fed.bytes != key.bytes);
    let too_long_ago = cutoff.is_some_and(|cutoff| fed.seen.time <= cutoff);
    let before = since.certain.is_some_and(|pos| fed.pos <= pos);
    match other {
        Some(other) if !too_long_ago && !before && other.rest == key.rest && other.beginnings != key.beginnings => PastRole::Incomparable,
        Some(_) => PastRole::OtherValues,
        None if fed.agent.is_some_and(|of| of != agent) => PastRole::OtherValues,
        None if too_long_ago => PastRole::TooLongAgo,
        None if before => PastRole::BeforeSince,
        None if !fed.sure || fed.key.is_none() || since.possible.is_some_and(|pos| fed.pos <= pos) => PastRole::Unsure,
        None => PastRole::Counts,
    }
}
