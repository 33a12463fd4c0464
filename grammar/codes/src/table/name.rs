//! `E1xxx`: names and declarations.

codes! {}
