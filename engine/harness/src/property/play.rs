//! Plans become events by being played: what follows a step depends on what is decided of it.

use std::collections::{BTreeMap, BTreeSet};

use reach_analysis::{Decided, Effect, Played};
use reach_compiler::ir::{Claim, StepKind};
use reach_values::time;

use super::draft::{Draft, Move, Plan};
use crate::replay::{Replay, Running};
use crate::witness::Json;

/// 2026-01-01T00:00:00Z, where every test starts, in nanoseconds.
pub(super) const START: i128 = 1_767_225_600 * time::SECOND_NS;

/// How a property is watched in sessions.
pub(super) struct Watch<'a> {
    pub claim: &'a Claim,
    /// The advisory rule that matches where it is about a step.
    pub rule: &'a str,
    pub replay: &'a Replay,
    /// Who may agree, as far as the policy names people.
    pub people: &'a [String],
    /// The rules that ask.
    pub asking: &'a BTreeSet<&'a str>,
}

/// What came of a session.
pub(super) struct Outcome {
    pub events: Vec<Json>,
    /// At how many steps the property was about it.
    pub met: usize,
    /// What breaks the property at the end of the events.
    pub broken: Option<Decided>,
    /// Whether all events fit.
    pub fits: bool,
}

impl Watch<'_> {
    fn is_about(&self, decided: &Decided) -> bool {
        decided.advisory.iter().any(|rule| rule == self.rule)
    }

    /// Tells whether a decision is not as the property says. What somebody agreed to beforehand, for the session, counts where approvals do.
    fn is_broken_by(&self, decided: &Decided) -> bool {
        let answered = decided.effect == Effect::Permit && decided.rules.iter().any(|rule| self.asking.contains(rule.rule.as_str()));
        reach_analysis::violates(self.claim, decided) && (!answered || reach_analysis::counts_approvals(self.claim))
    }

    /// Plays events as they stand; tells what breaks the property at the last one.
    pub fn replayed(&self, events: &[Json]) -> Option<Decided> {
        let mut running = self.replay.begin();
        let mut about = BTreeMap::new();
        let (last, before) = events.split_last()?;
        for event in before {
            match running.event(&event.written()) {
                Played::Rejected(_) => return None,
                Played::Decided(decided) => drop(about.insert(event.text_of("id"), self.is_about(&decided))),
                Played::Observed => {}
            }
        }
        let Played::Decided(decided) = running.event(&last.written()) else { return None };
        let is_about = match last.text_of("type") {
            Some("approval") => about.get(&last.text_of("step")).copied().unwrap_or(false),
            _ => self.is_about(&decided),
        };
        (is_about && self.is_broken_by(&decided)).then(|| self.without_watches(decided))
    }

    fn without_watches(&self, mut decided: Decided) -> Decided {
        decided.advisory.retain(|rule| !rule.starts_with('<'));
        decided
    }

    /// Plays a plan.
    pub fn play(&self, plan: &Plan<'_>) -> Outcome {
        let pauses: i128 = plan.moves.iter().map(|m| if let Move::Pause(ns) = m { *ns } else { 0 }).sum();
        let begin = plan.at.map_or(START, |at| at.saturating_sub(pauses).saturating_sub(time::SECOND_NS.saturating_mul(plan.moves.len() as i128)));
        let mut game =
            Game { watch: self, running: self.replay.begin(), now: begin, steps: 0, out: Outcome { events: Vec::new(), met: 0, broken: None, fits: true } };
        if !plan.context.is_empty() {
            game.tell(vec![("type", text("start")), ("context", object(&plan.context))]);
        }
        let last = plan.moves.len().saturating_sub(1);
        for (number, one) in plan.moves.iter().enumerate() {
            if !game.out.fits || game.out.broken.is_some() {
                break;
            }
            match one {
                Move::Prompt(said) => drop(game.tell(vec![("type", text("prompt")), ("text", text(said))])),
                Move::Pause(ns) => game.now = game.now.saturating_add(*ns),
                Move::Context(fields) => drop(game.tell(vec![("type", text("context")), ("context", object(fields))])),
                Move::Step(draft) => {
                    if let (true, Some(at)) = (number == last, plan.at) {
                        game.now = game.now.max(at);
                    }
                    game.step(draft);
                }
            }
        }
        game.out
    }
}

/// A session that is being played.
struct Game<'a> {
    watch: &'a Watch<'a>,
    running: Running,
    now: i128,
    steps: usize,
    out: Outcome,
}

