//! Filled in while the parts land.
