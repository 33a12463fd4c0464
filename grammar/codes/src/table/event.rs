//! `H0xxx`: events and hosts.

codes! {}
