//! The grammar of Reach: from text to an AST with spans, and from the AST back to formatted text.

pub mod ast;
