//! Reach beside other policy engines and hand-written Rust.
//!
//! A [`plan::Plan`] is one comparison: the same steps, decided by several engines that were given policies of the same meaning. Before
//! anything is timed, each engine has to come to the expected decision on each step. Then all of them run in turns, a short while each,
//! so that whatever else the machine does hits them alike.
//!
//! Timing and counting are two programs, since counting allocations takes time at each of them: `reach-bench` times, and has
//! `reach-bench-counts` count.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a bench that cannot run has to stop")]

pub mod by_hand;
pub mod calls;
pub mod engine;
pub mod engines;
pub mod measure;
pub mod plan;
pub mod record;
pub mod report;
pub mod subject;
pub mod workload;
