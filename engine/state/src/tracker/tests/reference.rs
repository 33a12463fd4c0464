//! The list, and sessions to tell it.

use proptest::prelude::*;

use super::super::*;

/// An answer that owns what it tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Bool(bool),
    Number(i128),
    Latest(Option<u32>),
    Unsure,
    Bound,
    Overflow,
}

struct Told {
    key: Option<u8>,
    at: At,
    /// The value and the payload of an event that matches.
    certain: Option<(i128, u32)>,
}

/// Everything that was told. This defines what the answers are.
pub(super) struct Reference {
    shape: Shape,
    told: Vec<Told>,
}

impl Reference {
    pub(super) fn new(shape: Shape) -> Self {
        Self { shape, told: Vec::new() }
    }

    pub(super) fn now(&self) -> i128 {
        self.told.last().map_or(0, |told| told.at.time)
    }

    pub(super) fn certain(&mut self, key: u8, at: At, value: i128, payload: u32) {
        self.told.push(Told { key: Some(key), at, certain: Some((value, payload)) });
    }

    pub(super) fn unsure(&mut self, key: Option<u8>, at: At) {
        self.told.push(Told { key, at, certain: None });
    }

    pub(super) fn ask(&self, key: u8, now: i128, since: Since) -> Said {
        if !self.shape.since {
            return self.ask_from(key, now, None);
        }
        let certain = self.ask_from(key, now, since.certain);
        match since.possible {
            Some(possible) if since.certain.is_none_or(|certain| possible > certain) => {
                // Sums may be the same at both ends and differ in between.
                let parts = |floor| self.parts(key, now, floor);
                let same = !matches!(certain, Said::Number(_)) || parts(since.certain) == parts(Some(possible));
                if self.ask_from(key, now, Some(possible)) == certain && same { certain } else { Said::Unsure }
            }
            _ => certain,
        }
    }

    /// How many events a sum is of; none of other folds.
    fn parts(&self, key: u8, now: i128, floor: Option<u64>) -> usize {
        let relevant = self.told.iter().filter(|told| told.key == Some(key) && self.shape.over.is_none_or(|over| told.at.time > now - over));
        let after = relevant.filter(|told| floor.is_none_or(|floor| told.at.pos > floor));
        let counted = after.filter(|told| told.certain.is_some_and(|(value, _)| value != 0)).count();
        if self.shape.fold == Fold::Sum { counted } else { 0 }
    }

    fn ask_from(&self, key: u8, now: i128, floor: Option<u64>) -> Said {
        let relevant: Vec<&Told> = self
            .told
            .iter()
            .filter(|told| told.key.is_none_or(|of| of == key))
            .filter(|told| self.shape.over.is_none_or(|over| told.at.time > now - over))
            .filter(|told| floor.is_none_or(|floor| told.at.pos > floor))
            .collect();
        let unsure = || relevant.iter().filter(|told| told.certain.is_none());
        let certain = || relevant.iter().filter_map(|told| told.certain.map(|(value, payload)| (told.at.pos, value, payload)));
        match self.shape.fold {
            Fold::Ever if certain().next().is_some() => Said::Bool(true),
            Fold::Ever | Fold::Count { .. } | Fold::Sum if unsure().next().is_some() => Said::Unsure,
            Fold::Ever => Said::Bool(false),
            Fold::Count { cap } => Said::Number(i128::try_from(certain().count()).unwrap().min(i128::from(cap))),
            Fold::Sum => exact_sum(certain().map(|(_, value, _)| value)).map_or(Said::Overflow, Said::Number),
            Fold::Latest => {
                let latest = certain().max_by_key(|(pos, ..)| *pos);
                if unsure().any(|told| latest.is_none_or(|(pos, ..)| told.at.pos >= pos)) {
                    Said::Unsure
                } else {
                    Said::Latest(latest.map(|(.., payload)| payload))
                }
            }
        }
    }
}

