//! What whoever looks after the bundle, or meets its decisions, will miss.

use crate::Example::Policy;

lints! {
    Upkeep
    MISSING_MESSAGE = "L0050" "missing-message" Warn {
        "an `ask` or `forbid` that doesn't say why",
        "A person who is asked, and an agent that is refused, see the rule's message: `because \"{args.amount} is too much\"`. Without one they see the rule's name alone. A person then agrees without knowing to what, and an agent tries again with another wording. Advisory rules are on trial, and need none.",
        Policy {
            bad: "tool pay(amount: decimal)\n\npermit small\n  on pay\n  when args.amount <= 10.00\n\nforbid large\n  on pay\n  when args.amount > 100.00\n",
            good: "tool pay(amount: decimal)\n\npermit small\n  on pay\n  when args.amount <= 10.00\n\nforbid large\n  on pay\n  when args.amount > 100.00\n  because \"{args.amount} is more than may ever be paid\"\n"
        }
    }
}
