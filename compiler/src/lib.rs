//! From syntax trees to a verified image: names, types, the typed IR, code generation.

pub mod ir;
