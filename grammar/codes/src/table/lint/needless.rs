//! A rule could be left out, and nothing would be decided otherwise: that is proved over all steps and sessions.

use crate::Example::Policy;

lints! {
    Redundancy
    REDUNDANT_RULE = "L0072" "redundant-rule" Warn {
        "a rule without which everything would be decided alike",
        "Wherever the rule decides, others decide alike or overrule it, and nothing else goes with it: without it, every decision of every session has the same effect and the same obligations. Those others are named. Where several rules could go, each is looked at without those that are named already, so that all that are named can go together. A message of its own is no reason to keep a rule, unless you say so: `@allow(redundant-rule)`.",
        Policy {
            bad: "tool pay(amount: decimal, to: text)\n\npermit small\n  on pay\n  when args.amount <= 100.00\n\npermit smaller\n  on pay\n  when args.amount <= 50.00 and args.to != \"mallory\"\n",
            good: "tool pay(amount: decimal, to: text)\n\npermit small\n  on pay\n  when args.amount <= 100.00\n\npermit known\n  on pay\n  when args.amount <= 500.00 and args.to == \"ann\"\n"
        }
    }
    DUPLICATE_RULE = "L0073" "duplicate-rule" Warn {
        "a rule that matches exactly where another one does",
        "Two rules of one effect match the same steps, however differently they are written. One of them is left over, or one of them should say something else.",
        Policy {
            bad: "tool pay(amount: int)\n\npermit small\n  on pay\n  when args.amount < 100\n\npermit two_digits\n  on pay\n  when args.amount <= 99\n",
            good: "tool pay(amount: int)\n\npermit small\n  on pay\n  when args.amount < 100\n"
        }
    }
    IDLE_FORBID = "L0074" "idle-forbid" Off {
        "a forbid of what nothing permits",
        "Wherever the rule matches, no rule permits or asks: without it the step would be forbidden by `default`. Many write such rules on purpose, as a second wall and for their message, so that the lint is off; turn it on to see which walls nothing leans on.",
        Policy {
            bad: "tool pay(amount: decimal)\n\npermit small\n  on pay\n  when args.amount <= 10.00\n\nforbid large\n  on pay\n  when args.amount > 1000.00\n  because \"{args.amount} is too much\"\n",
            good: "tool pay(amount: decimal)\n\npermit small\n  on pay\n  when args.amount <= 10.00\n"
        }
    }
}
