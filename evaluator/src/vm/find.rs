//! Finds the rules of a step by the tables of the program.

use super::{MAX_FUEL, Machine, Run, Trap};
use crate::data::{ContextData, StepData};
use crate::image::Phase;
use crate::loaded::VerifiedImage;
use crate::op::Src;
use crate::program::{Keys, Kind, Node, Route, Step, Table, path_kind};
use crate::value::{Place, Value};

/// The value at the end of a route.
enum Reached {
    Value(Value),
    /// Nothing is there at a step of the route, by number.
    Nothing(usize),
    /// It isn't known.
    Lost,
}

impl Machine {
    /// Begins a decision on a step: finds the rules that may not be false of it, as positions in the list of rules of its target, or of those on
    /// undeclared steps. They are ascending. A rule that isn't among them is false. What [`Machine::rule`] is asked then is about this step.
    ///
    /// # Errors
    /// A trap, after which the step is refused.
    pub fn find(&mut self, image: &VerifiedImage, target: Option<usize>, step: &mut StepData, context: &ContextData, found: &mut Vec<u32>) -> Result<(), Trap> {
        found.clear();
        self.kept.begin(image.program().shared);
        let Some(node) = image.program().tree(target) else {
            let tables = image.image();
            let rules = target.map_or(Some(&tables.undeclared[..]), |target| tables.targets.get(target).map(|target| &target.rules[..]));
            found.extend(0..u32::try_from(rules.map_or(0, <[_]>::len)).unwrap_or(u32::MAX));
            return Ok(());
        };
        self.find_by(image, node, step, context, found)
    }

    /// Finds the watches of a step that may look at it in a phase, as positions among all that look then, ascending, and returns true; false
    /// where that would be all. A watch that isn't among them has a guard that is false.
    ///
    /// # Errors
    /// A trap.
    pub fn find_watches(
        &mut self,
        image: &VerifiedImage,
        (target, phase): (usize, Phase),
        step: &mut StepData,
        context: &ContextData,
        found: &mut Vec<u32>,
    ) -> Result<bool, Trap> {
        let Some(node) = image.program().watches(target, phase) else { return Ok(false) };
        found.clear();
        self.find_by(image, node, step, context, found).map(|()| true)
    }

    /// Finds what tables lead to.
    fn find_by(&mut self, image: &VerifiedImage, node: &Node, step: &mut StepData, context: &ContextData, found: &mut Vec<u32>) -> Result<(), Trap> {
        step.rewind();
        let given = self.max_fuel.min(MAX_FUEL);
        let run = Run { image, code: &[], moved: 0, registers: &mut self.registers, step, context, past: &(), observer: &mut (), fuel: given };
        let mut finder = Finder { run, found };
        let result = finder.node(node);
        let left = finder.run.fuel;
        self.spend(given, left);
        found.sort_unstable();
        result
    }
}

struct Finder<'a> {
    run: Run<'a, ()>,
    found: &'a mut Vec<u32>,
}

impl Finder<'_> {
    /// Finds the rules of a choice. Recurses as deep as tables stand in each other, which is bounded.
    fn node(&mut self, node: &Node) -> Result<(), Trap> {
        self.found.extend_from_slice(&node.always);
        for table in &node.tables {
            self.run.burn(1)?;
            let image = self.run.image;
            let Some(route) = image.program().routes.get(table.route as usize) else {
                self.all(table)?;
                continue;
            };
            match self.reach(route)? {
                Reached::Value(value) => self.look(table, value)?,
                Reached::Nothing(step)
                    if u32::try_from(step).is_ok_and(|step| u32::from(table.guarded).checked_shr(step).is_some_and(|bits| bits & 1 == 1)) => {}
                Reached::Nothing(_) | Reached::Lost => self.all(table)?,
            }
        }
        Ok(())
    }

    /// Finds what any value leads to.
    fn all(&mut self, table: &Table) -> Result<(), Trap> {
        table.classes.iter().try_for_each(|class| self.node(class))
    }

    fn class(&mut self, table: &Table, number: u32) -> Result<(), Trap> {
        table.classes.get(number as usize).map_or(Ok(()), |class| self.node(class))
    }

    /// Finds what a value leads to. One that the kind of the table isn't made for leads to all.
    fn look(&mut self, table: &Table, value: Value) -> Result<(), Trap> {
        let image = self.run.image;
        match (&table.keys, value) {
            (Keys::Truth { yes, .. }, value) if table.kind == Kind::Present => {
                if !matches!(value, Value::Absent) {
                    yes.map_or(Ok(()), |class| self.class(table, class))?;
                }
                Ok(())
            }
            (Keys::Truth { no, yes }, Value::Bool(truth)) => (if truth { yes } else { no }).map_or(Ok(()), |class| self.class(table, class)),
            (Keys::Numbers(keys), Value::Num(n)) => keys.get(&n).map_or(Ok(()), |classes| classes.iter().try_for_each(|class| self.class(table, class))),
            (Keys::Texts(keys), Value::Text(text)) => {
                let atom = self.run.view().atom(text);
                keys.get(&atom.0).map_or(Ok(()), |classes| classes.iter().try_for_each(|class| self.class(table, class)))
            }
            (Keys::Beginnings(beginnings), Value::Text(text)) => {
                self.run.burn_text(text.len)?;
                let written = self.run.view().text(text);
                let comparable = match table.kind {
                    // Of other paths it may not be known whether they lie in these folders.
                    Kind::RootPath | Kind::DrivePath => path_kind(written) == Some(table.kind),
                    _ => true,
                };
                if !comparable {
                    return self.all(table);
                }
                match beginnings.place(image.pool_text(), written) {
                    Some(place) => beginnings.found(place).try_for_each(|class| self.class(table, class)),
                    None => Ok(()),
                }
            }
            _ => self.all(table),
        }
    }

    /// Follows a route. The places of what has no value are seen by nobody.
    fn reach(&mut self, route: &Route) -> Result<Reached, Trap> {
        if matches!(route.base, Src::Reg(_) | Src::Const(_)) {
            return Ok(Reached::Lost);
        }
        let nowhere = Place(0);
        let mut value = self.run.read(route.base, nowhere);
        for (at, step) in route.steps.iter().enumerate() {
            let next = match (step, value) {
                (_, Value::None(_)) => return Ok(Reached::Lost),
                (Step::Unwrap, Value::Absent) => return Ok(Reached::Nothing(at)),
                (Step::Unwrap, value) => Ok(value),
                (Step::Field(index), value) => self.run.field(value, *index),
                (Step::Part(part), value) => self.run.part(value, *part, nowhere),
            };
            value = match next {
                Ok(value) => value,
                Err(Trap::Fuel) => return Err(Trap::Fuel),
                // The rules meet the same and say so.
                Err(Trap::Internal) => return Ok(Reached::Lost),
            };
        }
        Ok(if matches!(value, Value::None(_)) { Reached::Lost } else { Reached::Value(value) })
    }
}
