//! `E3xxx`: limits of the language.

codes! {}
