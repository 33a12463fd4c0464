//! The same can be said more plainly.

use crate::Example::Policy;

lints! {
    Style
    COMPARED_WITH_BOOL = "L0056" "compared-with-bool" Warn fix {
        "a condition that is compared with `true` or `false`",
        "`x == true` is true where `x` is, so it says `x` with more words; `x == false` says `not x`. Where `x` has no value, neither has one. `--fix` writes it so.",
        Policy {
            bad: "tool order(express: bool, size: int)\n\npermit slow\n  on order\n  when args.size > 1 and args.express == false\n",
            good: "tool order(express: bool, size: int)\n\npermit slow\n  on order\n  when args.size > 1 and not args.express\n"
        }
    }
    NEGATED_COMPARISON = "L0057" "negated-comparison" Warn fix {
        "`not` before a comparison that has an opposite",
        "`not (a == b)` says `a != b`, `not (a < b)` says `a >= b`, `not (a in b)` says `a not in b`: where one side has no value, neither has one. `--fix` writes it so.",
        Policy {
            bad: "tool pay(amount: decimal, currency: text)\n\npermit foreign\n  on pay\n  when not (args.currency == \"EUR\") and args.amount <= 10.00\n",
            good: "tool pay(amount: decimal, currency: text)\n\npermit foreign\n  on pay\n  when args.currency != \"EUR\" and args.amount <= 10.00\n"
        }
    }
    SET_OF_ONE = "L0058" "set-of-one" Warn fix {
        "a question whether a value is in a set of one",
        "`x in { a }` says `x == a`, and `x not in { a }` says `x != a`. Of paths and addresses nothing is said: there the two aren't quite the same. `--fix` writes it so.",
        Policy {
            bad: "tool order(size: text)\n\npermit small\n  on order\n  when args.size in { \"s\" }\n",
            good: "tool order(size: text)\n\npermit small\n  on order\n  when args.size == \"s\"\n"
        }
    }
    OR_OF_EQUALITIES = "L0059" "or-of-equalities" Warn fix {
        "a field that is compared with one value after the other",
        "`x == a or x == b` says `x in { a, b }`, and `x != a and x != b` says `x not in { a, b }`. The list is easier to read, and to add to. `--fix` writes it so, where the comparisons stand next to each other.",
        Policy {
            bad: "tool order(size: text)\n\npermit usual\n  on order\n  when args.size == \"s\" or args.size == \"m\"\n",
            good: "tool order(size: text)\n\npermit usual\n  on order\n  when args.size in { \"s\", \"m\" }\n"
        }
    }
    CONSTANT_ON_THE_LEFT = "L0060" "constant-on-the-left" Warn fix {
        "a comparison with the constant on its left",
        "Read aloud, a condition begins with what it is about: `args.amount <= 10.00`. `--fix` turns it round.",
        Policy {
            bad: "tool pay(amount: decimal)\n\npermit small\n  on pay\n  when 10.00 >= args.amount\n",
            good: "tool pay(amount: decimal)\n\npermit small\n  on pay\n  when args.amount <= 10.00\n"
        }
    }
    DOUBLE_NEGATION = "L0061" "double-negation" Warn fix {
        "a `not` of a `not`",
        "`not not x` says `x`, also where `x` has no value. `--fix` writes it so.",
        Policy {
            bad: "tool order(express: bool)\n\npermit fast\n  on order\n  when not not args.express\n",
            good: "tool order(express: bool)\n\npermit fast\n  on order\n  when args.express\n"
        }
    }
    NEGATED_CONDITION = "L0062" "negated-condition" Warn fix {
        "`when not` where `unless` says the same",
        "A rule has two words for its condition: `when` and `unless`. `when not x` says `unless x`, whatever the effect, and also where `x` has no value. `--fix` writes it so.",
        Policy {
            bad: "tool order(express: bool)\n\npermit slow\n  on order\n  when not args.express\n",
            good: "tool order(express: bool)\n\npermit slow\n  on order\n  unless args.express\n"
        }
    }
    NAME_STYLE = "L0063" "name-style" Warn {
        "a name that isn't written as names of its kind are",
        "Rules, constants, functions, labels, budgets, classes and fixtures are written in `snake_case`, types and entities in `PascalCase`, so that a reader knows what a name is. Names of tools, their fields and the context come from outside and are left as they are.",
        Policy {
            bad: "tool pay(amount: decimal)\n\npermit smallPayment\n  on pay\n  when args.amount <= 10.00\n",
            good: "tool pay(amount: decimal)\n\npermit small_payment\n  on pay\n  when args.amount <= 10.00\n"
        }
    }
    BOOL_IF = "L0064" "bool-if" Warn fix {
        "a choice between `true` and `false`",
        "`if c then true else false` says `c`, and `if c then false else true` says `not c`. `--fix` writes it so.",
        Policy {
            bad: "tool pay(amount: decimal)\n\npermit small\n  on pay\n  when if args.amount <= 10.00 then true else false\n",
            good: "tool pay(amount: decimal)\n\npermit small\n  on pay\n  when args.amount <= 10.00\n"
        }
    }
    NEGATED_QUANTIFIER = "L0065" "negated-quantifier" Warn fix {
        "`not any(… not …)` where `all` says the same",
        "That not any is not so means that all are so: `not any(x in xs: not c)` says `all(x in xs: c)`, and `not all(x in xs: not c)` says `any(x in xs: c)`. `--fix` writes it so.",
        Policy {
            bad: "tool send(to: list<email>, body: text)\n\npermit inside\n  on send\n  when length(args.to) > 0 and not any(r in args.to: not (r.domain within \"example.com\"))\n",
            good: "tool send(to: list<email>, body: text)\n\npermit inside\n  on send\n  when length(args.to) > 0 and all(r in args.to: r.domain within \"example.com\")\n"
        }
    }
}
