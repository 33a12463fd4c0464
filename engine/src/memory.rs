//! What a session remembers of its events, and how it answers the machine.
//!
//! Everything here changes only when an event is folded, costs a constant or a logarithm for each event and question, and is bounded
//! by the limits of the language. Where a bound was reached, an answer that could depend on what was lost has no value.

pub(crate) mod agents;
pub(crate) mod beginnings;
pub(crate) mod budgets;
pub(crate) mod content;
pub(crate) mod kept;
pub(crate) mod key;
pub(crate) mod trace;
pub(crate) mod watch;
pub(crate) mod yaml;

use std::collections::{BTreeMap, BTreeSet};

use reach_evaluator::VerifiedImage;
use reach_evaluator::data::{ContextData, StepData, View};
use reach_evaluator::image::{FoldDef, Form as ValueForm, MonitorDef, OriginDef, Phase, QueryDef, StepKind, TypeDesc, TypeId};
use reach_evaluator::op::QueryId;
use reach_evaluator::value::{Cause, Value};
use reach_evaluator::vm::Past;
use reach_state::ledger::Account;
use reach_state::provenance::{Form, Found, Index, Words, letters_or_digits};
use reach_state::tracker::{Answer, At, Fold, Limits as TrackerLimits, Marks, Shape, Since, Tracker, Why};
use reach_values::{decimal, time};
use serde::{Deserialize, Serialize};

use crate::limits::Limits;
use agents::{Agents, Collected, MAIN};
use beginnings::Beginnings;
use budgets::{Before, Holder};
use kept::Kept;
use key::Key;
use trace::Trace;
use watch::Moment;

/// The most bytes that the index of one origin in one form may take.
const INDEX_BYTES: usize = 256 << 20;
/// How many letters and digits a value must have at least, to tell where it came from.
const LETTERS: usize = 4;

/// What a session remembers.
#[derive(Debug)]
pub(crate) struct Memory {
    pub agents: Agents,
    /// By number; none to which no event was told yet, since most sessions end before most monitors have heard of anything.
    pub monitors: Box<[Option<Box<Monitor>>]>,
    /// How much each of them may keep.
    pub keeping: TrackerLimits,
    pub origins: Vec<Origin>,
    pub words: Words,
    /// Whether there was a prompt that is not known.
    pub words_lost: bool,
    pub accounts: BTreeMap<(u32, Holder), Account>,
    /// The accounts that have not got their opening balance, since nothing was charged to them by a step.
    pub unopened: BTreeSet<(u32, Holder)>,
    /// How many bytes of text were observed.
    pub observed: usize,
    /// Who asks.
    pub agent: usize,
    /// When.
    pub now: i128,
    /// When the session began.
    pub began: i128,
    /// While a step is only looked at: what the accounts were that it touched, in order.
    pub aside: Option<Vec<Before>>,
    /// What the event at hand has changed, for the running digest.
    pub changes: Vec<u8>,
    /// Which events fed what, where that is asked for.
    pub trace: Option<Box<Trace>>,
}

/// A use of history.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Monitor {
    /// Of `latest`, the record with its place in the order.
    pub tracker: Tracker<(u64, Kept)>,
    pub since: Option<Marks>,
    /// How paths among the keys begin.
    pub beginnings: Beginnings,
    /// The same for the keys of `since`.
    pub since_beginnings: Beginnings,
    /// With `per agent`, the latest event of an agent of which it isn't known by what it is joined.
    pub unsure_of: BTreeMap<usize, At>,
    /// The same of `since`: positions.
    pub since_unsure_of: BTreeMap<usize, u64>,
}

impl Monitor {
    /// Returns one to which nothing was told yet.
    fn new(def: &MonitorDef, keeping: TrackerLimits) -> Self {
        Self {
            tracker: Tracker::new(shape(def), keeping),
            since: def.since.as_ref().map(|_| Marks::new(keeping)),
            beginnings: Beginnings::default(),
            since_beginnings: Beginnings::default(),
            unsure_of: BTreeMap::new(),
            since_unsure_of: BTreeMap::new(),
        }
    }

    /// Returns whether nothing was told to it yet.
    fn is_untouched(&self) -> bool {
        self.tracker.is_untouched()
            && self.since.as_ref().is_none_or(Marks::is_untouched)
            && [&self.beginnings, &self.since_beginnings].into_iter().all(|beginnings| *beginnings == Beginnings::default())
            && self.unsure_of.is_empty()
            && self.since_unsure_of.is_empty()
    }

