//! `E2xxx`: types.

codes! {}
