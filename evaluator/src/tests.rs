//! Tests of the crate, by theme. They build small images with [`bench`].

mod bench;
mod encoding;
mod evaluation;
mod images;
mod listing;
mod program;
mod rejection;
