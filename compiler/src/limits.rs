//! What a bundle may be at most, beyond the limits of its text.

/// Bounds of the checked form. A value, so that tests can set small ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// How deep an expression may be nested once chains are unrolled and functions put in.
    pub(crate) depth: usize,
    /// How many nodes functions may add to all expressions together.
    pub(crate) inlined: usize,
    /// How many parts a type may have.
    pub(crate) type_parts: usize,
    /// How deep a type may be nested.
    pub(crate) type_depth: usize,
    /// How many members a constant may have, members of members included.
    pub(crate) constant_parts: usize,
    /// How many steps all constants together may take to compute.
    pub(crate) fold_steps: u64,
    /// How many pairs of a rule and a declared step there may be.
    pub(crate) rule_targets: usize,
    /// How many rules.
    pub(crate) rules: usize,
    /// How many steps or rules one thread checks alone. It bounds nothing: what comes of more is the same.
    pub(crate) alone: usize,
    /// What tests may come to.
    pub(crate) tests: crate::scenario::Room,
}

impl Bounds {
    /// The constants of the language.
    pub(crate) const LANGUAGE: Self = Self {
        depth: 512,
        inlined: 1_000_000,
        type_parts: 10_000,
        type_depth: 64,
        constant_parts: 100_000,
        fold_steps: 10_000_000,
        rule_targets: 10_000_000,
        rules: reach_evaluator::image::most::RULES,
        alone: 255,
        tests: crate::scenario::Room::LANGUAGE,
    };
}
