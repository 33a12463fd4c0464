//! Text that was observed.
