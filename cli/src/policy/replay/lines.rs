//! Events that stand in lines, decided and compared.

use std::path::Path;
use std::sync::Arc;

use reach_codes::Sources;
use reach_engine::{Decision, Entities, Limits, Outcome, Sessions, VerifiedImage};
use reach_replay::{Compared, Comparison, Decided, Old, Place};

use crate::failure::Failure;
use crate::policy::count;
use crate::policy::events::{Context, Events};
use crate::terminal::Terminal;

/// The most sessions. A host would have fewer at the same time.
const SESSIONS: usize = 1 << 20;

/// Decides the events, and compares.
///
/// # Errors
/// When they can't be read.
pub fn compare(path: &Path, context: Option<&str>, comparison: &Comparison, terminal: &mut Terminal) -> Result<Compared, Failure> {
    let mut context = context.map(Context::read).transpose()?;
    let mut new = sessions(&comparison.new, comparison.entities.as_ref());
    let mut old = match &comparison.old {
        Some(Old::Bundle(image, entities)) => Some(sessions(image, entities.as_ref())),
        Some(Old::Recorded | Old::Kept(_)) | None => None,
    };
    let mut events = Events::open(path, terminal)?;
    let mut compared = Compared::default();
    while let Some(line) = events.next(|| Ok(()))? {
        let n = compared.tally.events;
        terminal.progress(|| format!("{} compared", count(n, "event")));
        if let Some(flaw) = line.flaw {
            terminal.warn(&Sources::new(), &[flaw]);
        }
        if let Some(context) = &mut context
            && let Some(start) = context.begin(&mut new, line.text)?
            && let Some(old) = &mut old
        {
            let _ = old.event(&start);
        }
        let outcome = new.event(line.text);
        let was = old.as_mut().map(|old| old.event(line.text));
        let rejected = matches!(was, Some(Outcome::Rejected(_)));
        let (now, was) = (decision(&outcome), was.as_ref().and_then(decision));
        let before = match (&comparison.old, was, now) {
            (Some(Old::Kept(kept)), _, Some(now)) => kept.decided(&now.session, now.entry, now),
            (_, was, _) => was.map(Decided::of),
        };
        let place = now.or(was).map(|decision| (decision.session.clone(), decision.entry));
        let after = compared.outcome(place.as_ref().map_or(0, |(_, number)| *number), &outcome, rejected);
        match place.filter(|_| comparison.old.is_some()) {
            Some((session, number)) => compared.tally.event(Place { session: &session, number, entry: line.number }, line.text, before, after),
            None => compared.tally.events += 1,
        }
    }
    compared.sessions = new.len() as u64;
    if let Some(Old::Kept(before)) = &comparison.old {
        compared.gone(before);
    }
    Ok(compared)
}

fn sessions(image: &Arc<VerifiedImage>, entities: Option<&Arc<Entities>>) -> Sessions {
    let entities = entities.cloned();
    let limits = Limits { sessions: SESSIONS, ..Limits::LANGUAGE };
    Sessions::new(Arc::clone(image), move |_| reach_replay::recorded(Limits::LANGUAGE, entities.clone())).with_limits(limits)
}

fn decision(outcome: &Outcome) -> Option<&Decision> {
    match outcome {
        Outcome::Decision(decision) => Some(decision),
        Outcome::Observed | Outcome::LeftOut(_) | Outcome::Rejected(_) => None,
    }
}