impl Game<'_> {
    /// Tells the engine an event, a second after the one before.
    fn tell(&mut self, fields: Vec<(&str, Json)>) -> Played {
        let mut fields: Vec<(String, Json)> = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        fields.push(("at".to_owned(), text(&time::format_time(self.now))));
        self.now = self.now.saturating_add(time::SECOND_NS);
        let event = Json::Object(fields);
        let played = self.running.event(&event.written());
        self.out.events.push(event);
        if let Played::Rejected(_) = played {
            self.out.fits = false;
        }
        played
    }

    fn step(&mut self, draft: &Draft<'_>) {
        self.steps += 1;
        let id = format!("s{}", self.steps);
        let agent = draft.agent.map(|of| format!("s{of}"));
        let mut fields = vec![("type", text(draft.kind.word())), ("id", text(&id))];
        if let Some(agent) = &agent {
            fields.push(("agent", text(agent)));
        }
        if draft.kind != StepKind::Say {
            fields.push(("name", text(&draft.name)));
        }
        let declared = |of: fn(&reach_compiler::ir::Target) -> &[reach_compiler::ir::Field]| draft.target.map_or(&[][..], of);
        fields.push(("args", ordered(&draft.args, declared(|target| &target.args))));
        if !draft.facts.is_empty() {
            fields.push(("facts", ordered(&draft.facts, declared(|target| &target.facts))));
        }
        let Played::Decided(decided) = self.tell(fields) else { return };
        let about = self.watch.is_about(&decided);
        self.out.met += usize::from(about);
        if about && self.watch.is_broken_by(&decided) {
            self.out.broken = Some(self.watch.without_watches(decided));
            return;
        }
        let mut permitted = decided.effect == Effect::Permit;
        if decided.effect == Effect::Ask {
            let counts = about && reach_analysis::counts_approvals(self.watch.claim);
            match (draft.approved, counts) {
                (_, true) | (Some(true), _) => permitted = self.approve(&id, draft.for_session, counts),
                (Some(false), _) => drop(self.answer(&id, false, "person@example.com", false)),
                (None, _) => {}
            }
        }
        if !permitted || self.out.broken.is_some() || !self.out.fits {
            return;
        }
        if !draft.usage.is_empty() {
            self.tell(vec![("type", text("usage")), ("step", text(&id)), ("charges", object(&draft.usage))]);
        }
        if let Some(content) = &draft.result {
            self.tell(vec![("type", text("result")), ("step", text(&id)), ("ok", Json::Bool(draft.ok)), ("content", content.clone())]);
        }
    }

    /// Lets somebody agree, whoever may: whether the step is permitted then. An answer that isn't taken leaves no trace.
    fn approve(&mut self, id: &str, for_session: bool, counts: bool) -> bool {
        let (before, length) = (self.now, self.out.events.len());
        for person in self.watch.people {
            match self.answer(id, true, person, for_session) {
                Played::Decided(decided) => {
                    if counts && self.watch.is_broken_by(&decided) {
                        self.out.broken = Some(self.watch.without_watches(decided.clone()));
                    }
                    return decided.effect == Effect::Permit;
                }
                Played::Rejected(_) | Played::Observed => {
                    self.now = before;
                    self.out.events.truncate(length);
                    self.out.fits = true;
                    // The session knows of the answer that wasn't taken; one that doesn't is played up to here.
                    self.running = self.watch.replay.begin();
                    for event in &self.out.events {
                        self.running.event(&event.written());
                    }
                }
            }
        }
        false
    }

    fn answer(&mut self, id: &str, granted: bool, by: &str, for_session: bool) -> Played {
        let scope = if for_session { "session" } else { "once" };
        self.tell(vec![("type", text("approval")), ("step", text(id)), ("granted", Json::Bool(granted)), ("by", text(by)), ("scope", text(scope))])
    }
}

fn text(text: &str) -> Json {
    Json::Text(text.to_owned())
}

fn object(fields: &BTreeMap<String, Json>) -> Json {
    Json::Object(fields.iter().map(|(name, value)| (name.clone(), value.clone())).collect())
}

/// Returns fields in the order in which they are declared.
fn ordered(fields: &BTreeMap<String, Json>, declared: &[reach_compiler::ir::Field]) -> Json {
    let place = |name: &str| declared.iter().position(|field| field.name == name).unwrap_or(usize::MAX);
    let mut entries: Vec<(String, Json)> = fields.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    entries.sort_by_key(|(name, _)| place(name));
    Json::Object(entries)
}
