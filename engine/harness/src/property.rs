//! Properties are tested by generation: sessions are made from the types and the constants of a policy, steered towards what a property is
//! about, and played. What breaks one is made small and written as a test.
//!
//! `place` says where a value stands, `constants` what a policy compares it with, `texts` and `number` which values lie on either side,
//! `draft` makes values, `steer` and `past` choose them such that conditions come true and what they ask of the session has happened,
//! `play` plays, `shrink` makes small. The same seed makes the same sessions on every machine.

mod constants;
mod draft;
mod failing;
mod gather;
mod generate;
mod number;
mod past;
mod place;
mod play;
mod random;
mod said;
mod scene;
mod shrink;
mod steer;
mod texts;
mod vacuous;
mod worlds;

use std::sync::OnceLock;

use reach_analysis::Decided;
use reach_compiler::ir::{Aside, Bundle, Claim, Expr, ExprKind, Rule};
use schemars::JsonSchema;
use serde::Serialize;

use self::generate::Generator;
use self::play::Watch;
use self::scene::Scene;
use self::shrink::shrink;
use crate::replay::Replay;
use crate::witness::{Event, Json, fails, shown};

/// How many sessions are made for a property, unless it is said otherwise.
pub const CASES: u32 = 1_000;

/// How many are made for all properties of a bundle at most, unless it is said otherwise; each gets at least [`FEWEST`].
const MOST_CASES: usize = 250_000;
const FEWEST: u32 = 20;

/// The seed of generation, unless it is said otherwise.
pub const SEED: u64 = 1;

/// How many bytes of sources may be compiled to try the tests that are printed.
const MOST_TRIED: usize = 32 << 20;

/// How many properties are watched by one machine.
const TOGETHER: usize = 16;

/// How properties are run.
#[derive(Clone, Copy, Debug)]
pub struct PropertyOptions {
    /// Where generation begins.
    pub seed: u64,
    /// How many sessions are made for each property; none for as many as is usual.
    pub cases: Option<u32>,
}

impl Default for PropertyOptions {
    fn default() -> Self {
        Self { seed: SEED, cases: None }
    }
}

/// What was done to test a property.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct PropertyRun {
    /// The seed that makes the same sessions again.
    pub seed: u64,
    /// How many sessions were made.
    pub cases: u32,
    /// How many of them had a step that the property is about.
    pub met: u32,
    /// What breaks the property, if something does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken: Option<Broken>,
    /// Why the property says nothing, if it does: no step came under its `given`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vacuous: Option<String>,
}

/// A session that breaks a property.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Broken {
    /// The events, each a line of JSON as `policy decide` reads it.
    pub events: Vec<String>,
    /// What the host tells of entities, one a line of JSON; absent where nothing is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entities: Option<String>,
    /// The events, each a line for people.
    pub session: Vec<String>,
    /// What was expected.
    pub expected: String,
    /// What is decided at the end.
    pub decided: Decided,
    /// A test of the same session, which fails as long as the property is broken; absent where some event can't stand in a test.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<String>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_test: Option<String>,
    /// Whether it is as small as it gets; not where shrinking took too long.
    pub smallest: bool,
}

impl Broken {
    /// Returns what is decided at the end, and by what.
    #[must_use]
    pub fn actual(&self) -> String {
        let names: Vec<&str> = self.decided.rules.iter().map(|rule| rule.rule.as_str()).collect();
        format!("{} by {}", self.decided.effect.word(), names.join(", "))
    }
}

/// A machine for each world, with the world's number.
type Machines = Vec<(usize, Replay)>;

/// The properties of a bundle, ready to be run one by one, from any thread.
pub(crate) struct Properties<'b> {
    scene: Scene<'b>,
    options: PropertyOptions,
    /// The machines, each for some properties, made when they are needed.
    machines: Vec<OnceLock<Result<Machines, String>>>,
    /// What the host may tell of entities.
    worlds: Vec<Option<String>>,
    ids: worlds::Ids,
}

impl<'b> Properties<'b> {
    pub fn of(bundle: &'b Bundle, options: PropertyOptions) -> Self {
        let machines = bundle.properties.len().div_ceil(TOGETHER);
        let worlds = worlds::of(bundle, options.seed);
        let ids = worlds::ids(&worlds);
        Self { scene: Scene::of(bundle), options, machines: (0..machines).map(|_| OnceLock::new()).collect(), worlds, ids }
    }

