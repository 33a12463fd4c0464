//! Cases of queries.

mod limits;
