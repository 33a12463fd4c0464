//! Time, in turns.

use std::hint::black_box;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use crate::plan::Side;

/// Which time is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// What this thread computes: not the time in which something else has the processor.
    Thread,
    /// What passes, for work that takes several threads.
    Wall,
}

impl Clock {
    /// Returns the time since some moment.
    fn now(self) -> Duration {
        static BEGIN: OnceLock<Instant> = OnceLock::new();
        match self {
            Self::Thread => {
                let time = clock_gettime(ClockId::ThreadCPUTime);
                Duration::new(u64::try_from(time.tv_sec).unwrap_or_default(), u32::try_from(time.tv_nsec).unwrap_or_default())
            }
            Self::Wall => BEGIN.get_or_init(Instant::now).elapsed(),
        }
    }
}

/// How long and how often is measured.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Which time is measured.
    pub clock: Clock,
    /// How many rounds; every engine has its turn in each.
    pub rounds: usize,
    /// How long a turn takes about, if one pass over the steps doesn't take longer.
    pub turn: Duration,
    /// How long all turns of an engine may take together; at least three rounds are measured all the same, but for what takes [`LONG`].
    pub most: Duration,
}

/// What takes longer once is measured once.
pub const LONG: Duration = Duration::from_secs(15);

/// What was measured of one engine.
#[derive(Clone, Debug)]
pub struct Times {
    /// The times of a decision in each round, in nanoseconds, sorted.
    pub ns: Vec<f64>,
}

impl Times {
    /// Returns the median, in nanoseconds.
    #[must_use]
    pub fn median_ns(&self) -> f64 {
        let middle = self.ns.len() / 2;
        if self.ns.len() % 2 == 1 { self.ns[middle] } else { f64::midpoint(self.ns[middle - 1], self.ns[middle]) }
    }
}

/// Measures engines in turns.
pub fn measure(sides: &mut [Side], timed: usize, effort: Effort) -> Vec<Times> {
    let mut times: Vec<Times> = sides.iter().map(|_| Times { ns: Vec::new() }).collect();
    let turns: Vec<(u64, usize)> = sides.iter_mut().zip(&mut times).map(|(side, times)| turn(side, timed, effort, times)).collect();
    for round in 0..effort.rounds {
        for ((side, (repeats, rounds)), times) in sides.iter_mut().zip(&turns).zip(&mut times) {
            if round < *rounds {
                let passed = pass(side, timed, *repeats, effort.clock);
                times.ns.push(passed.as_secs_f64() * 1e9 / (*repeats as f64 * timed as f64));
            }
        }
    }
    for times in &mut times {
        times.ns.sort_by(f64::total_cmp);
    }
    times
}

/// Finds how often each step is repeated in a turn, and how many turns there are; none where the time is known by then.
fn turn(side: &mut Side, timed: usize, effort: Effort, times: &mut Times) -> (u64, usize) {
    let mut repeats = 1u64;
    loop {
        let passed = pass(side, timed, repeats, effort.clock);
        if repeats == 1 && passed >= LONG {
            times.ns.push(passed.as_secs_f64() * 1e9 / timed as f64);
            return (1, 0);
        }
        if passed >= effort.turn / 2 || repeats >= 1 << 30 {
            let fit = (effort.most.as_secs_f64() / passed.as_secs_f64().max(1e-9)) as usize;
            return (repeats, effort.rounds.min(fit.max(3)));
        }
        let factor = (effort.turn.as_secs_f64() / passed.as_secs_f64().max(1e-9)).clamp(2.0, 100.0);
        repeats = (repeats as f64 * factor) as u64;
    }
}

/// Decides each step so many times.
fn pass(side: &mut Side, timed: usize, repeats: u64, clock: Clock) -> Duration {
    let begin = clock.now();
    for step in 0..timed {
        black_box(side.subject.repeat(step, repeats));
    }
    clock.now().saturating_sub(begin)
}
