//! The values of Reach: numbers, times, paths, e-mail addresses, patterns, and the JSON that they arrive in.
//!
//! Everything here is pure and exact: no binary floating point, no clock, no panic, and time linear in the input.
//! The compiler (literals), intake (events) and the machine (operators) call the same functions, so that a literal
//! and an argument that look alike are alike.

pub mod decimal;
pub mod email;
pub mod int;
pub mod json;
mod number;
pub mod path;
pub mod pattern;
pub mod time;

pub use number::{ArithmeticError, NumberError};
