//! Cases of detectors.
