//! Opcodes, the image format, the verifier, the disassembler, the virtual machine and its observers.
//!
//! An [`image::Image`] is what the compiler makes or what is decoded from bytes. [`image::Image::verify`] proves that it can run and
//! makes a [`VerifiedImage`], and only that is run by a [`vm::Machine`].

pub mod arith;
pub mod data;
mod disassemble;
pub mod entities;
mod error;
pub mod fuzz;
pub mod image;
mod loaded;
pub mod local;
pub mod op;
pub mod print;
mod program;
pub mod structure;
#[cfg(test)]
mod tests;
pub mod value;
mod verify;
pub mod vm;
mod wire;

pub use disassemble::disassemble;
pub use error::ImageError;
pub use loaded::{Doubt, MAIN_AGENT, RuleRow, StepRow, Tables, VariantRow, VerifiedImage};
pub use program::{Pass, Passes};
