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
    unlimited_permit
    untyped_text
    forbid_by_label
    all_without_length
    count_without_attempted
    short_provenance
    confusable_text
    secret_in_policy
    unanchored_pattern
    unescaped_dot
    case_sensitive_forbid
    pattern_for_everything
    suspicious_glob
    tool_without_rule
    redundant_target
    charge_of_nothing
    unused_declaration
    unused_parameter
    unused_label
    unused_budget
    unused_binding
    unused_context_field
    repeated_term
    unused_allow
    unused_use
    test_without_expectation
    test_cannot_fail
    test_proves_nothing
    untested_rule
    duplicate_test
    missing_message
    empty_message
    old_advisory
    severity_without_owner
    unknown_lint
    undocumented_rule
    compared_with_bool
    negated_comparison
    set_of_one
    or_of_equalities
    constant_on_the_left
    double_negation
    negated_condition
    name_style
    bool_if
    negated_quantifier
    undated_advisory
    unreachable_rule
    shadowed_rule
    redundant_rule
    duplicate_rule
    idle_forbid
    constant_condition
    overlapping_effects
    impossible_history
    since_never
    label_never_returned
    return_never
    idle_charge
}