    /// Notes an event of an agent of which it isn't known by what it is joined.
    pub fn doubt_agent(&mut self, agent: usize, at: At) {
        let latest = self.unsure_of.entry(agent).or_insert(at);
        *latest = At { pos: latest.pos.max(at.pos), time: latest.time.max(at.time) };
    }

    /// Returns where a question of an agent begins.
    pub fn since(&self, def: &MonitorDef, key: &Key, agent: usize) -> Result<Since, Cause> {
        let since = match &self.since {
            None => return Ok(Since::default()),
            Some(marks) if def.results && def.since_steps => marks.since_of_results(&key.bytes).map_err(cause)?,
            Some(marks) => marks.since(&key.bytes).map_err(cause)?,
        };
        let unsure = self.since_unsure_of.get(&agent).filter(|_| def.per_agent).copied();
        let waits = |seen: beginnings::Seen| if def.results && seen.open > 0 { u64::MAX } else { seen.at.pos };
        let possible = self.since_beginnings.incomparable(key).map(waits).chain(unsure).chain(since.possible).max();
        Ok(Since { possible: possible.filter(|pos| Some(*pos) > since.certain), ..since })
    }
}

/// Where values come from.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Origin {
    /// By form: what surely came from there, and what perhaps did.
    pub indexes: BTreeMap<Form, [Index; 2]>,
    /// Whether there was text that is not known or did not fit.
    pub lost: bool,
}

impl Origin {
    /// Adds a text.
    pub fn add(&mut self, text: &str, sure: bool) {
        for pair in self.indexes.values_mut() {
            let [certain, possible] = pair;
            if sure { certain } else { possible }.add(text);
        }
    }

    fn contains(&self, form: Form, value: &str) -> Result<bool, Cause> {
        let Some([certain, possible]) = self.indexes.get(&form) else { return Err(Cause::Unsure) };
        match certain.contains(value) {
            Found::Yes => return Ok(true),
            Found::Unknown => return Err(Cause::Bound),
            Found::No => {}
        }
        match possible.contains(value) {
            Found::Yes => Err(Cause::Unsure),
            Found::Unknown => Err(Cause::Bound),
            Found::No if self.lost => Err(Cause::Unsure),
            Found::No => Ok(false),
        }
    }
}

/// Returns the form in which values of a type are looked for, and whether they always tell where they came from.
fn form_of(desc: &TypeDesc) -> (Form, bool) {
    match desc {
        TypeDesc::Form(ValueForm::Iban) => (Form::Iban, true),
        TypeDesc::Form(ValueForm::Email | ValueForm::Url) => (Form::Folded, true),
        TypeDesc::Form(ValueForm::Host | ValueForm::Ip | ValueForm::Network) => (Form::Folded, false),
        TypeDesc::Int | TypeDesc::Decimal => (Form::Number, false),
        _ => (Form::Exact, false),
    }
}

/// Returns the text of a value that is looked for, and the form in which it is.
pub(crate) fn sought(image: &VerifiedImage, ty: TypeId, value: Value, view: View<'_>) -> Result<(Form, String), Cause> {
    let (form, always) = form_of(image.ty(ty));
    let text = match (image.ty(ty), value) {
        (_, Value::Text(text)) => view.text(text).to_owned(),
        (TypeDesc::Int, Value::Num(n)) => n.to_string(),
        (TypeDesc::Decimal, Value::Num(n)) => decimal::format(n),
        (TypeDesc::Date, Value::Num(n)) => time::format_date(n),
        _ => return Err(Cause::Unsure),
    };
    if !always && letters_or_digits(&text, LETTERS) < LETTERS {
        return Err(Cause::TooShort);
    }
    Ok((form, text))
}

/// Returns how a monitor is kept.
pub(crate) fn shape(def: &MonitorDef) -> Shape {
    let fold = match def.fold {
        FoldDef::Ever => Fold::Ever,
        FoldDef::Count { most, .. } => Fold::Count { cap: most },
        FoldDef::Sum(_) => Fold::Sum,
        FoldDef::Latest(_) => Fold::Latest,
    };
    Shape { fold, over: def.over, since: def.since.is_some() }
}

