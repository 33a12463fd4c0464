//! Packs of a project, from outside.
