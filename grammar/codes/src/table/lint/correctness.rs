//! What is written can't be what is meant.

use crate::Example::Policy;

lints! {
    Correctness
    TOOL_WITHOUT_RULE = "L0021" "tool-without-rule" Warn {
        "a declared step that no rule is about",
        "What no rule permits is forbidden by `default`, so a declared tool, agent, model or resource without a rule is refused always. Either a rule is missing, or it was left out of one, or the declaration can go: an undeclared step is refused too. A rule counts when it can permit, ask or forbid; `oblige` and advisory rules alone let nothing through.",
        Policy {
            bad: "tool get_balance()\ntool get_history()\n\npermit looking\n  on get_balance\n",
            good: "tool get_balance()\ntool get_history()\n\npermit looking\n  on get_*\n"
        }
    }
}