/// Returns how much one of so many monitors may keep.
pub(crate) fn tracker_limits(limits: &Limits, monitors: usize) -> TrackerLimits {
    // All uses of history together hold a bounded amount.
    let share = |whole: usize, least: usize, most: usize| (whole / monitors.max(1)).clamp(least, most);
    TrackerLimits { keys: limits.keys, entries: share(1_000_000, 10_064, 100_000), bytes: share(128 << 20, 1 << 20, 16 << 20) }
}

impl Memory {
    /// Notes a change of the state.
    pub fn changed(&mut self, what: u8, number: u32, bytes: &[u8]) {
        self.changes.push(what);
        self.changes.extend_from_slice(&number.to_le_bytes());
        self.changes.extend_from_slice(&u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_le_bytes());
        self.changes.extend_from_slice(bytes);
    }

    /// Returns what is remembered before the first event.
    pub fn new(image: &VerifiedImage, limits: &Limits) -> Self {
        let tables = image.image();
        let keeping = tracker_limits(limits, tables.monitors.len());
        let mut origins: Vec<Origin> = tables.origins.iter().map(|_| Origin::default()).collect();
        for query in &tables.queries {
            if let QueryDef::From { origin, ty } = query
                && let Some(origin) = origins.get_mut(*origin as usize)
            {
                let form = form_of(image.ty(*ty)).0;
                origin.indexes.entry(form).or_insert_with(|| [Index::bounded(form, INDEX_BYTES), Index::bounded(form, INDEX_BYTES)]);
            }
        }
        Self {
            agents: Agents::new(tables.labels.len()),
            monitors: tables.monitors.iter().map(|_| None).collect(),
            keeping,
            origins,
            words: Words::bounded(INDEX_BYTES),
            words_lost: false,
            accounts: BTreeMap::new(),
            unopened: BTreeSet::new(),
            observed: 0,
            agent: MAIN,
            now: 0,
            began: 0,
            aside: None,
            changes: Vec::new(),
            trace: None,
        }
    }

    /// Returns a monitor to which something was told.
    pub fn monitor(&self, id: u32) -> Option<&Monitor> {
        self.monitors.get(id as usize)?.as_deref()
    }

    /// Returns a monitor so that something can be told to it.
    pub fn monitor_mut(&mut self, image: &VerifiedImage, id: u32) -> Option<&mut Monitor> {
        let def = image.image().monitors.get(id as usize)?;
        let keeping = self.keeping;
        Some(self.monitors.get_mut(id as usize)?.get_or_insert_with(|| Box::new(Monitor::new(def, keeping))))
    }

    /// Returns the monitors as they are saved: each, whether something was told to it or not.
    pub fn saved_monitors(&self, image: &VerifiedImage) -> Vec<Monitor> {
        let defs = &image.image().monitors;
        let whole = |(def, monitor): (&MonitorDef, &Option<Box<Monitor>>)| monitor.as_deref().cloned().unwrap_or_else(|| Monitor::new(def, self.keeping));
        defs.iter().zip(&self.monitors).map(whole).collect()
    }

    /// Takes the monitors of a saved state, by number.
    pub fn restore_monitors(&mut self, monitors: Vec<Monitor>) {
        self.monitors = monitors.into_iter().map(|monitor| (!monitor.is_untouched()).then(|| Box::new(monitor))).collect();
    }

    /// Returns whether a text of that length may still be observed; if not, nothing of it is known.
    pub fn observes(&mut self, bytes: usize, limits: &Limits) -> bool {
        self.observed = self.observed.saturating_add(bytes);
        self.changed(6, 0, &(bytes as u64).to_le_bytes());
        self.observed <= limits.observed_bytes
    }

    /// Begins to note for explanations what events do, from this one on.
    pub fn begin_trace(&mut self, image: &VerifiedImage, limits: &Limits, begun: u64) {
        self.trace = Some(Box::new(Trace::new(image, limits.trace_notes, begun, &self.agents)));
    }

    /// Notes for explanations which labels the event at hand brought to whom.
    pub fn trace_labels(&mut self, moment: Moment) {
        if let Some(trace) = &mut self.trace {
            trace.labels(&self.agents, moment);
        }
    }

    /// Notes for explanations which event is folded.
    pub fn trace_at(&mut self, phase: Phase, moment: Moment) {
        if let Some(trace) = &mut self.trace {
            trace.at(phase, moment);
        }
    }

