//! What is written can't be what is meant.

use crate::Example::Policy;

lints! {
    Correctness
    UNESCAPED_DOT = "L0011" "unescaped-dot" Warn {
        "a dot in a host name of a regular expression, which matches any character",
        "`example.com` as a regular expression also matches `exampleXcom` and `example-com`, which somebody else may own. Write `example\\.com`; better, declare the field as `url` or `host` and ask `args.url.host within \"example.com\"`.",
        Policy {
            bad: "tool fetch(page: text)\n\npermit pages\n  on fetch\n  when args.page matches re\"^example.com/\"\n",
            good: "tool fetch(page: text)\n\npermit pages\n  on fetch\n  when args.page matches re\"^example\\.com/\"\n"
        }
    }
    PATTERN_FOR_EVERYTHING = "L0013" "pattern-for-everything" Warn {
        "a pattern that every value matches",
        "`re\".*\"`, `re\"a*\"` and `re\"(a|)\"` match the empty text, which is found in every text; `glob\"**\"` matches every path. A condition with such a pattern is no condition, and a `redact … matching` with one removes nothing, or everything.",
        Policy {
            bad: "tool open(name: text)\n\npermit opening\n  on open\n  when args.name matches re\".*\"\n",
            good: "tool open(name: text)\n\npermit opening\n  on open\n  when args.name matches re\"^[a-z]+$\"\n"
        }
    }
    SUSPICIOUS_GLOB = "L0014" "suspicious-glob" Warn {
        "a glob that probably matches something else than is meant",
        "In a glob, `*` stands within one part of a path and `**`, alone between slashes, for any number of parts; without a slash, a glob is about the last part. So in a rule that holds back, `/etc/*` leaves out `/etc/ssl/private`, and `secrets` is a name and not what lies below it. Blanks at an end, and signs of regular expressions, are meant seldom in any rule.",
        Policy {
            bad: "tool remove(target: path)\n\nask removing\n  on remove\n  because \"{args.target} would be gone\"\n\nforbid system\n  on remove\n  when args.target matches glob\"/etc/*\"\n  because \"{args.target} is the system's\"\n",
            good: "tool remove(target: path)\n\nask removing\n  on remove\n  because \"{args.target} would be gone\"\n\nforbid system\n  on remove\n  when args.target matches glob\"/etc/**\"\n  because \"{args.target} is the system's\"\n"
        }
    }
    TOOL_WITHOUT_RULE = "L0021" "tool-without-rule" Warn {
        "a declared step that no rule is about",
        "What no rule permits is forbidden by `default`, so a declared tool, agent, model or resource without a rule is refused always. Either a rule is missing, or it was left out of one, or the declaration can go: an undeclared step is refused too. A rule counts when it can permit, ask or forbid; `oblige` and advisory rules alone let nothing through.",
        Policy {
            bad: "tool get_balance()\ntool get_history()\n\npermit looking\n  on get_balance\n",
            good: "tool get_balance()\ntool get_history()\n\npermit looking\n  on get_*\n"
        }
    }
    CHARGE_OF_NOTHING = "L0024" "charge-of-nothing" Warn {
        "a charge that takes nothing from its budget",
        "A budget holds back by what is charged to it. A charge of zero, and a charge on steps that no rule ever permits, spend nothing.",
        Policy {
            bad: "tool pay(amount: decimal)\n\nbudget spend: decimal limit 100.00 per session\n\ncharge spend by 0.00 on pay\n\npermit paying\n  on pay\n  when args.amount <= 10.00\n",
            good: "tool pay(amount: decimal)\n\nbudget spend: decimal limit 100.00 per session\n\ncharge spend by args.amount on pay\n\npermit paying\n  on pay\n  when args.amount <= 10.00\n"
        }
    }
}
