//! Monitors of history: what events that match a pattern came to.
