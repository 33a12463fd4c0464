//! `E2xxx`: types.

use crate::Example::Policy;

codes! {
    NOT_SUPPORTED_YET = "E2900" "not-supported-yet" Error {
        "a part of the language that this version reads but does not run",
        "The whole language can be written and formatted, but some of it does not run yet. A rule that the engine would quietly ignore is worse than none, so it is refused. The message names the construct and what works instead.",
        Policy {
            bad: "tool pay(to: text)\n\npermit p\n  on pay\n  when args.to from user\n",
            good: "tool pay(to: text)\n\nlet payees = { \"alice\", \"bob\" }\n\npermit p\n  on pay\n  when args.to in payees\n"
        }
    }
}
