//! `E1xxx`: names and declarations.

use crate::Example::{None, Policy};

codes! {
    UNKNOWN_NAME = "E1001" "unknown-name" Error {
        "a name that stands for nothing here",
        "A bare word is a constant (`let`), a variable of a question like `any(x in xs: …)`, or a member of an enum where one is expected. The fields of a step are read through `args`, those of the session through `context`. A text stands in quotes.",
        Policy {
            bad: "tool pay(to: text, amount: decimal)\n\nlet daily_limit = 500.00\n\npermit p\n  on pay\n  when args.amount < daly_limit\n",
            good: "tool pay(to: text, amount: decimal)\n\nlet daily_limit = 500.00\n\npermit p\n  on pay\n  when args.amount < daily_limit\n"
        }
    }
    UNKNOWN_FIELD = "E1002" "unknown-field" Error {
        "a field that is declared nowhere",
        "`args` has the arguments that the tool's declaration lists, `facts` its facts, `context` the fields of the session. A misspelt field would have no value, and a rule about it would never do what it says.",
        Policy {
            bad: "tool pay(to: text, amount: decimal)\n\nforbid large\n  on pay\n  when args.amonut > 500.00\n",
            good: "tool pay(to: text, amount: decimal)\n\nforbid large\n  on pay\n  when args.amount > 500.00\n"
        }
    }
    UNSHARED_FIELD = "E1003" "unshared-field" Error {
        "a field that not all targets of a rule have, or not with one type",
        "A rule on several tools sees in `args` the fields that all of them have, with equal types; `T` and `T?` become `T?`. A field that one of them lacks can't be read, because it would have no value there. Write a rule for each, or a `class` that says what the field is for each tool.",
        Policy {
            bad: "tool pay(to: text, amount: decimal)\ntool move(account: text, amount: decimal)\n\nforbid stranger\n  on pay, move\n  when args.to == \"mallory\"\n",
            good: "tool pay(to: text, amount: decimal)\ntool move(account: text, amount: decimal)\n\nforbid stranger\n  on pay\n  when args.to == \"mallory\"\n\nforbid strange_account\n  on move\n  when args.account == \"mallory\"\n"
        }
    }
    UNKNOWN_TARGET = "E1004" "unknown-target" Error {
        "a rule is about something that isn't declared",
        "Rules are about declared tools, classes, models, agents and resources, by name; `call`, `spawn`, `model`, `read` and `say` name kinds, `*` everything. So are patterns of earlier events, charges, and what a child is granted. A step that nothing declares is forbidden by `undeclared` whatever rules say, so a rule on a misspelt name would protect nothing.",
        Policy {
            bad: "tool send_money(to: text)\n\nforbid f\n  on send_mony\n",
            good: "tool send_money(to: text)\n\nforbid f\n  on send_money\n"
        }
    }
    MATCHES_NOTHING = "E1005" "matches-nothing" Error {
        "a target that no declared step fits",
        "A prefix (`github.*`), a glob, a kind or a class must fit at least one declared step. If it fits none, the rule would never decide anything, which is hardly what was meant: most often the name is misspelt, or the declarations are in another folder.",
        Policy {
            bad: "tool github.create_issue(title: text)\n\nforbid f\n  on gitlab.*\n",
            good: "tool github.create_issue(title: text)\n\nforbid f\n  on github.*\n"
        }
    }
    UNKNOWN_TYPE = "E1006" "unknown-type" Error {
        "a type that isn't declared",
        "The types of the language are `bool`, `int`, `decimal`, `text`, `time`, `date`, `duration`, `path`, `email`, `url`, `host`, `ip`, `network`, `iban`, `shell`, `sql`, `any`, `enum { … }`, `list<T>`, `set<T>`, `map<T>`, `{ field: T }` and `T?`. Others are declared with `type Name = …`.",
        Policy {
            bad: "tool pay(to: string)\n",
            good: "tool pay(to: text)\n"
        }
    }
    UNKNOWN_MEMBER = "E1007" "unknown-member" Error {
        "a name that is no member of the enum that is expected",
        "Where an enum is expected, a bare name or a text is one of its members. No value is ever equal to a member that doesn't exist, so that the comparison would always be false.",
        Policy {
            bad: "context { role: enum { teller, auditor } }\n\ntool pay(to: text)\n\nforbid f\n  on pay\n  when context.role == tellr\n",
            good: "context { role: enum { teller, auditor } }\n\ntool pay(to: text)\n\nforbid f\n  on pay\n  when context.role == teller\n"
        }
    }
    UNKNOWN_FUNCTION = "E1008" "unknown-function" Error {
        "a function that isn't there",
        "The functions of the language are `length`, `lower`, `min`, `max` and `abs`, and the questions `all`, `any`, `count` and `sum`. Others are declared with `fn`. There are no methods: a pattern answers what `startsWith` does elsewhere.",
        Policy {
            bad: "tool pay(to: text)\n\nforbid f\n  on pay\n  when len(args.to) > 30\n",
            good: "tool pay(to: text)\n\nforbid f\n  on pay\n  when length(args.to) > 30\n"
        }
    }
    UNKNOWN_CLASS = "E1009" "unknown-class" Error {
        "a class that isn't declared",
        "`class outbound(to: list<text>)` declares what several tools have in common. A tool says `is outbound(to: …)`, and rules `on outbound` see the class's fields.",
        Policy {
            bad: "class outbound(to: text)\n\ntool mail(recipient: text) is outbond(to: recipient)\n",
            good: "class outbound(to: text)\n\ntool mail(recipient: text) is outbound(to: recipient)\n"
        }
    }
    UNKNOWN_RULE = "E1010" "unknown-rule" Error {
        "a rule that isn't declared",
        "`=> forbid by NAME` expects that a rule decided. A misspelt name would make the test fail for a reason that is hard to see. Reserved reasons such as `default` and `undeclared` can be named too.",
        Policy {
            bad: "tool pay(to: text)\n\nforbid stranger\n  on pay\n\ntest \"t\" {\n  call pay(to: \"x\") => forbid by strangr\n}\n",
            good: "tool pay(to: text)\n\nforbid stranger\n  on pay\n\ntest \"t\" {\n  call pay(to: \"x\") => forbid by stranger\n}\n"
        }
    }
    UNKNOWN_FIXTURE = "E1011" "unknown-fixture" Error {
        "a fixture that isn't declared",
        "`test \"…\" from NAME` begins with the events of `fixture NAME { … }`: a session that several tests share is written once.",
        Policy {
            bad: "tool a()\n\npermit p\n  on a\n\nfixture signed_in {\n  prompt \"hello\"\n}\n\ntest \"t\" from signed_on {\n  call a() => permit\n}\n",
            good: "tool a()\n\npermit p\n  on a\n\nfixture signed_in {\n  prompt \"hello\"\n}\n\ntest \"t\" from signed_in {\n  call a() => permit\n}\n"
        }
    }
    UNKNOWN_ATTRIBUTE = "E1012" "unknown-attribute" Error {
        "an attribute that isn't there",
        "The attributes are `@severity`, `@owner`, `@advisory`, `@allow` and `@reference`. An unknown one is refused rather than ignored: a rule with `@advisry` must not enforce by accident.",
        Policy {
            bad: "tool a()\n\n@advisry\nforbid f\n  on a\n",
            good: "tool a()\n\n@advisory\nforbid f\n  on a\n"
        }
    }
    ATTRIBUTE_ARGUMENT = "E1013" "attribute-argument" Error {
        "an attribute with an argument that it can't take",
        "`@severity` takes one of `info`, `low`, `medium`, `high` and `critical`; `@owner` a text; `@reference` texts; `@allow` the names of lints; `@advisory` nothing. Words stand without quotes, texts with them.",
        Policy {
            bad: "tool a()\n\n@severity(hgih)\nforbid f\n  on a\n",
            good: "tool a()\n\n@severity(high)\nforbid f\n  on a\n"
        }
    }
    MISPLACED_ATTRIBUTE = "E1014" "misplaced-attribute" Error {
        "an attribute of rules on something else",
        "`@severity` and `@advisory` say something of a rule. Before another declaration they would mean nothing.",
        Policy {
            bad: "@advisory\ntool a()\n",
            good: "@owner(\"payments\")\ntool a()\n"
        }
    }
    REPEATED_ATTRIBUTE = "E1015" "repeated-attribute" Error {
        "an attribute that stands before a declaration twice",
        "A rule has one severity and one owner. `@allow` and `@reference` can be repeated.",
        Policy {
            bad: "tool a()\n\n@severity(high)\n@severity(low)\nforbid f\n  on a\n",
            good: "tool a()\n\n@severity(high)\nforbid f\n  on a\n"
        }
    }
    DUPLICATE_NAME = "E1020" "duplicate-name" Error {
        "a name that is declared twice",
        "A bundle has one name space for all its files: tools, models, agents, classes, types, constants, functions, labels, budgets, rules and fixtures. A name stands for one of them, so that a reader never has to ask which is meant.",
        Policy {
            bad: "tool pay(to: text)\ntool pay(to: text, amount: decimal)\n",
            good: "tool pay(to: text)\ntool pay_amount(to: text, amount: decimal)\n"
        }
    }
    DUPLICATE_FIELD = "E1021" "duplicate-field" Error {
        "a field, parameter or member that is there twice",
        "The fields of a record, the arguments of a tool, the parameters of a function and the members of an enum have different names.",
        Policy {
            bad: "tool pay(to: text, to: email)\n",
            good: "tool pay(to: text, copy_to: email)\n"
        }
    }
    MISSING_FIELD = "E1022" "missing-field" Error {
        "a field that is left out",
        "A tool that is of a class says what each field of the class is. A record that is written out has all fields that aren't optional.",
        Policy {
            bad: "class outbound(to: text, body: text)\n\ntool mail(recipient: text, body: text) is outbound(to: recipient)\n",
            good: "class outbound(to: text, body: text)\n\ntool mail(recipient: text, body: text) is outbound(to: recipient, body: body)\n"
        }
    }
    RESERVED_NAME = "E1023" "reserved-name" Error {
        "a name that the language keeps for itself",
        "Decisions that no rule made give a reason such as `default`, `undeclared` or `budget`; a rule of that name could not be told from it. Words such as `args` and `context`, the types and the functions of the language always mean the same. `user` is the source of what the user typed, and can't be a label.",
        Policy {
            bad: "tool a()\n\nforbid default\n  on a\n",
            good: "tool a()\n\nforbid by_default\n  on a\n"
        }
    }
    NAME_TAKEN = "E1024" "name-taken" Error {
        "a variable is called like something else in sight",
        "The variable of a question or a name bound by `as` may not hide a constant, a function, a word such as `args`, or another variable: a reader would take it for that.",
        Policy {
            bad: "tool mail(to: list<text>)\n\nlet known = { \"ann\", \"bob\" }\n\npermit p\n  on mail\n  when all(known in args.to: known == \"ann\")\n",
            good: "tool mail(to: list<text>)\n\nlet known = { \"ann\", \"bob\" }\n\npermit p\n  on mail\n  when all(name in args.to: name in known)\n"
        }
    }
    AMBIGUOUS_NAME = "E1025" "ambiguous-name" Error {
        "a word that is both a member of an enum and a constant",
        "Where an enum is expected, a bare name is its member. If a constant has the same name, a reader can't tell which is meant.",
        Policy {
            bad: "context { role: enum { teller, auditor } }\n\nlet teller = \"auditor\"\n\ntool pay(to: text)\n\nforbid f\n  on pay\n  when context.role == teller\n",
            good: "context { role: enum { teller, auditor } }\n\nlet checker = \"auditor\"\n\ntool pay(to: text)\n\nforbid f\n  on pay\n  when context.role == checker or context.role == teller\n"
        }
    }
    CYCLE = "E1026" "cyclic-declaration" Error {
        "declarations that need each other in a circle",
        "Constants, types and functions are put in where they are used, in any order. One that needs itself, directly or through others, would never come to an end; functions can't be recursive.",
        Policy {
            bad: "let a = b + 1\nlet b = a + 1\n",
            good: "let a = 1\nlet b = a + 1\n"
        }
    }
    NOT_HERE = "E1027" "not-known-here" Error {
        "a value of the step where no step is known",
        "`args`, `facts`, `step` and `context` belong to the step that is decided. A constant, a function or a type is the same for all steps, so they can't be read there. A function can be given them as arguments.",
        Policy {
            bad: "tool pay(to: text, amount: decimal)\n\nfn large(limit: decimal) = args.amount > limit\n\nforbid f\n  on pay\n  when large(500.00)\n",
            good: "tool pay(to: text, amount: decimal)\n\nfn large(amount: decimal, limit: decimal) = amount > limit\n\nforbid f\n  on pay\n  when large(args.amount, 500.00)\n"
        }
    }
    WRONG_KIND_OF_NAME = "E1028" "wrong-kind-of-name" Error {
        "a name of something else than the place needs",
        "A rule is about tools, classes, models and resources; a type stands behind `:`; a constant or a variable is a value. The name is declared, but as something that can't stand here.",
        Policy {
            bad: "tool pay(to: text)\ntool check(to: text)\n\nforbid f\n  on pay\n  when step.name == check\n",
            good: "tool pay(to: text)\ntool check(to: text)\n\nforbid f\n  on pay, check\n  when step.name == \"check\"\n"
        }
    }
    UNKNOWN_LABEL = "E1029" "unknown-label" Error {
        "a label that isn't declared",
        "`label NAME` declares a mark that results carry (`tool … returns NAME`) and agents collect (`NAME in labels`). It is declared so that a misspelt one is found.",
        Policy {
            bad: "label secret\n\ntool pay(to: text)\n\nforbid f\n  on pay\n  when secrt in labels\n",
            good: "label secret\n\ntool pay(to: text)\n\nforbid f\n  on pay\n  when secret in labels\n"
        }
    }
    UNKNOWN_BUDGET = "E1030" "unknown-budget" Error {
        "a budget that isn't declared",
        "`budget NAME: decimal limit … per session` declares an amount that can't be overspent; `charge NAME by …` says what steps take from it, and `grants { budget NAME: … }` what a child gets of it.",
        Policy {
            bad: "tool pay(amount: decimal)\n\nbudget spend: decimal limit 5.00 per session\n\ncharge spent by args.amount on pay\n",
            good: "tool pay(amount: decimal)\n\nbudget spend: decimal limit 5.00 per session\n\ncharge spend by args.amount on pay\n"
        }
    }
    UNKNOWN_PACK = "E1031" "unknown-pack" Error {
        "a pack that isn't there",
        "`use` names a pack that is installed (`reach pack install NAME`), or whose folder is named in `reach.toml` below `[packs]`. A bundle is not checked further as long as a pack of it is missing: its rules could forbid what the others permit.",
        Policy {
            bad: "use acme.bank_guard\n\ntool get_balance()\n\npermit reading\n  on get_balance\n",
            good: "tool get_balance()\n\npermit reading\n  on get_balance\n"
        }
    }
    ALIAS_TAKEN = "E1032" "alias-taken" Error {
        "a pack is called like something else",
        "A pack is called by the last word of its name, unless `use … as …` says otherwise. That word stands for one thing: no other pack, and nothing that the bundle declares, can be called so. Give the pack another name with `as`.",
        None
    }
    UNKNOWN_PARAMETER = "E1033" "unknown-parameter" Error {
        "a parameter that the pack doesn't have",
        "`use … with { name: value }` sets what the pack declares with `param name: type = value`, and nothing else: constants, rules and labels of a pack are its own.",
        None
    }
    PARAMETERS_DIFFER = "E1034" "parameters-differ" Error {
        "one pack is used with different parameters",
        "A pack is there once in a bundle, for all that use it: the bundle itself and other packs. What the bundle itself sets a parameter to is for all who don't set it. Otherwise all must come to the same value, and who doesn't set it uses the value that the pack gives it: a pack can't change what another pack relies on.",
        None
    }
    PACKS_IN_A_CIRCLE = "E1035" "packs-in-a-circle" Error {
        "packs that use each other",
        "A pack stands on the packs that it uses, so that none can use itself, over any number of others. Put what several need into a pack of its own.",
        None
    }
    DECLARED_OTHERWISE = "E1036" "declared-otherwise" Error {
        "a step or a field of the context is declared twice, and not alike",
        "Hosts know tools, agents, models, resources and the fields of the context by their names alone, so that each is one for a bundle and all its packs. Several may declare it: with the same arguments, facts and result, by name and type. Labels of results and classes may differ, they add up. Leave a declaration out where the pack that you use has it already.",
        None
    }
    MISPLACED_PACK = "E1037" "misplaced-pack" Error {
        "a `pack` elsewhere than in `pack.reach`, or a second one",
        "The manifest of a pack is one `pack` declaration in the file `pack.reach` in the pack's folder. There it changes nothing of what the policies beside it decide.",
        Policy {
            bad: "pack acme.bank_guard \"1.0.0\" {\n  license: \"Apache-2.0\"\n}\n\ntool get_balance()\n",
            good: "tool get_balance()\n"
        }
    }
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
        "`result of c`, `fails of c`, `usage of c` and `approve c` are about the step that was named with `as c` before. Without a name, they are about the last step that waits for them.",
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
    AGENT_NOT_SPAWNED = "E1155" "agent-not-spawned" Error {
        "a test plays an agent that was not spawned",
        "`agent a { … }` is what a sub-agent does. `a` is the name of the step that spawned it (`spawn helper() as a`), or the declared name, which stands for its last `spawn`. That step must be expected to be permitted, or approved by a person, since no other agent ever runs.",
        Policy {
            bad: "agent helper()\n\ntool a()\n\npermit p\n  on a, spawn helper\n\ntest \"t\" {\n  spawn helper() as first => permit\n  agent frist {\n    call a() => permit\n  }\n}\n",
            good: "agent helper()\n\ntool a()\n\npermit p\n  on a, spawn helper\n\ntest \"t\" {\n  spawn helper() as first => permit\n  agent first {\n    call a() => permit\n  }\n}\n"
        }
    }
}