/// A sum in two halves, which don't overflow for any number of values that a test has.
fn exact_sum(values: impl Iterator<Item = i128>) -> Option<i128> {
    let (high, low) = values.fold((0_i128, 0_i128), |(high, low), value| (high + (value >> 64), low + (value & i128::from(u64::MAX))));
    let high = high + (low >> 64);
    i64::try_from(high).ok().map(|high| (i128::from(high) << 64) + (low & i128::from(u64::MAX)))
}

#[derive(Clone, Copy, Debug)]
pub(super) enum What {
    Certain { value: i128 },
    Unsure,
    UnsureOfKey,
    Nothing,
    Restore,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub(super) what: What,
    pub(super) key: u8,
    pub(super) later: u8,
    /// How far the event's position is behind.
    pub(super) back: u64,
    pub(super) bytes: usize,
    pub(super) ask_key: u8,
    pub(super) ask_later: u8,
    pub(super) certain: Option<u64>,
    pub(super) possible: Option<u64>,
}

#[derive(Clone, Debug)]
pub(super) struct Session {
    pub(super) cap: u32,
    pub(super) over: i128,
    pub(super) steps: Vec<Step>,
}

/// All shapes, with a session's cap and window.
pub(super) fn shapes(session: &Session) -> Vec<Shape> {
    let mut shapes = Vec::new();
    for fold in [Fold::Ever, Fold::Count { cap: session.cap }, Fold::Sum, Fold::Latest] {
        for over in [None, Some(session.over)] {
            for since in [false, true] {
                shapes.push(Shape { fold, over, since });
            }
        }
    }
    shapes
}

impl Session {
    /// Sessions in which positions are at most `back` behind.
    pub(super) fn any(back: u64, steps: usize) -> impl Strategy<Value = Self> {
        let value = prop_oneof![6 => -3..4_i128, 1 => Just(i128::MAX), 1 => Just(i128::MIN)];
        let what = prop_oneof![
            12 => value.prop_map(|value| What::Certain { value }),
            1 => Just(What::Unsure),
            1 => Just(What::UnsureOfKey),
            2 => Just(What::Nothing),
            1 => Just(What::Restore),
        ];
        let back = prop_oneof![2 => Just(0), 2 => 0..=back];
        let since = || prop::option::of(prop_oneof![0..6_u64, 0..60_u64]);
        let step = ((what, 0..4_u8, 0..3_u8, back), (0..9_usize, 0..5_u8, 0..4_u8, since(), since())).prop_map(
            |((what, key, later, back), (bytes, ask_key, ask_later, certain, possible))| Step {
                what,
                key,
                later,
                back,
                bytes,
                ask_key,
                ask_later,
                certain,
                possible,
            },
        );
        let over = prop_oneof![0..12_i128, 0..300_i128];
        (0..12_u32, over, prop::collection::vec(step, 1..steps)).prop_map(|(cap, over, steps)| Self { cap, over, steps })
    }

    /// A long session, always the same for one seed. Unsure events come in its second half, and seldom.
    pub(super) fn pseudo_random(seed: u64, steps: u64, back: u64) -> Self {
        let mut state = seed;
        let mut below = |n: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % n
        };
        let mut small = |n: u64| u8::try_from(below(n)).unwrap();
        let steps = (0..steps)
            .map(|n| {
                let what = match small(100) {
                    0..8 => What::Nothing,
                    8..10 => What::Restore,
                    10..12 if n > steps / 2 => What::Unsure,
                    12 if n > steps / 2 => What::UnsureOfKey,
                    13..15 if n > steps / 4 => What::Certain { value: i128::MAX },
                    more => What::Certain { value: i128::from(more) - 50 },
                };
                let late = small(3) == 0;
                Step {
                    what,
                    key: small(4),
                    later: small(2),
                    back: if late { u64::from(small(back + 1)) } else { 0 },
                    bytes: usize::from(small(6)),
                    ask_key: small(5),
                    ask_later: small(4),
                    certain: (small(4) > 0).then(|| u64::from(small(60))),
                    possible: (small(6) == 0).then(|| u64::from(small(60))),
                }
            })
            .collect();
        Self { cap: 7, over: 40, steps }
    }
}