    /// Returns how many sessions are made for each property.
    fn cases(&self) -> u32 {
        self.options.cases.unwrap_or_else(|| {
            let each = MOST_CASES / self.scene.bundle.properties.len().max(1);
            u32::try_from(each).unwrap_or(CASES).clamp(FEWEST, CASES)
        })
    }

    /// Returns the machines that watch a property, by its number: one for each world, with the world's number.
    fn machines(&self, number: usize) -> Result<&[(usize, Replay)], String> {
        let group = number / TOGETHER;
        let Some(cell) = self.machines.get(group) else { return Err("there is no such property".to_owned()) };
        let made = cell.get_or_init(|| {
            let claims = self.scene.bundle.properties.iter().enumerate().skip(group * TOGETHER).take(TOGETHER);
            let machine = Replay::new(&watched(self.scene.bundle, claims)).map_err(|d| d.message)?;
            // What doesn't hold together fails its own test, and is no world here.
            Ok((0..).zip(&self.worlds).filter_map(|(number, world)| Some((number, machine.among(world.as_deref()).ok()?))).collect())
        });
        made.as_ref().map(Vec::as_slice).map_err(Clone::clone)
    }

    /// Tests a property.
    ///
    /// # Errors
    /// When the bundle with its properties goes beyond a limit of images.
    pub fn run(&self, number: usize) -> Result<PropertyRun, String> {
        let Some(claim) = self.scene.bundle.properties.get(number) else { return Err("there is no such property".to_owned()) };
        let machines = self.machines(number)?;
        let rule = watching(number);
        let people = gather::people(&self.scene, claim);
        let watch = |replay| Watch { claim, rule: &rule, replay, people: &people, asking: &self.scene.asking };
        let watches: Vec<(usize, Watch<'_>)> = machines.iter().map(|(world, replay)| (*world, watch(replay))).collect();
        let mut run = PropertyRun { seed: self.options.seed, ..PropertyRun::default() };
        let mut generator = Generator::of(&self.scene, claim, self.options.seed, &self.ids);
        for (world, watch) in watches.iter().cycle().take(self.cases() as usize) {
            let plan = generator.next();
            let outcome = watch.play(&plan);
            run.cases += 1;
            if outcome.met > 0 {
                run.met += 1;
                generator.keep(plan);
            }
            if let Some(decided) = outcome.broken {
                run.broken = Some(self.broken(watch, *world, outcome.events, decided));
                return Ok(run);
            }
        }
        if let (0, Some((_, watch))) = (run.met, watches.first()) {
            vacuous::look(self, watch, &mut run);
        }
        Ok(run)
    }

    /// Tells whether tests are tried before they are printed: the whole bundle is compiled for each.
    fn can_try(&self) -> bool {
        let bytes: usize = self.scene.bundle.sources.iter().map(|(_, source)| source.text.len()).sum();
        bytes.saturating_mul(self.scene.bundle.properties.len()) <= MOST_TRIED
    }

    /// Makes what was found small, and writes it down.
    fn broken(&self, watch: &Watch<'_>, world: usize, events: Vec<Json>, decided: Decided) -> Broken {
        let bundle = self.scene.bundle;
        let shrunk = shrink(watch, bundle, events, decided);
        let events: Vec<String> = shrunk.events.iter().map(Json::written).collect();
        let all = Event::all(&events);
        let (told, decided) = match self.worlds.get(world).and_then(Option::as_deref) {
            Some(world) => smaller(world, watch, &shrunk.events, shrunk.decided),
            None => (None, shrunk.decided),
        };
        let test = failing::test(watch.claim, &all, &decided, bundle)
            .and_then(|test| told.as_deref().map_or(Ok(test.clone()), |told| worlds::written(&test, told, bundle)))
            .and_then(|test| if self.can_try() { fails(&test, bundle).map(|()| test) } else { Ok(test) });
        let (test, no_test) = match test {
            Ok(test) => (Some(test), None),
            Err(why) => (None, Some(why)),
        };
        Broken { session: shown(&all), expected: failing::expected(watch.claim), decided, test, no_test, smallest: shrunk.smallest, events, entities: told }
    }
}

/// Leaves entities out of a world, as long as events break the property in it; returns what is left, if something is, and what is decided in it.
fn smaller(world: &str, watch: &Watch<'_>, events: &[Json], decided: Decided) -> (Option<String>, Decided) {
    let broken = |data: &str| {
        let replay = watch.replay.among(Some(data)).ok()?;
        Watch { replay: &replay, ..*watch }.replayed(events)
    };
    let told = worlds::smaller(world, |data| broken(data).is_some());
    let decided = broken(&told).unwrap_or(decided);
    (Some(told).filter(|told| !told.is_empty()), decided)
}

/// Returns the name of the rule that watches a property.
fn watching(number: usize) -> String {
    format!("<property {number}>")
}

/// Returns a bundle whose machine tells of each step which properties are about it.
fn watched<'c>(bundle: &Bundle, claims: impl Iterator<Item = (usize, &'c Claim)>) -> Bundle {
    let (numbers, mut claims): (Vec<usize>, Vec<Claim>) = claims.map(|(number, claim)| (number, claim.clone())).unzip();
    let mut watched = reduced(bundle, &mut claims);
    watched.aside = Aside::default();
    let rules = numbers.into_iter().zip(&claims).map(|(number, claim)| reach_analysis::watch(&watching(number), claim));
    let place = |rule: &Rule| (bundle.sources.get(rule.name_span.file).map(|f| f.name.clone()), rule.name_span.start);
    let mut placed: Vec<_> = watched.rules.drain(..).chain(rules).map(|rule| (place(&rule), rule)).collect();
    placed.sort_by(|(one, _), (other, _)| one.cmp(other));
    watched.rules = placed.into_iter().map(|(_, rule)| rule).collect();
    watched
}

