//! Tables of adversarial cases by kind, and agreement with what others make of the same text.

mod detect;
mod network;
mod paths;
mod shell;
mod sql;
mod versions;
mod zones;