    /// Notes for explanations what an event added to the origins of a kind; without texts, that it isn't known.
    pub fn trace_texts(&mut self, image: &VerifiedImage, of: OriginDef, texts: Option<&[String]>, sure: bool) {
        let Some(trace) = &mut self.trace else { return };
        for at in image.origins_of(of).map(|at| at as usize) {
            match (texts, self.origins.get(at)) {
                (Some(texts), Some(origin)) => trace.heard(at, origin, texts, sure),
                _ => trace.lost(at),
            }
        }
    }

    /// As [`Memory::trace_texts`], for the origins of all results.
    pub fn trace_results(&mut self, image: &VerifiedImage, texts: Option<&[String]>) {
        let Some(trace) = &mut self.trace else { return };
        for ((at, origin), def) in self.origins.iter().enumerate().zip(&image.image().origins) {
            match texts {
                _ if matches!(def, OriginDef::User) => {}
                Some(texts) => trace.heard(at, origin, texts, false),
                None => trace.lost(at),
            }
        }
    }

    /// Does something with each origin of a kind.
    pub fn each_origin(&mut self, image: &VerifiedImage, of: OriginDef, mut each: impl FnMut(&mut Origin)) {
        for at in image.origins_of(of) {
            if let Some(origin) = self.origins.get_mut(at as usize) {
                each(origin);
            }
        }
    }

    fn from(&self, image: &VerifiedImage, origin: u32, ty: TypeId, value: Value, view: View<'_>) -> Result<Value, Cause> {
        let (form, text) = sought(image, ty, value, view)?;
        self.origins.get(origin as usize).ok_or(Cause::Unsure)?.contains(form, &text).map(Value::Bool)
    }

    /// Returns the key of a question, and that of its `since`.
    pub fn keys(&self, def: &MonitorDef, operands: &[Value], view: View<'_>) -> (Key, Key) {
        let agent = def.per_agent.then_some(self.agent);
        let (mut key, mut since_key) = (Key::of_agent(agent), Key::of_agent(agent));
        key.reserve_for(def.keys.len());
        for (ty, value) in def.keys.iter().zip(operands) {
            key.push(view, *ty, *value);
        }
        for (ty, value) in def.since.iter().flatten().zip(operands.iter().skip(def.keys.len())) {
            since_key.push(view, *ty, *value);
        }
        (key, since_key)
    }

    fn history(&self, image: &VerifiedImage, monitor: u32, operands: &[Value], step: &mut StepData, context: &ContextData) -> Result<Value, Cause> {
        let def = image.image().monitors.get(monitor as usize).ok_or(Cause::Unsure)?;
        let Some(state) = self.monitor(monitor) else { return untouched(def) };
        let (key, since_key) = self.keys(def, operands, View { image, step, context });
        let since = state.since(def, &since_key, self.agent)?;
        // An event whose path begins elsewhere can't be compared, so that it isn't known whether it matches.
        let counts = |at: &At| def.over.is_none_or(|over| at.time > self.now.saturating_sub(over)) && since.certain.is_none_or(|pos| at.pos > pos);
        let doubted = state.unsure_of.get(&self.agent).filter(|_| def.per_agent).copied();
        let doubted = state.beginnings.incomparable(&key).map(|seen| seen.at).chain(doubted).filter(counts).map(|at| at.pos).max();
        let answer = state.tracker.ask(&key.bytes, self.now, since);
        if let Some(pos) = doubted {
            match answer {
                Answer::Bool(true) => {}
                Answer::Latest(Some((found, _))) if *found > pos => {}
                _ => return Err(Cause::Unsure),
            }
        }
        match answer {
            Answer::Bool(truth) => Ok(Value::Bool(truth)),
            Answer::Number(n) => match def.fold {
                FoldDef::Count { most, saturates: false } if n >= i128::from(most) => Err(Cause::Bound),
                FoldDef::Sum(ty) if !fits(image.ty(ty), n) => Err(Cause::Overflow),
                _ => Ok(Value::Num(n)),
            },
            Answer::Latest(None) => Ok(Value::Absent),
            Answer::Latest(Some((_, kept))) => Ok(kept.load(step).first().copied().unwrap_or(Value::Absent)),
            Answer::None(why) => Err(cause(why)),
        }
    }

