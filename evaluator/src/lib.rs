//! Opcodes, the image format, the verifier, the disassembler, the virtual machine and its observers.

pub mod image;
pub mod op;
pub mod value;
