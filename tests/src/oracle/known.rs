//! Where the engine is known to differ from the contract: each is a finding, and stands here until it is mended. With all of them
//! `false`, the oracle says what the contract says.

/// F1: a `usage` of a budget that nothing was charged to yet loses its opening balance.
pub const USAGE_LOSES_OPENING: bool = true;

/// F2a: what isn't known of an event of one agent is held against `per agent` questions of all.
pub const DOUBT_CROSSES_AGENTS: bool = true;

/// F2b: a step of an agent that has ended, or that nobody knows, counts as one of the main agent.
pub const ENDED_AGENT_IS_MAIN: bool = true;

/// F3: an ill-typed result of a step that waits for none is dropped.
pub const ILL_TYPED_RESULT_IS_DROPPED: bool = true;

/// F4: where the record of `latest` lacks a value, the place of the error is any.
pub const LATEST_LOSES_PLACES: bool = true;

/// F5: behind `since`, a step that is `attempted` doesn't wait for its result.
pub const ATTEMPTED_DOES_NOT_WAIT: bool = true;

/// F6: what an approved step clears is cleared after the step's own labels were attached.
pub const CLEARS_ITS_OWN_LABELS: bool = true;
