//! `E2xxx`: types.

use crate::Example::Policy;

codes! {
    MISSING_ARGUMENT = "E2150" "missing-argument" Error {
        "a test leaves out an argument that is always there",
        "Arguments are optional only where the type ends in `?`. A step without a required one is refused as `invalid_arguments` before any rule is asked. To test just that, expect `forbid by invalid_arguments`.",
        Policy {
            bad: "tool pay(to: text, amount: int)\n\npermit p\n  on pay\n\ntest \"t\" {\n  call pay(to: \"ann\") => permit\n}\n",
            good: "tool pay(to: text, amount: int)\n\npermit p\n  on pay\n\ntest \"t\" {\n  call pay(to: \"ann\", amount: 1) => permit\n}\n"
        }
    }
    NOTHING_TO_ANSWER = "E2151" "nothing-to-answer" Error {
        "a `result` or `fails` that no step waits for",
        "Without `of`, an answer goes to the last step before it that is expected to be permitted, or of which nothing is expected, and that has no answer yet. A step that is refused or asked has no result.",
        Policy {
            bad: "tool a()\n\nforbid f\n  on a\n\ntest \"t\" {\n  call a() => forbid by f\n  result \"done\"\n}\n",
            good: "tool a()\n\npermit f\n  on a\n\ntest \"t\" {\n  call a() => permit by f\n  result \"done\"\n}\n"
        }
    }
    NOT_A_LITERAL = "E2152" "not-a-literal" Error {
        "a value of an event that isn't written out",
        "The content of results, and the arguments of steps that aren't declared, go into the event as they stand: texts, numbers, lists, records, words and constants. Conditions have no place there.",
        Policy {
            bad: "tool a()\n\npermit p\n  on a\n\ntest \"t\" {\n  call a() => permit\n  result 1 == 2\n}\n",
            good: "tool a()\n\npermit p\n  on a\n\ntest \"t\" {\n  call a() => permit\n  result { equal: false }\n}\n"
        }
    }
    TABLE_NOT_WRITTEN_OUT = "E2153" "table-not-written-out" Error {
        "the table of a test isn't a list of records",
        "`test … for row in [ { … }, { … } ]` plays the test once for each row, with `row.name` standing for the row's value. The table is written where the test is, so that a reader sees what is tested.",
        Policy {
            bad: "tool a(n: int)\n\npermit p\n  on a\n\ntest \"t\" for row in [1, 2] {\n  call a(n: 1) => permit\n}\n",
            good: "tool a(n: int)\n\npermit p\n  on a\n\ntest \"t\" for row in [{ n: 1 }, { n: 2 }] {\n  call a(n: row.n) => permit\n}\n"
        }
    }
    CLOCK_OF_TEST = "E2154" "clock-of-test" Error {
        "a test turns its clock back, or beyond the calendar",
        "A test starts at 2026-01-01T00:00:00Z, and each event is one second after the one before it. `after 2h` puts the next event two hours after the last, `at T` puts it at T. Events come in the order of their times, in the years 0000 to 9999.",
        Policy {
            bad: "tool a()\n\npermit p\n  on a\n\ntest \"t\" {\n  call a() => permit\n  at 2025-01-01T00:00:00Z\n  call a() => permit\n}\n",
            good: "tool a()\n\npermit p\n  on a\n\ntest \"t\" {\n  at 2025-01-01T00:00:00Z\n  call a() => permit\n  after 2h\n  call a() => permit\n}\n"
        }
    }
    NOT_SUPPORTED_YET = "E2900" "not-supported-yet" Error {
        "a part of the language that this version reads but does not run",
        "The whole language can be written and formatted, but some of it does not run yet. A rule that the engine would quietly ignore is worse than none, so it is refused. The message names the construct and what works instead.",
        Policy {
            bad: "tool pay(to: text)\n\npermit p\n  on pay\n  when args.to from user\n",
            good: "tool pay(to: text)\n\nlet payees = { \"alice\", \"bob\" }\n\npermit p\n  on pay\n  when args.to in payees\n"
        }
    }
}
