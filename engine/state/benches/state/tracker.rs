//! Events that were counted.
