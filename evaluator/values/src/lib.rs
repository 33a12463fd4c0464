//! The values of Reach: numbers, times, paths, addresses, command lines, queries, patterns, and the JSON that they arrive in.
//!
//! Everything here is pure and exact: no binary floating point, no clock, no panic, and time linear in the input.
//! The compiler (literals), intake (events) and the machine (operators) call the same functions, so that a literal
//! and an argument that look alike are alike.

pub mod decimal;
pub mod detect;
pub mod email;
pub mod form;
pub mod fuzz;
pub mod host;
pub mod iban;
pub mod int;
pub mod ip;
pub mod json;
mod number;
pub mod path;
pub mod pattern;
pub mod shell;
pub mod sql;
pub mod time;
pub mod url;
mod versions;
mod words;
pub mod zone;

pub use number::{ArithmeticError, NumberError};
pub use versions::VERSIONS;