    fn within_rights(&self, image: &VerifiedImage, names: Value, view: View<'_>) -> Result<Value, Cause> {
        let Value::List(names) = names else { return Err(Cause::Unsure) };
        let mut conditional = false;
        for name in view.cells(names) {
            let Value::Text(name) = name else { return Err(Cause::Unsure) };
            let target = image.target(StepKind::Call, view.text(*name)).and_then(|t| u32::try_from(t).ok());
            match target.and_then(|target| self.agents.conditions(image, self.agent, target)) {
                None => return Ok(Value::Bool(false)),
                Some(conditions) => conditional |= !conditions.is_empty(),
            }
        }
        // What is granted only under a condition may be more than the agent has.
        if conditional { Err(Cause::Unsure) } else { Ok(Value::Bool(true)) }
    }
}

/// Returns what a monitor answers to which nothing was told yet, whatever is asked.
const fn untouched(def: &MonitorDef) -> Result<Value, Cause> {
    match def.fold {
        FoldDef::Ever => Ok(Value::Bool(false)),
        // No count is below nothing.
        FoldDef::Count { most: 0, saturates: false } => Err(Cause::Bound),
        FoldDef::Count { .. } | FoldDef::Sum(_) => Ok(Value::Num(0)),
        FoldDef::Latest(_) => Ok(Value::Absent),
    }
}

/// Returns whether what was restored could have come about by folding events under these limits.
pub(crate) fn is_sound(memory: &Memory, image: &VerifiedImage, limits: &Limits) -> bool {
    let tables = image.image();
    let fresh = Memory::new(image, limits);
    let keeping = fresh.keeping;
    let told = memory.monitors.iter().zip(&tables.monitors).filter_map(|(monitor, def)| Some((monitor.as_deref()?, def)));
    let monitors = memory.monitors.len() == tables.monitors.len()
        && told.into_iter().all(|(monitor, def)| {
            monitor.tracker.is_sound(shape(def), keeping)
                && monitor.since.is_some() == def.since.is_some()
                && monitor.since.as_ref().is_none_or(|marks| marks.is_sound(keeping))
                && monitor.beginnings.is_sound()
                && monitor.since_beginnings.is_sound()
        });
    let origins = memory.origins.len() == fresh.origins.len()
        && memory.origins.iter().zip(&fresh.origins).all(|(origin, fresh)| {
            origin.indexes.keys().eq(fresh.indexes.keys())
                && origin.indexes.iter().all(|(form, pair)| pair.iter().all(|index| index.form() == *form && index.is_sound()))
        });
    let accounts = memory.accounts.iter().all(|((budget, holder), account)| {
        let agent = match holder {
            Holder::Session => MAIN,
            Holder::Agent(agent) | Holder::Granted(agent) => *agent,
        };
        agent < memory.agents.len() && tables.budgets.get(*budget as usize).is_some_and(|def| account.is_sound(def.over))
    });
    monitors && origins && accounts && memory.words.is_sound() && memory.agents.is_sound(tables.labels.len())
}

/// Returns whether a sum is of its type.
fn fits(ty: &TypeDesc, sum: i128) -> bool {
    match ty {
        TypeDesc::Int => i64::try_from(sum).is_ok(),
        _ => decimal::checked_add(sum, 0).is_ok(),
    }
}

const fn cause(why: Why) -> Cause {
    match why {
        Why::Unsure => Cause::Unsure,
        Why::Bound => Cause::Bound,
        Why::Overflow => Cause::Overflow,
    }
}

impl Past for Memory {
    fn ask(&self, image: &VerifiedImage, query: QueryId, operands: &[Value], step: &mut StepData, context: &ContextData) -> Result<Value, Cause> {
        let operand = operands.first().copied().unwrap_or(Value::Absent);
        match image.image().queries.get(query.0 as usize).ok_or(Cause::Unsure)? {
            QueryDef::Monitor { monitor, .. } => self.history(image, *monitor, operands, step, context),
            QueryDef::From { origin, ty } => self.from(image, *origin, *ty, operand, View { image, step, context }),
            QueryDef::NamedBy { .. } => match operand {
                Value::Text(text) if self.words.names(View { image, step, context }.text(text)) => Ok(Value::Bool(true)),
                Value::Text(_) if !self.words_lost => Ok(Value::Bool(false)),
                _ => Err(Cause::Unsure),
            },
            QueryDef::Labelled { label } => match self.agents.get(self.agent).and_then(|a| a.labels.get(*label as usize)) {
                Some(Collected::Yes) => Ok(Value::Bool(true)),
                Some(Collected::No) => Ok(Value::Bool(false)),
                Some(Collected::Perhaps) | None => Err(Cause::Unsure),
            },
            QueryDef::WithinRights { .. } => self.within_rights(image, operand, View { image, step, context }),
        }
    }
}
