//! Cases of queries.
