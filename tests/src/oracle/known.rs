//! Where the engine is known to differ from the contract: each is a finding, and stands here until it is mended. With all of them
//! `false`, the oracle says what the contract says.

/// F1: a `usage` of a budget that nothing was charged to yet loses its opening balance.
pub const USAGE_LOSES_OPENING: bool = false;

/// F2a: what isn't known of an event of one agent is held against `per agent` questions of all.
pub const DOUBT_CROSSES_AGENTS: bool = false;

/// F2b: a step of an agent that has ended, or that nobody knows, counts as one of the main agent.
pub const ENDED_AGENT_IS_MAIN: bool = false;

/// F3: an ill-typed result of a step that waits for none is dropped.
pub const ILL_TYPED_RESULT_IS_DROPPED: bool = false;

/// F4: where the record of `latest` lacks a value, the place of the error is any.
pub const LATEST_LOSES_PLACES: bool = false;

/// F5: behind `since`, a step that is `attempted` doesn't wait for its result.
pub const ATTEMPTED_DOES_NOT_WAIT: bool = false;

/// F6: what an approved step clears is cleared after the step's own labels were attached.
pub const CLEARS_ITS_OWN_LABELS: bool = false;

/// F7: behind `since`, a step that a person approved waits for its result for ever.
pub const APPROVED_WAITS_FOR_EVER: bool = false;

/// F8: joins of paths are told apart by how paths begin, whatever else is joined, and not at all behind `since`. Until then bundles
/// join paths only where that makes no difference.
pub const JOINS_OF_PATHS_ARE_COARSE: bool = false;

/// F9: `latest` passes over what isn't known of an event at the same place as the one that it found.
pub const LATEST_PASSES_OVER_ITS_PLACE: bool = false;

/// F10: an empty `grants { }` leaves all rights.
pub const EMPTY_GRANTS_LEAVE_ALL: bool = false;

/// F11: behind `since`, a step of which it isn't known whether it is meant doesn't wait for its result.
pub const UNSURE_DOES_NOT_WAIT: bool = false;

/// F12: of several events that `since` perhaps names only the last is looked at.
pub const SINCE_ASKS_THE_EXTREMES: bool = false;

/// F14: an answer for the session about an undeclared step holds whatever its arguments are.
pub const UNDECLARED_ARGUMENTS_DO_NOT_MATTER: bool = false;

/// F15: a person's refusal is forgotten when the agent of the step has ended.
pub const REFUSALS_OF_ENDED_AGENTS_ARE_LOST: bool = false;

/// F17: behind `since`, an attempt that was refused before its arguments were known waits for its result for ever.
pub const REFUSED_ATTEMPT_WAITS_FOR_EVER: bool = false;

/// F18: what a budget opens with counts as spent when its first usage was told of, if that came before the first charge.
pub const OPENING_COUNTS_LATE: bool = true;
