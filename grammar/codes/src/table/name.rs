//! `E1xxx`: names and declarations.

use crate::Example::Policy;

codes! {
    DUPLICATE_STEP = "E1150" "duplicate-step" Error {
        "two steps of a test have one name",
        "`call … as c` names a step so that `result of c` can answer it. A name stands for one step of a test; the steps of its fixture count too. Steps without a name are called `c0`, `c1` and so on.",
        Policy {
            bad: "tool a()\n\npermit p\n  on a\n\ntest \"t\" {\n  call a() as c => permit\n  call a() as c => permit\n}\n",
            good: "tool a()\n\npermit p\n  on a\n\ntest \"t\" {\n  call a() as c => permit\n  call a() as d => permit\n}\n"
        }
    }
    UNKNOWN_STEP = "E1151" "unknown-step" Error {
        "a test answers a step that it doesn't have",
        "`result of c` and `fails of c` answer the step that was named with `as c` before. Without `of`, they answer the last permitted step that has no answer.",
        Policy {
            bad: "tool a()\n\npermit p\n  on a\n\ntest \"t\" {\n  call a() as first => permit\n  result of frist \"done\"\n}\n",
            good: "tool a()\n\npermit p\n  on a\n\ntest \"t\" {\n  call a() as first => permit\n  result of first \"done\"\n}\n"
        }
    }
    UNKNOWN_ARGUMENT = "E1152" "unknown-argument" Error {
        "a test gives a field that the declaration doesn't have",
        "Arguments and facts of a step, and the fields of `context`, are those of the declaration. A misspelt one would be refused as `invalid_arguments`, and the test would show nothing of the rule it is about. To test just that, expect `forbid by invalid_arguments`: then any arguments may be given.",
        Policy {
            bad: "tool a(amount: int)\n\npermit p\n  on a\n\ntest \"t\" {\n  call a(amout: 1) => permit\n}\n",
            good: "tool a(amount: int)\n\npermit p\n  on a\n\ntest \"t\" {\n  call a(amount: 1) => permit\n  call a(amout: 1) => forbid by invalid_arguments\n}\n"
        }
    }
    UNKNOWN_TARGET_OF_STEP = "E1153" "undeclared-step" Error {
        "a test takes a step that isn't declared",
        "A step that no declaration covers is refused as `undeclared`. A test that expects another refusal would be green because of a misspelt name, and one that expects a permit can never be. Say that you mean it with `forbid by undeclared`.",
        Policy {
            bad: "tool send_money()\n\npermit p\n  on send_money\n\ntest \"t\" {\n  call send_mony() => permit\n}\n",
            good: "tool send_money()\n\npermit p\n  on send_money\n\ntest \"t\" {\n  call send_money() => permit\n  call send_mony() => forbid by undeclared\n}\n"
        }
    }
    DUPLICATE_ARGUMENT = "E1154" "duplicate-argument" Error {
        "an argument of a step is given twice",
        "Each argument, fact or field of `context` has one value. Duplicate keys in an event are refused as `invalid_arguments`.",
        Policy {
            bad: "tool a(n: int)\n\npermit p\n  on a\n\ntest \"t\" {\n  call a(n: 1, n: 2) => permit\n}\n",
            good: "tool a(n: int)\n\npermit p\n  on a\n\ntest \"t\" {\n  call a(n: 1) => permit\n}\n"
        }
    }
}
