//! Budgets: what was spent and what is reserved.