/// Returns a bundle without tests and properties. Of what properties alone ask of the session it has what some claims ask, which are changed to
/// ask it there: a machine that kept everything would pay for each property at each step.
fn reduced(bundle: &Bundle, claims: &mut [Claim]) -> Bundle {
    let mut monitors = Kept::beyond(bundle.monitors.len().saturating_sub(bundle.aside.monitors));
    let mut origins = Kept::beyond(bundle.origins.len().saturating_sub(bundle.aside.origins));
    for claim in claims {
        let mut open: Vec<&mut Expr> = claim.condition.iter_mut().collect();
        while let Some(expr) = open.pop() {
            match &mut expr.kind {
                ExprKind::History(monitor, _) => *monitor = monitors.keep(*monitor),
                ExprKind::From(_, origin) => *origin = origins.keep(*origin),
                _ => {}
            }
            open.extend(expr.children_mut());
        }
    }
    Bundle {
        rules: bundle.rules.clone(),
        aside: Aside { sources: bundle.aside.sources, monitors: monitors.behind.len(), origins: origins.behind.len() },
        monitors: monitors.of(&bundle.monitors),
        origins: origins.of(&bundle.origins),
        ..without_tests(bundle)
    }
}

/// Returns a copy of a bundle without its tests, which may be many.
fn without_tests(bundle: &Bundle) -> Bundle {
    Bundle {
        sources: bundle.sources.clone(),
        packs: bundle.packs.clone(),
        uses: bundle.uses.clone(),
        context: bundle.context.clone(),
        entities: bundle.entities.clone(),
        classes: bundle.classes.clone(),
        targets: bundle.targets.clone(),
        rules: Vec::new(),
        labels: bundle.labels.clone(),
        monitors: Vec::new(),
        origins: Vec::new(),
        budgets: bundle.budgets.clone(),
        charges: bundle.charges.clone(),
        tests: Vec::new(),
        properties: Vec::new(),
        aside: bundle.aside,
        locals: bundle.locals,
    }
}

/// The rows of a table that are kept: those that decide, and some of those behind them.
struct Kept {
    deciding: u32,
    behind: Vec<u32>,
}

impl Kept {
    fn beyond(deciding: usize) -> Self {
        Self { deciding: u32::try_from(deciding).unwrap_or(u32::MAX), behind: Vec::new() }
    }

    /// Keeps a row; returns where it stands then.
    fn keep(&mut self, row: u32) -> u32 {
        if row < self.deciding {
            return row;
        }
        let at = self.behind.iter().position(|kept| *kept == row).unwrap_or_else(|| {
            self.behind.push(row);
            self.behind.len() - 1
        });
        self.deciding.saturating_add(u32::try_from(at).unwrap_or(u32::MAX))
    }

    fn of<T: Clone>(&self, table: &[T]) -> Vec<T> {
        let behind = self.behind.iter().filter_map(|row| table.get(*row as usize));
        table.iter().take(self.deciding as usize).chain(behind).cloned().collect()
    }
}

#[cfg(test)]
mod tests;
