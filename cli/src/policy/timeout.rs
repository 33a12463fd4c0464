//! `--timeout` of the commands that analyse.

use std::time::{Duration, Instant};

use reach_analysis::{Limits, Stop};

/// Reads how many seconds an analysis may take.
pub fn seconds(text: &str) -> Result<u64, String> {
    text.parse().ok().filter(|seconds| *seconds >= 1).ok_or_else(|| "a whole number of seconds is needed, 1 or more".to_owned())
}

/// Returns how much an analysis may take that begins now.
pub fn limits(timeout: Option<u64>) -> Limits {
    let stop = timeout.map(|seconds| {
        let begun = Instant::now();
        Stop::when(move || begun.elapsed() >= Duration::from_secs(seconds))
    });
    Limits { stop: stop.unwrap_or_default(), ..Limits::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_whole_and_one_at_least() {
        assert_eq!(["1", "60", "18446744073709551615"].map(seconds), [Ok(1), Ok(60), Ok(u64::MAX)]);
        for text in ["0", "-1", "1.5", "1s", "", " 1", "18446744073709551616"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }

    #[test]
    fn without_a_time_it_is_never_over() {
        assert!(!limits(None).stop.is_due() && !limits(Some(u64::MAX)).stop.is_due());
    }
}
