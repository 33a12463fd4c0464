//! Where the engine is known to differ from the contract: each is a finding, and stands here until it is mended. With all of them
//! `false`, the oracle says what the contract says.

/// What a budget opens with counts as spent when its first usage was told of, if that came before the first charge.
pub const OPENING_COUNTS_LATE: bool = true;
