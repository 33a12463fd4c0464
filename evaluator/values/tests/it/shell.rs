//! Cases of command lines.
