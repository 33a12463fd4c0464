//! Something could be left out, and nothing would be decided otherwise.

use crate::Example::{Pack, Policy};

lints! {
    Redundancy
    REDUNDANT_TARGET = "L0022" "redundant-target" Warn {
        "a target that another target of the same rule covers",
        "`on get_*, get_balance` names one tool twice. Either the wide target is wider than was meant, or the narrow one is left over.",
        Policy {
            bad: "tool get_balance()\ntool get_history()\n\npermit looking\n  on get_*, get_balance\n",
            good: "tool get_balance()\ntool get_history()\n\npermit looking\n  on get_*\n"
        }
    }
    UNUSED_DECLARATION = "L0030" "unused-declaration" Warn {
        "a constant, function, type, class, entity or fixture that nothing uses",
        "A declaration that no step, rule, budget, test or property leads to, over any number of others, changes no decision. It is left over, or the rule that was to use it is missing. A name that begins with `_` is left alone.",
        Policy {
            bad: "tool pay(amount: decimal)\n\nlet limit = 20.00\n\npermit small\n  on pay\n  when args.amount <= 10.00\n",
            good: "tool pay(amount: decimal)\n\nlet limit = 20.00\n\npermit small\n  on pay\n  when args.amount <= limit\n"
        }
    }
    UNUSED_PARAMETER = "L0031" "unused-parameter" Warn {
        "a parameter that its function doesn't read",
        "Whoever reads a call thinks that what is given there matters. A parameter that isn't read is left over, or was forgotten in the body. A name that begins with `_` is left alone.",
        Policy {
            bad: "tool pay(amount: decimal, currency: text)\n\nfn small(amount: decimal, currency: text) = amount <= 10.00\n\npermit small_payment\n  on pay\n  when small(args.amount, args.currency)\n",
            good: "tool pay(amount: decimal, currency: text)\n\nfn small(amount: decimal, currency: text) = amount <= 10.00 and currency == \"EUR\"\n\npermit small_payment\n  on pay\n  when small(args.amount, args.currency)\n"
        }
    }
    UNUSED_LABEL = "L0032" "unused-label" Warn {
        "a label that no rule asks for",
        "Results carry labels so that rules can ask what an agent has seen (`secret in labels`) and where a value came from (`args.to from untrusted`). A label that nothing asks for changes no decision: either a rule is missing, or the label can go. Labels that only `returns` and `clear` mention count as unused.",
        Policy {
            bad: "label untrusted\n\ntool read_page(address: url) returns untrusted\n\npermit reading\n  on read_page\n  when args.address.host within \"example.com\"\n",
            good: "label untrusted\n\ntool read_page(address: url) returns untrusted\ntool send(to: email)\n\npermit reading\n  on read_page\n  when args.address.host within \"example.com\"\n\npermit sending\n  on send\n  when args.to.domain within \"example.com\"\n\nforbid planted\n  on send\n  when args.to from untrusted\n  because \"{args.to} stands in untrusted content\"\n"
        }
    }
    UNUSED_BUDGET = "L0033" "unused-budget" Warn {
        "a budget that nothing is charged against",
        "A budget limits what is charged to it. Without a `charge` it is never spent, and whoever reads the policy thinks that there is a limit.",
        Policy {
            bad: "tool pay(amount: decimal)\n\nbudget spend: decimal limit 100.00 per session\n\npermit paying\n  on pay\n  when args.amount <= 10.00\n",
            good: "tool pay(amount: decimal)\n\nbudget spend: decimal limit 100.00 per session\n\ncharge spend by args.amount on pay\n\npermit paying\n  on pay\n  when args.amount <= 10.00\n"
        }
    }
    UNUSED_BINDING = "L0035" "unused-binding" Warn {
        "a name for a value that nothing asks about",
        "`any(r in args.to: not args.late)` asks the same of every `r`, so the addresses don't matter: probably a condition on `r` is missing. The same goes for `runs only x where …` without `x`, and for `args.date as day` where nothing asks about `day`: `args has date` says that. A name that begins with `_` is left alone.",
        Policy {
            bad: "tool send(to: list<email>, late: bool)\n\npermit sending\n  on send\n  when any(r in args.to: not args.late)\n",
            good: "tool send(to: list<email>, late: bool)\n\npermit sending\n  on send\n  when any(r in args.to: r.domain within \"example.com\") and not args.late\n"
        }
    }
    UNUSED_CONTEXT_FIELD = "L0036" "unused-context-field" Warn {
        "a fact of the session that nothing asks for",
        "A host must send the fields of `context` that aren't optional, and they are part of the session's state. A field that no condition, type or message reads changes no decision.",
        Policy {
            bad: "context {\n  user: text\n  region: text\n}\n\ntool pay(recipient: text, amount: decimal)\n\npermit own\n  on pay\n  when args.recipient == context.user and args.amount <= 10.00\n",
            good: "context {\n  user: text\n}\n\ntool pay(recipient: text, amount: decimal)\n\npermit own\n  on pay\n  when args.recipient == context.user and args.amount <= 10.00\n"
        }
    }
    REPEATED_TERM = "L0037" "repeated-term" Warn fix {
        "the same condition twice in an `and` or `or`",
        "Said twice, a condition holds no more than once. Often one of the two was copied to be changed, and wasn't. `--fix` removes the second.",
        Policy {
            bad: "tool pay(amount: decimal)\n\npermit small\n  on pay\n  when args.amount > 0.00 and args.amount <= 10.00 and args.amount > 0.00\n",
            good: "tool pay(amount: decimal)\n\npermit small\n  on pay\n  when args.amount > 0.00 and args.amount <= 10.00\n"
        }
    }
    UNUSED_USE = "L0039" "unused-use" Warn {
        "a `use` that nothing needs",
        "A pack's rules are in force wherever it is used, whether its names are said or not. A pack that has no rules, budgets, resources or fields of the context gives nothing but names and steps: where none of them is named, and no rule is about its steps, the bundle would mean the same without it. Whoever reads the policy looks for what it brings, and it must be installed and kept up to date. The same goes for a second name of one pack that is never said.",
        Pack {
            pack: "label untrusted\n\nlet most = 10.00\n",
            bad: "use acme.words\n\ntool pay(amount: decimal)\n\npermit small\n  on pay\n  when args.amount <= 5.00\n",
            good: "use acme.words\n\ntool pay(amount: decimal)\n\npermit small\n  on pay\n  when args.amount <= words.most\n"
        }
    }
}
