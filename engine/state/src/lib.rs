//! What a session remembers, as data structures: each is fed event by event and asked in constant or logarithmic time, holds a
//! bounded amount of memory, and can be saved and restored in the middle.
//!
//! Nothing here knows of images, events or JSON: the engine translates.

pub mod ledger;
pub mod provenance;
pub mod tracker;
