//! The registry: one module for each lint, by number.

/// Declares the modules of lints and the list of them. Each module has `CODE` and `check`.
macro_rules! lints {
    ($($name:ident)*) => {
        $(mod $name;)*
        /// Every lint, by number.
        pub(crate) const LINTS: &[crate::Lint] = &[$(crate::Lint { code: $name::CODE, check: $name::check }),*];
    };
}

lints! {
    path_without_real
    tool_without_rule
    unused_label
    unused_allow
    test_without_expectation
    missing_message
    compared_with_bool
}
