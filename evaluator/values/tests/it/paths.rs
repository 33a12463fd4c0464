//! Cases of paths of POSIX, Windows and macOS.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "functions of tests stop the test as tests do")]

mod globs;
mod normal;
mod others;
mod worlds;

use reach_values::path::Platform;

const P: Platform = Platform::Posix;
const W: Platform = Platform::Windows;
const M: Platform = Platform::MacOs;

/// Returns the normal form of a text that has one.
fn normal(platform: Platform, text: &str) -> String {
    reach_values::path::normalize_on(platform, text).unwrap_or_else(|error| panic!("{text}: {error}")).into_owned()
}
