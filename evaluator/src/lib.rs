//! Opcodes, the image format, the verifier, the disassembler, the virtual machine and its observers.

mod error;
pub mod image;
pub mod op;
pub mod value;
mod wire;

pub use error::ImageError;
