//! Builds one region: operations, labels that are bound later, and registers that are handed out as a stack.

use reach_evaluator::op::{Op, Reg, Target};

/// How deep loops may stand in each other.
pub(super) const MAX_LOOPS: u8 = 8;
/// How many registers a region may use, as the verifier has it.
pub(super) const MAX_REGISTERS: u16 = 8_192;

/// A place in a region that isn't reached yet.
#[derive(Clone, Copy)]
pub(super) struct Label(u32);

/// The operations of a region. Until it is finished, a target is the number of a label.
#[derive(Default)]
pub(super) struct RegionBuilder {
    ops: Vec<Op>,
    labels: Vec<u32>,
    next: u32,
    highest: u32,
    loops: u8,
    deepest: u8,
}

/// What a builder has made.
pub(super) struct Finished {
    pub ops: Vec<Op>,
    pub frame: u16,
}

/// What went beyond a limit.
pub(super) enum Beyond {
    Registers,
    Loops,
}

impl RegionBuilder {
    pub fn emit(&mut self, op: Op) {
        self.ops.push(op);
    }

    /// Takes the next register. Beyond the limit it is the last one: `finish` reports it.
    pub fn alloc(&mut self) -> Reg {
        let reg = Reg(u16::try_from(self.next).unwrap_or(u16::MAX));
        self.next = self.next.saturating_add(1);
        self.highest = self.highest.max(self.next);
        reg
    }

    /// Returns what `release` needs to give back the registers that were taken since.
    pub fn mark(&self) -> u32 {
        self.next
    }

    pub fn release(&mut self, mark: u32) {
        self.next = mark;
    }

    /// Makes a label, and the target that stands for it.
    pub fn label(&mut self) -> (Label, Target) {
        let label = u32::try_from(self.labels.len()).unwrap_or(u32::MAX);
        self.labels.push(0);
        (Label(label), Target(label))
    }

    /// Binds a label to the next operation.
    pub fn bind(&mut self, label: Label) {
        let here = u32::try_from(self.ops.len()).unwrap_or(u32::MAX);
        if let Some(at) = self.labels.get_mut(label.0 as usize) {
            *at = here;
        }
    }

    pub fn enter_loop(&mut self) {
        self.loops = self.loops.saturating_add(1);
        self.deepest = self.deepest.max(self.loops);
    }

    pub fn leave_loop(&mut self) {
        self.loops = self.loops.saturating_sub(1);
    }

    /// Ends the region, which will stand at index `start` of the code.
    pub fn finish(mut self, start: u32) -> Result<Finished, Beyond> {
        if self.deepest > MAX_LOOPS {
            return Err(Beyond::Loops);
        }
        if self.highest > u32::from(MAX_REGISTERS) {
            return Err(Beyond::Registers);
        }
        // Some that were taken may not have been used.
        let mut frame = 0;
        for op in &self.ops {
            op.registers(|_, reg| frame = frame.max(reg.0 + 1));
        }
        for op in &mut self.ops {
            if let Some(to) = target(op) {
                let at = self.labels.get(to.0 as usize).copied().unwrap_or(0);
                *to = Target(start.saturating_add(at));
            }
        }
        Ok(Finished { ops: self.ops, frame })
    }
}

fn target(op: &mut Op) -> Option<&mut Target> {
    match op {
        Op::Jump { to }
        | Op::JumpFalse { to, .. }
        | Op::JumpNone { to, .. }
        | Op::JumpPresent { to, .. }
        | Op::And { to, .. }
        | Op::Or { to, .. }
        | Op::Loop { to, .. }
        | Op::TestNum { to, .. }
        | Op::TestText { to, .. }
        | Op::TestIn { to, .. }
        | Op::TestPresent { to, .. } => Some(to),
        Op::Move { .. }
        | Op::Unwrap { .. }
        | Op::Field { .. }
        | Op::Part { .. }
        | Op::LookUp { .. }
        | Op::Under { .. }
        | Op::Index { .. }
        | Op::Length { .. }
        | Op::Lower { .. }
        | Op::Arith { .. }
        | Op::Unary { .. }
        | Op::Concat { .. }
        | Op::MakeList { .. }
        | Op::Ask { .. }
        | Op::Cmp { .. }
        | Op::In { .. }
        | Op::Present { .. }
        | Op::Within { .. }
        | Op::Matches { .. }
        | Op::Contains { .. }
        | Op::HasKey { .. }
        | Op::Runs { .. }
        | Op::Query { .. }
        | Op::Detect { .. }
        | Op::Local { .. }
        | Op::Not { .. }
        | Op::Store { .. }
        | Op::Note { .. }
        | Op::Return { .. } => None,
    }
}
