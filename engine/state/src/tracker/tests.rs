//! Against a list of everything that was told.
