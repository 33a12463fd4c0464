//! What whoever looks after the bundle, or meets its decisions, will miss.

use crate::Example::Policy;

lints! {
    Upkeep
    UNUSED_ALLOW = "L0038" "unused-allow" Warn {
        "an `@allow` that turns nothing off",
        "`@allow(lint-name)` says that what the lint finds here is meant. Where the lint finds nothing, the attribute is left over from an earlier version, and would hide what somebody writes later. Of lints that are off, nothing is known.",
        Policy {
            bad: "tool get_balance()\n\n@allow(missing-message)\npermit looking\n  on get_balance\n",
            good: "tool get_balance()\n\npermit looking\n  on get_balance\n"
        }
    }
    MISSING_MESSAGE = "L0050" "missing-message" Warn {
        "an `ask` or `forbid` that doesn't say why",
        "A person who is asked, and an agent that is refused, see the rule's message: `because \"{args.amount} is too much\"`. Without one they see the rule's name alone. A person then agrees without knowing to what, and an agent tries again with another wording. Advisory rules are on trial, and need none.",
        Policy {
            bad: "tool pay(amount: decimal)\n\npermit small\n  on pay\n  when args.amount <= 10.00\n\nforbid large\n  on pay\n  when args.amount > 100.00\n",
            good: "tool pay(amount: decimal)\n\npermit small\n  on pay\n  when args.amount <= 10.00\n\nforbid large\n  on pay\n  when args.amount > 100.00\n  because \"{args.amount} is more than may ever be paid\"\n"
        }
    }
    EMPTY_MESSAGE = "L0051" "empty-message" Warn {
        "a message that says nothing",
        "`because \"\"`, a message of signs alone, and one that repeats the rule's name tell no more than no message.",
        Policy {
            bad: "tool pay(amount: decimal)\n\nask any_payment\n  on pay\n  because \"any payment\"\n",
            good: "tool pay(amount: decimal)\n\nask any_payment\n  on pay\n  because \"{args.amount} would be paid\"\n"
        }
    }
    OLD_ADVISORY = "L0052" "old-advisory" Warn {
        "a rule that has been on trial for long",
        "An `@advisory` rule reports and changes no decision: that is how a rule is rolled out. `@advisory(\"2026-01-01\")` says since when. After 180 days it should be known whether the rule fits: let it count, or remove it. `reach.toml` sets another time: `old-advisory = { days = 90 }`. The day is that of the machine, or of `--today`.",
        Policy {
            bad: "tool pay(amount: decimal)\n\npermit paying\n  on pay\n  when args.amount <= 10.00\n\n@advisory(\"2024-03-01\")\nask odd_amount\n  on pay\n  when args.amount < 0.01\n  because \"{args.amount} is little\"\n",
            good: "tool pay(amount: decimal)\n\npermit paying\n  on pay\n  when args.amount <= 10.00\n\n@advisory(\"2025-12-01\")\nask odd_amount\n  on pay\n  when args.amount < 0.01\n  because \"{args.amount} is little\"\n"
        }
    }
    SEVERITY_WITHOUT_OWNER = "L0053" "severity-without-owner" Off {
        "a rule of severity `high` or `critical` that nobody owns",
        "Whoever is told that a grave rule matched has to know whom to ask: `@owner(\"payments\")`. The lint is off unless `reach.toml` turns it on, for teams that route findings by owner.",
        Policy {
            bad: "tool pay(amount: decimal)\n\n@severity(high)\nask paying\n  on pay\n  because \"{args.amount} would be paid\"\n",
            good: "tool pay(amount: decimal)\n\n@severity(high)\n@owner(\"payments\")\nask paying\n  on pay\n  because \"{args.amount} would be paid\"\n"
        }
    }
    UNKNOWN_LINT = "L0054" "unknown-lint" Warn {
        "an `@allow` of a lint that there isn't",
        "A misspelt name in `@allow` turns nothing off. `reach explain` lists the lints.",
        Policy {
            bad: "tool pay(amount: decimal)\n\n@allow(missing-mesage)\npermit paying\n  on pay\n  when args.amount <= 10.00\n",
            good: "tool pay(amount: decimal)\n\npermit paying\n  on pay\n  when args.amount <= 10.00\n"
        }
    }
    UNDOCUMENTED_RULE = "L0055" "undocumented-rule" Off {
        "a rule without a word on what it is for",
        "A line of `///` before a rule stands in the pages that are made from a bundle. A rule with a message has said something already. The lint is off unless `reach.toml` turns it on.",
        Policy {
            bad: "tool get_balance()\n\npermit looking\n  on get_balance\n",
            good: "tool get_balance()\n\n/// Looking changes nothing.\npermit looking\n  on get_balance\n"
        }
    }
    UNDATED_ADVISORY = "L0066" "undated-advisory" Off {
        "a rule on trial that doesn't say since when",
        "`@advisory(\"2026-01-01\")` says since when a rule is on trial, so that `old-advisory` can tell when it has been for long. The lint is off unless `reach.toml` turns it on.",
        Policy {
            bad: "tool pay(amount: decimal)\n\npermit paying\n  on pay\n  when args.amount <= 10.00\n\n@advisory\nask odd_amount\n  on pay\n  when args.amount < 0.01\n  because \"{args.amount} is little\"\n",
            good: "tool pay(amount: decimal)\n\npermit paying\n  on pay\n  when args.amount <= 10.00\n\n@advisory(\"2025-12-01\")\nask odd_amount\n  on pay\n  when args.amount < 0.01\n  because \"{args.amount} is little\"\n"
        }
    }
}
