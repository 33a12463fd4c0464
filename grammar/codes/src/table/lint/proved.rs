//! What is written can't be what is meant, and that is proved over all steps and sessions.

use crate::Example::Policy;

lints! {
    Correctness
    UNREACHABLE_RULE = "L0070" "unreachable-rule" Warn {
        "a rule that never matches",
        "No step of any session is such that the rule matches it: its conditions contradict one another, the declared types, or what the other rules let happen before. The analysis proves it over all arguments, facts, contexts and sessions; what it can't tell it doesn't report. A rule that rests on a constant, as a `param` gives it, is left alone.",
        Policy {
            bad: "tool pay(amount: decimal, to: text)\n\npermit medium\n  on pay\n  when (args.amount > 10.00 or args.to == \"ann\") and args.amount < 5.00 and args.to == \"bob\"\n",
            good: "tool pay(amount: decimal, to: text)\n\npermit medium\n  on pay\n  when (args.amount > 2.00 or args.to == \"ann\") and args.amount < 5.00 and args.to == \"bob\"\n"
        }
    }
    SHADOWED_RULE = "L0071" "shadowed-rule" Warn {
        "a rule that matches and never decides",
        "Wherever the rule matches, others decide: `forbid` beats `ask`, `ask` beats `permit`, and `otherwise ask` comes last of all. Those that decide instead are named. Of an `oblige` it means that nothing that it matches is ever permitted. It is proved over all steps and sessions.",
        Policy {
            bad: "tool pay(amount: decimal)\n\npermit small\n  on pay\n  when args.amount <= 10.00\n\npermit large\n  on pay\n  when args.amount > 1000.00\n\nforbid too_large\n  on pay\n  when args.amount > 500.00\n  because \"{args.amount} is too much\"\n",
            good: "tool pay(amount: decimal)\n\npermit small\n  on pay\n  when args.amount <= 10.00\n\nask large\n  on pay\n  when args.amount > 100.00\n  because \"{args.amount} is much\"\n\nforbid too_large\n  on pay\n  when args.amount > 500.00\n  because \"{args.amount} is too much\"\n"
        }
    }
    CONSTANT_CONDITION = "L0075" "constant-condition" Warn {
        "a part of a condition that is always true, or never",
        "Where it may matter, with what stands before it in the same `and` not false and in the same `or` not true, this part comes to the same at every step. What was meant is something else, or it can go. It is proved over all steps and sessions, so it may rest on a type, on what stands before it, or on what other rules never let happen. The message says whether it may still have no value: then a `forbid` matches all the same.",
        Policy {
            bad: "tool pay(amount: decimal, to: text)\n\npermit medium\n  on pay\n  when args.amount < 5.00 and args.to != \"mallory\" and args.amount <= 10.00\n",
            good: "tool pay(amount: decimal, to: text)\n\npermit medium\n  on pay\n  when args.amount < 5.00 and args.to != \"mallory\"\n"
        }
    }
    OVERLAPPING_EFFECTS = "L0076" "overlapping-effects" Warn {
        "a step that a rule names and never decides",
        "The rule decides of other steps, but of this one, which its `on` names, others decide wherever it matches, or it never matches. Rules of different effect may well overlap; here one of them covers the other whole, for this step. It is proved over all steps and sessions. Steps that a pattern such as `github.*` or a kind brings along aren't meant.",
        Policy {
            bad: "tool read_page(name: text)\ntool remove_page(name: text)\n\npermit pages\n  on read_page, remove_page\n  when args.name != \"index\"\n\nforbid removing\n  on remove_page\n  because \"pages are kept\"\n",
            good: "tool read_page(name: text)\ntool remove_page(name: text)\n\npermit pages\n  on read_page\n  when args.name != \"index\"\n\nforbid removing\n  on remove_page\n  because \"pages are kept\"\n"
        }
    }
    IMPOSSIBLE_HISTORY = "L0077" "impossible-history" Warn {
        "a question about something that can't have happened",
        "No event matches the pattern in any session: what stands behind `where` is never so, or the steps are never permitted, and a step counts from its permit on. So `ever` is false, `count` is nothing, and `from` finds nothing. `attempted` counts steps whatever was decided of them; `denied` counts those that were refused.",
        Policy {
            bad: "tool erase(disk: text)\ntool report(text: text)\n\npermit reporting\n  on report\n  unless ever(call erase)\n\nforbid erasing\n  on erase\n  because \"nothing is ever erased\"\n",
            good: "tool erase(disk: text)\ntool report(text: text)\n\npermit reporting\n  on report\n  unless ever(attempted call erase)\n\nforbid erasing\n  on erase\n  because \"nothing is ever erased\"\n"
        }
    }
    SINCE_NEVER = "L0078" "since-never" Warn {
        "a `since` of something that can't happen",
        "`since P` forgets what came before the last P. No event matches this P in any session, so that nothing is ever forgotten: what was to be undone by it stays for the whole session.",
        Policy {
            bad: "tool edit(file: text)\ntool test()\ntool push()\n\npermit editing\n  on edit\n\npermit pushing\n  on push\n  unless ever(call edit since call test)\n\nforbid testing\n  on test\n  because \"tests run elsewhere\"\n",
            good: "tool edit(file: text)\ntool test()\ntool push()\n\npermit editing\n  on edit, test\n\npermit pushing\n  on push\n  unless ever(call edit since call test)\n"
        }
    }
    LABEL_NEVER_RETURNED = "L0079" "label-never-returned" Warn {
        "a label that is asked for and that nothing returns",
        "A label is collected with the results of steps whose declaration says `returns` it. None does, or only under a condition that is never so: then `in labels` and `from` are false, and a rule that rests on them alone holds nothing back.",
        Policy {
            bad: "label untrusted\n\ntool read_page(page: text)\ntool send(to: email)\n\npermit reading\n  on read_page\n\npermit sending\n  on send\n  unless untrusted in labels\n",
            good: "label untrusted\n\ntool read_page(page: text) returns untrusted\ntool send(to: email)\n\npermit reading\n  on read_page\n\npermit sending\n  on send\n  unless untrusted in labels\n"
        }
    }
    RETURN_NEVER = "L0080" "return-never" Warn {
        "a label that a step returns under a condition that is never so",
        "`returns LABEL when …` labels the results of steps whose arguments, facts and context are so. No step is, so that this declaration labels nothing.",
        Policy {
            bad: "label secret\n\ntool read_row(table: text, rows: int) returns secret when args.rows > 500 and args.rows < 100\ntool read_key(name: text) returns secret\ntool send(to: email)\n\npermit reading\n  on read_row, read_key\n\npermit sending\n  on send\n  unless secret in labels\n",
            good: "label secret\n\ntool read_row(table: text, rows: int) returns secret when args.rows > 500\ntool read_key(name: text) returns secret\ntool send(to: email)\n\npermit reading\n  on read_row, read_key\n\npermit sending\n  on send\n  unless secret in labels\n"
        }
    }
    IDLE_CHARGE = "L0081" "idle-charge" Warn {
        "a charge that never comes to anything",
        "Wherever a step is permitted, or asked and agreed to, what this charges is nothing, or its `when` is false: the amount is spent only on steps that are refused. It is proved over all steps and sessions.",
        Policy {
            bad: "tool pay(amount: decimal)\n\nbudget spend: decimal limit 100.00 per session\n\ncharge spend by args.amount on pay when args.amount > 50.00\n\npermit paying\n  on pay\n  when args.amount <= 10.00\n",
            good: "tool pay(amount: decimal)\n\nbudget spend: decimal limit 100.00 per session\n\ncharge spend by args.amount on pay when args.amount > 5.00\n\npermit paying\n  on pay\n  when args.amount <= 10.00\n"
        }
    }
}
