//! How each engine is asked.

pub mod cedar;
pub mod cel;
pub mod reach;
pub mod regorus;
