//! `E2xxx`: types.

use crate::Example::Policy;

codes! {
    TYPE_MISMATCH = "E2001" "type-mismatch" Error {
        "a value of another type than the place asks for",
        "There are no conversions that nobody wrote: a text is not a number, an `int` is not a `decimal`, a `text` is not a `path`. Literals take the type that their place asks for, also through `let`. Declare both sides with one type.",
        Policy {
            bad: "let limit: decimal = \"500.00\"\n",
            good: "let limit: decimal = 500.00\n"
        }
    }
    UNLIKE_TYPES = "E2002" "unlike-types" Error {
        "two values of different types are compared",
        "Values of different types are never equal, and have no order; such a comparison would always give the same answer. Compare values of one type: declare both alike.",
        Policy {
            bad: "tool pay(amount: decimal, count: int)\n\nforbid f\n  on pay\n  when args.amount > args.count\n",
            good: "tool pay(amount: decimal, count: decimal)\n\nforbid f\n  on pay\n  when args.amount > args.count\n"
        }
    }
    NOT_ORDERED = "E2003" "not-ordered" Error {
        "`<` or `>` on values that have no order",
        "Numbers, times, dates and durations have an order. Texts don't: an order by letters is rarely what is meant (`\"10\" < \"9\"`), and depends on language.",
        Policy {
            bad: "tool pay(day: text)\n\nforbid f\n  on pay\n  when args.day < \"2026-01-01\"\n",
            good: "tool pay(day: date)\n\nforbid f\n  on pay\n  when args.day < 2026-01-01\n"
        }
    }
    OPTIONAL_UNTESTED = "E2004" "optional-untested" Error {
        "a value that may be absent is used as if it were there",
        "A field of type `T?` may be left out. What the rule does then must be said: test it (`args has date and args.date > …`), name it (`args.date as day and day > …`), or give it a value (`args.date else 2026-01-01`). The test may stand before in the same `and`, in `when` for `unless`, or in `if`; with `or`, it is `not (args has date) or …`.",
        Policy {
            bad: "tool pay(to: text, date: date?)\n\nforbid f\n  on pay\n  when args.date > 2026-12-31\n",
            good: "tool pay(to: text, date: date?)\n\nforbid f\n  on pay\n  when args has date and args.date > 2026-12-31\n"
        }
    }
    ALWAYS_THERE = "E2005" "always-there" Error {
        "a default or a name for a value that is never absent",
        "`else` gives a value to what may be absent, and `as` names what is there. On a value that is always there they would do nothing, which is a sign that another field was meant or that its type lacks a `?`.",
        Policy {
            bad: "tool pay(to: text, amount: decimal)\n\nforbid f\n  on pay\n  when (args.amount else 0.00) > 500.00\n",
            good: "tool pay(to: text, amount: decimal?)\n\nforbid f\n  on pay\n  when (args.amount else 0.00) > 500.00\n"
        }
    }
    NOT_A_CONDITION = "E2006" "not-a-condition" Error {
        "something that is neither true nor false stands where a condition is needed",
        "`when`, `unless`, `and`, `or`, `not` and `if` take conditions. Numbers, texts and lists are none: say what is asked of them.",
        Policy {
            bad: "tool pay(to: text, amount: decimal)\n\nforbid f\n  on pay\n  when args.amount\n",
            good: "tool pay(to: text, amount: decimal)\n\nforbid f\n  on pay\n  when args.amount > 0.00\n"
        }
    }
    INVALID_LITERAL = "E2007" "invalid-literal" Error {
        "a literal that is no value of its type",
        "A literal is read by the same rules as the values of events: an e-mail address has one `@` and a domain, a date is in the calendar, an `int` is a whole number of 64 bits, a `decimal` has at most 18 decimal places.",
        Policy {
            bad: "tool mail(to: email)\n\npermit p\n  on mail\n  when args.to == \"ann.bank.example\"\n",
            good: "tool mail(to: email)\n\npermit p\n  on mail\n  when args.to == \"ann@bank.example\"\n"
        }
    }
    INVALID_PATTERN = "E2008" "invalid-pattern" Error {
        "a glob or a regular expression that can't be read",
        "A glob knows `*`, `**`, `?`, `[a-z]` and `{a,b}`. A regular expression is written as in the Rust `regex` crate, which takes time linear in the text: it has no look-around and no back-references.",
        Policy {
            bad: "tool pay(to: text)\n\npermit p\n  on pay\n  when args.to matches re\"^[A-Z{2}$\"\n",
            good: "tool pay(to: text)\n\npermit p\n  on pay\n  when args.to matches re\"^[A-Z]{2}$\"\n"
        }
    }
    NOT_A_PATTERN = "E2009" "not-a-pattern" Error {
        "`matches` without a pattern",
        "`matches` takes `glob\"…\"` or `re\"…\"`, or a constant that is one. A plain text does not say how it is to be read: is `.` a dot or any character?",
        Policy {
            bad: "tool read(file: path)\n\nforbid keys\n  on \"read\"\n  when args.file matches \"*.pem\"\n",
            good: "tool read(file: path)\n\nforbid keys\n  on \"read\"\n  when args.file matches glob\"*.pem\"\n"
        }
    }
    NOT_A_LIST = "E2010" "not-a-list" Error {
        "members are asked of something that has none",
        "`in`, `contains` and the questions `all`, `any`, `count` and `sum` are about lists and sets. A text is searched with `contains`, a path or host is placed with `within`, a command line is asked with `runs only` and `may run`, a key of a map is found with `has`.",
        Policy {
            bad: "tool pay(to: text)\n\nforbid f\n  on pay\n  when \"bob\" in args.to\n",
            good: "tool pay(to: text)\n\nforbid f\n  on pay\n  when args.to contains \"bob\"\n"
        }
    }
    NO_ARITHMETIC = "E2011" "no-arithmetic" Error {
        "values that can't be computed with",
        "Numbers of one type are added, taken away and multiplied; durations too, and times or dates with durations. A duration is multiplied by an `int`. Texts are not joined: a message puts values in with `{args.x}`.",
        Policy {
            bad: "tool pay(day: date)\n\nforbid f\n  on pay\n  when args.day + 1 > 2026-12-31\n",
            good: "tool pay(day: date)\n\nforbid f\n  on pay\n  when args.day + 1d > 2026-12-31\n"
        }
    }
    NO_SUCH_PART = "E2012" "no-such-part" Error {
        "a field of a value that has no such field",
        "Records have the fields of their type. Structured values have parts: a `path` has `name`, `extension`, `parent` and `absolute`, an `email` has `local` and `domain`, a `url` has `scheme`, `host`, `port`, `path`, `query`, `fragment` and `user`; the language reference has the others. Maps are looked into with `[\"key\"]`, lists with `[0]`.",
        Policy {
            bad: "tool mail(to: email)\n\npermit p\n  on mail\n  when args.to.host == \"bank.example\"\n",
            good: "tool mail(to: email)\n\npermit p\n  on mail\n  when args.to.domain == \"bank.example\"\n"
        }
    }
    NOT_A_VALUE = "E2013" "not-a-value" Error {
        "something that is no value stands where one is needed",
        "`args`, `facts` and `context` are read field by field. A pattern stands behind `matches`. `it` stands in the `where` of a type.",
        Policy {
            bad: "tool pay(to: text)\n\nforbid f\n  on pay\n  when args == \"bob\"\n",
            good: "tool pay(to: text)\n\nforbid f\n  on pay\n  when args.to == \"bob\"\n"
        }
    }
    MIXED_TYPES = "E2014" "mixed-types" Error {
        "values of different types stand where one type is needed",
        "The members of a list or set have one type, and so have both sides of an `if`: what is done with the result must make sense for each.",
        Policy {
            bad: "let payees = { \"ann\", 5 }\n",
            good: "let payees = { \"ann\", \"5\" }\n"
        }
    }
    TYPE_UNKNOWN = "E2015" "type-unknown" Error {
        "nothing shows what an empty list or set holds",
        "The type of a list or set is that of its members. An empty one has none, so it needs a type, or a place that asks for one.",
        Policy {
            bad: "let blocked = []\n",
            good: "let blocked: list<text> = []\n"
        }
    }
    NOT_CONSTANT = "E2016" "not-constant" Error {
        "a value that is known too late stands where a constant is needed",
        "Constants, the members of sets and the fields of records that are written out are computed when the policy is compiled. Behind `in`, a set may have members that are known only when a step is decided.",
        Policy {
            bad: "tool pay(to: text, copy_to: text)\n\nforbid f\n  on pay\n  when length({ args.to, args.copy_to }) > 1\n",
            good: "tool pay(to: text, copy_to: text)\n\nforbid f\n  on pay\n  when args.to != args.copy_to\n"
        }
    }
    CONSTANT_WITHOUT_VALUE = "E2017" "constant-without-value" Error {
        "a constant that has no value",
        "Constant expressions are computed when the policy is compiled, by the operations that decide steps: an `int` has 64 bits, a `decimal` 18 decimal places, and there is no rounding. What overflows there would have no value in every decision.",
        Policy {
            bad: "let limit = 9223372036854775807 + 1\n",
            good: "let limit = 9223372036854775806 + 1\n"
        }
    }
    WRONG_ARGUMENTS = "E2018" "wrong-arguments" Error {
        "a function gets too many or too few arguments",
        "A function is called with one argument for each of its parameters. `min` and `max` take two or more; `all`, `any`, `count` and `sum` ask a list: `any(x in xs: …)`.",
        Policy {
            bad: "tool pay(to: text)\n\nforbid f\n  on pay\n  when length(args.to, 5) > 3\n",
            good: "tool pay(to: text)\n\nforbid f\n  on pay\n  when length(args.to) > 3\n"
        }
    }
    BAD_TYPE = "E2019" "impossible-type" Error {
        "a type that makes no sense",
        "An enum has members. The members of lists, sets and maps are not optional. The members of a set are plain values: numbers, texts, enums, times.",
        Policy {
            bad: "tool mail(to: list<text?>)\n",
            good: "tool mail(to: list<text>?)\n"
        }
    }
    REFUSED_BY_REFINEMENT = "E2020" "refused-by-refinement" Error {
        "a constant that the `where` of its type refuses",
        "A type with `where` takes only values for which the condition is true. A constant is checked when the policy is compiled.",
        Policy {
            bad: "type Short = text where length(it) <= 5\n\nlet name: Short = \"much too long\"\n",
            good: "type Short = text where length(it) <= 5\n\nlet name: Short = \"brief\"\n"
        }
    }
    PARAMETER_WITHOUT_TYPE = "E2021" "parameter-without-type" Error {
        "a `param` that has no type",
        "A parameter can be set by whoever uses the pack, so its type is part of what the pack promises. A `let` finds its type from its value.",
        Policy {
            bad: "param limit = 500.00\n",
            good: "param limit: decimal = 500.00\n"
        }
    }
    BINDING_PLACE = "E2022" "binding-place" Error {
        "`as` where the name would stand for nothing",
        "`optional as name` is true when the value is there, and names it for the rest of an `and` chain, for `unless`, `because` and `with`. Under `or` and `not` the value need not be there, so the name would be empty.",
        Policy {
            bad: "tool pay(to: text, date: date?)\n\nforbid f\n  on pay\n  when args.date as day or args.to == \"bob\"\n",
            good: "tool pay(to: text, date: date?)\n\nforbid f\n  on pay\n  when (args.date as day and day > 2026-12-31) or args.to == \"bob\"\n"
        }
    }
    UNDECLARED_EFFECT = "E2023" "undeclared-effect" Error {
        "a rule that would permit what nothing declares",
        "Of a step that no declaration covers, nothing is known: not what it does, not what it takes. It is forbidden by `undeclared`; a rule can only `ask` about it, or forbid it with a message of its own.",
        Policy {
            bad: "permit p\n  on undeclared\n",
            good: "ask p\n  on undeclared\n"
        }
    }
    CLAUSE_NOT_HERE = "E2024" "clause-not-here" Error {
        "a clause that this kind of rule doesn't have",
        "`with` says what goes with a permitted step: it stands in `permit`, `ask` and `oblige`. `by` and `expires` are about the answer to an `ask`. `grants` says what a child may do: it stands in a `permit` that is about agents alone.",
        Policy {
            bad: "tool pay(to: text)\n\nforbid f\n  on pay\n  with { notify \"security\" }\n",
            good: "tool pay(to: text)\n\npermit f\n  on pay\n  with { notify \"security\" }\n"
        }
    }
    OBLIGES_NOTHING = "E2025" "obliges-nothing" Error {
        "an `oblige` without obligations",
        "An `oblige` decides nothing by itself: it adds what stands in `with` to every permitted step that it matches.",
        Policy {
            bad: "tool pay(to: text)\n\noblige o\n  on pay\n",
            good: "tool pay(to: text)\n\noblige o\n  on pay\n  with { notify \"security\" }\n"
        }
    }
    NOT_OBLIGABLE = "E2026" "not-obligable" Error {
        "an obligation that can't be carried out",
        "`set` and `redact` change arguments of the step, by name: not facts, not context, not the fields of a class. `redact` removes what a regular expression (`matching`) or a detector (`finding card`) finds in a text.",
        Policy {
            bad: "tool pay(to: text, amount: decimal)\n\npermit p\n  on pay\n  with { redact args.amount matching re\"[0-9]\" }\n",
            good: "tool pay(to: text, amount: decimal)\n\npermit p\n  on pay\n  with { redact args.to matching re\"[0-9]\" }\n"
        }
    }
    EXAMPLE_NEEDS_SESSION = "E2027" "example-needs-session" Error {
        "an example of a rule that depends on the session",
        "`example` and `counterexample` show one step by itself. A rule that reads `context`, or asks what happened before, where a value came from or which labels were collected, decides by more than the step: a `test` block has a context and earlier events.",
        Policy {
            bad: "context { role: enum { teller, auditor } }\n\ntool pay(to: text)\n\npermit p\n  on pay\n  when context.role == teller\n  example call pay(to: \"ann\")\n",
            good: "context { role: enum { teller, auditor } }\n\ntool pay(to: text)\n\npermit p\n  on pay\n  when context.role == teller\n\ntest \"a teller pays\" {\n  context { role: teller }\n  call pay(to: \"ann\") => permit\n}\n"
        }
    }
    PINNED_DIGEST = "E2028" "pinned-digest" Error {
        "a pinned digest that is none",
        "`pinned \"sha256:…\"` says which definition of the tool was approved. A step whose definition is another is refused; a digest that nothing can have would refuse every step.",
        Policy {
            bad: "tool pay(to: text) pinned \"sha256:abc\"\n",
            good: "tool pay(to: text) pinned \"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"\n"
        }
    }
    KIND_WITHOUT_NAMES = "E2029" "kind-without-names" Error {
        "a name behind a kind that has none",
        "A kind (`call`, `model`, `read`) holds for the names behind it up to the next kind. `say` and `undeclared` have no names: put them last, or write `call` before the names.",
        Policy {
            bad: "tool pay(to: text)\n\nask f\n  on undeclared pay\n",
            good: "tool pay(to: text)\n\nask f\n  on pay, undeclared\n"
        }
    }
    DUPLICATE_MEMBER = "E2030" "duplicate-member" Warning {
        "a member that stands in a set twice",
        "A set has each member once. One that is written twice changes nothing, but most often another was meant. Members are compared in their normal form: `\"/srv/a/\"` and `\"/srv/a\"` are one path.",
        Policy {
            bad: "let payees = { \"ann\", \"bob\", \"ann\" }\n",
            good: "let payees = { \"ann\", \"bob\" }\n"
        }
    }
    BAD_READING = "E2031" "bad-reading" Error {
        "a type with `at`, `default` or `in` that it doesn't take",
        "Some types say how a value is read: `path at context.cwd` joins relative paths to a folder, `url default \"https\"` gives addresses without a scheme one, `time in \"Europe/Berlin\"` takes local times, `path in \"windows\"` follows the rules of a platform, `sql in \"postgres\"` those of a dialect.",
        Policy {
            bad: "tool open(file: text at \"/srv\")\n\npermit p\n  on open\n",
            good: "tool open(file: path at \"/srv\")\n\npermit p\n  on open\n"
        }
    }
    UNKNOWN_ZONE = "E2032" "unknown-time-zone" Error {
        "a time zone that isn't in the database",
        "Time zones have the names of the IANA database, such as `Europe/Berlin` or `UTC`; case counts. Abbreviations like `CET` or `EST` that mean different things in different places are rarely what is meant.",
        Policy {
            bad: "tool pay()\n\npermit office_hours\n  on pay\n  when local(step.at, \"Europe/Berln\").hour >= 9\n",
            good: "tool pay()\n\npermit office_hours\n  on pay\n  when local(step.at, \"Europe/Berlin\").hour >= 9\n"
        }
    }
    COMMAND_PATTERN = "E2033" "command-pattern" Error {
        "a command behind `runs only` or `may run` that isn't plain words",
        "A command line is taken apart first: quotes, pipes, variables and redirections are gone, and each simple command is a program with its words. What stands behind `runs only` and `may run` is compared with those words, so it is one to sixteen plain words.",
        Policy {
            bad: "tool Bash(command: shell)\n\nforbid f\n  on Bash\n  when args.command may run { \"rm *\" }\n",
            good: "tool Bash(command: shell)\n\nforbid f\n  on Bash\n  when args.command may run { \"rm\" }\n"
        }
    }
    TABLE_PATTERN = "E2034" "table-pattern" Error {
        "a table behind `reads only` or `may write` that is no name",
        "Tables are named with the schema or database before them, joined by dots; `*` stands for any name of one part, and alone for every table.",
        Policy {
            bad: "tool run(query: sql)\n\npermit p\n  on run\n  when args.query reads only { \"analytics..*\" }\n",
            good: "tool run(query: sql)\n\npermit p\n  on run\n  when args.query reads only { \"analytics.*\" }\n"
        }
    }
    PUBLIC_SUFFIX = "E2035" "public-suffix" Error {
        "`within` a domain below which anybody can register a name",
        "`co.uk`, `github.io` and `com` are public suffixes: the names below them belong to many who have nothing to do with each other. A rule about all of them is nearly always meant for one. The list is that of publicsuffix.org.",
        Policy {
            bad: "tool fetch(url: url)\n\npermit p\n  on fetch\n  when args.url.host within \"co.uk\"\n",
            good: "tool fetch(url: url)\n\npermit p\n  on fetch\n  when args.url.host within \"example.co.uk\"\n"
        }
    }
    NO_STRUCTURED_RESULT = "E2036" "no-structured-result" Error {
        "a field of a result that is one text",
        "A result is one text, unless the tool's declaration says what it is: `tool get_order(id: text) -> { status: text }`; `from json` or `from yaml` behind it says that it comes as text that is parsed first. Only then it has fields. Where a pattern is about several tools, all of them declare one type.",
        Policy {
            bad: "label untrusted\n\ntool read_mail(id: text) returns untrusted in body\n",
            good: "label untrusted\n\ntool read_mail(id: text) -> { body: text } returns untrusted in body\n"
        }
    }
    NOT_A_WINDOW = "E2037" "not-a-window" Error {
        "a length of time that is nothing or less",
        "`over 1h` looks back, and `expires 15m` waits. Both take a constant duration that is more than nothing.",
        Policy {
            bad: "tool pay(to: text)\n\nask p\n  on pay\n  expires 0s\n",
            good: "tool pay(to: text)\n\nask p\n  on pay\n  expires 15m\n"
        }
    }
    SESSION_NOT_HERE = "E2038" "session-not-here" Error {
        "a question about the session where none is known",
        "What happened before (`ever`, `count`, `sum`, `latest`), where a value came from (`from`, `named by`), which labels the agent has collected (`in labels`) and what it may do (`agent.rights`) is asked in rules and charges. Constants, functions, types and declarations are the same in all sessions; a pattern of earlier events is about those events alone.",
        Policy {
            bad: "label secret\n\nfn tainted(n: int) = n > 1 and secret in labels\n",
            good: "label secret\n\ntool pay(n: int)\n\nfn large(n: int) = n > 1\n\nforbid f\n  on pay\n  when large(args.n) and secret in labels\n"
        }
    }
    EVENT_PATTERN = "E2039" "event-pattern" Error {
        "a pattern of earlier events that makes no sense",
        "A pattern is `[denied | attempted] kind [names] [each x] [where cond] [over duration] [per agent] [since …]`. The kind is one of the steps (`call`, `spawn`, `model`, `read`, `say`), `result` or `prompt`. Only steps are denied or attempted; only a result has elements for `each`; a prompt has no name; `over`, `per agent` and another `since` don't stand behind `since`.",
        Policy {
            bad: "tool pay(to: text)\n\nforbid f\n  on pay\n  when ever(denied result pay)\n",
            good: "tool pay(to: text)\n\nforbid f\n  on pay\n  when ever(denied call pay)\n"
        }
    }
    EVENT_VALUE = "E2040" "not-of-this-event" Error {
        "`ok`, `result` or `text` of an event that has none",
        "In the `where` of a pattern, `args` and `facts` are the earlier step's; `ok`, `result` and `text` are what came back, so they need a pattern of `result`. A prompt has only its `text`. A step counts from its permit on, before its result is there: `call` is for counting, `result` for what was found.",
        Policy {
            bad: "tool edit(file: path)\ntool view(file: path)\n\nforbid f\n  on edit\n  unless ever(call view where ok)\n",
            good: "tool edit(file: path)\ntool view(file: path)\n\nforbid f\n  on edit\n  unless ever(result view where ok)\n"
        }
    }
    JOIN = "E2041" "join-by-equality" Error {
        "an earlier event and the current step are joined by something else than equality",
        "What happened is kept by the values that patterns join (`args.file_path == step.args.file_path`), and looked up when a step is decided; history is never searched again. So the current step is compared with the earlier event by `==` only, each as a term of the `and`. What is about the current step alone stands beside the pattern; an order is asked of one event: `latest(…) as e and e.args.amount < args.amount`.",
        Policy {
            bad: "tool pay(to: text, amount: decimal)\n\nforbid f\n  on pay\n  when ever(call pay where args.amount < step.args.amount)\n",
            good: "tool pay(to: text, amount: decimal)\n\nforbid f\n  on pay\n  when latest(call pay where args.to == step.args.to) as last and last.args.amount < args.amount\n"
        }
    }
    BAD_SOURCE = "E2042" "bad-source" Error {
        "`from` something that no value comes from",
        "A value comes from `user`, from what carries a label, from `results of` a tool, from `(result NAME where …)` or from a field of it: `body in (result NAME each m where …)`. A source is the same for all steps: it has no window, no `since`, and isn't joined to the current step. A value is `named by user`, and by nobody else.",
        Policy {
            bad: "tool view(file: path)\ntool send(to: text)\n\npermit p\n  on send\n  when args.to from (result view over 1h)\n",
            good: "tool view(file: path)\ntool send(to: text)\n\npermit p\n  on send\n  when args.to from (result view where args.file within \"/srv\")\n"
        }
    }
    NOT_TRACEABLE = "E2043" "not-traceable" Error {
        "`from` or `named by` on what isn't one value",
        "`v from S` looks for one value in what was observed: a text, a number, a date, a path, a URL, a host, an address, an account number. A list is asked member by member, and the rule decides how: a permit wants `all(r in xs: r from user)`, a forbid `any(r in xs: r from untrusted)`. A truth value or a member of an enum is a word of the policy; nothing is learnt from where it stands.",
        Policy {
            bad: "tool mail(to: list<email>)\n\npermit p\n  on mail\n  when args.to from user\n",
            good: "tool mail(to: list<email>)\n\npermit p\n  on mail\n  when all(r in args.to: r from user)\n"
        }
    }
    NAMED_ALONE = "E2044" "named-alone" Error {
        "a permit that rests on a name alone",
        "`v named by user` holds when a word of the value stands in a prompt: `alice.miller@bank.example` by \"Alice\". An attacker can choose an address in which that name stands too, so it may help to choose between known things, and never permits by itself: every branch of the condition needs something else. Whether a value is there is nothing else.",
        Policy {
            bad: "tool mail(to: email)\n\npermit p\n  on mail\n  when args.to named by user\n",
            good: "tool mail(to: email)\n\npermit p\n  on mail\n  when args.to named by user and args.to.domain == \"bank.example\"\n"
        }
    }
    BAD_BUDGET = "E2045" "bad-budget" Error {
        "a budget that can't be kept",
        "A budget is an amount, `int` or `decimal`, that can't be overspent: `budget spend: decimal limit 1000.00 per session over 24h`. There is one for the session, or one for each agent. Limits and charges are never less than nothing.",
        Policy {
            bad: "budget spend: decimal limit 1000.00 per day\n",
            good: "budget spend: decimal limit 1000.00 per session over 24h\n"
        }
    }
    NEVER_LIES_IN = "E2046" "never-lies-in" Error {
        "an `in` between entities of which one can never lie in the other",
        "`x in y` asks whether the entity `x` is `y` or lies in it, over any number of steps. Which entities can lie in which is declared: `entity User in Group { … }`. Between others the answer would always be no, so that a rule would never do what it says.",
        Policy {
            bad: "entity Group { name: text }\nentity User { name: text }\n\ntool greet(who: User)\n\npermit friends\n  on greet\n  when args.who in Group[\"friends\"]\n",
            good: "entity Group { name: text }\nentity User in Group { name: text }\n\ntool greet(who: User)\n\npermit friends\n  on greet\n  when args.who in Group[\"friends\"]\n"
        }
    }
    MISSING_ARGUMENT = "E2150" "missing-argument" Error {
        "a test leaves out an argument that is always there",
        "Arguments are optional only where the type ends in `?`. A step without a required one is refused as `invalid_arguments` before any rule is asked. To test just that, expect `forbid by invalid_arguments`.",
        Policy {
            bad: "tool pay(to: text, amount: int)\n\npermit p\n  on pay\n\ntest \"t\" {\n  call pay(to: \"ann\") => permit\n}\n",
            good: "tool pay(to: text, amount: int)\n\npermit p\n  on pay\n\ntest \"t\" {\n  call pay(to: \"ann\", amount: 1) => permit\n}\n"
        }
    }
    NOTHING_TO_ANSWER = "E2151" "nothing-to-answer" Error {
        "a `result`, `fails` or `usage` of no step",
        "Without `of`, an answer goes to the last step before it that is expected to be permitted, or of which nothing is expected, and that has no answer yet; `usage` goes to such a step whether it has an answer or not. A step that is forbidden, or asked and not approved, has no result. Inside of `agent`, only the steps of that agent count.",
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
    NOTHING_TO_APPROVE = "E2155" "nothing-to-approve" Error {
        "an `approve` or `refuse` that no step waits for",
        "`approve by …` and `refuse by …` answer the last step before it that is expected to be asked, or of which nothing is expected, and that nobody has answered yet; `approve c by …` answers the step that was named with `as c`. A step that is permitted asks nobody, and no answer changes a step that is forbidden.",
        Policy {
            bad: "tool a()\n\npermit p\n  on a\n\ntest \"t\" {\n  call a() as c => permit\n  approve c by \"ann\"\n}\n",
            good: "tool a()\n\nask p\n  on a\n\ntest \"t\" {\n  call a() as c => ask\n  approve c by \"ann\"\n}\n"
        }
    }
    BAD_CLAIM = "E2156" "bad-claim" Error {
        "a property or claim that says nothing of a decision",
        "A property is about a step that is decided: `given call NAME where …`, with `spawn`, `model`, `read` or `say` in place of `call`. What came before is asked in its condition. What is expected is `permit`, `ask` or `forbid`, or `not` one of them.",
        Policy {
            bad: "tool pay(amount: decimal)\n\nproperty \"no large payment\" {\n  given result pay where args.amount > 1000\n  expect not permit\n}\n",
            good: "tool pay(amount: decimal)\n\nproperty \"no large payment\" {\n  given call pay where args.amount > 1000\n  expect not permit\n}\n"
        }
    }
    NOT_SUPPORTED_YET = "E2900" "not-supported-yet" Error {
        "a part of the language that this version reads but does not run",
        "The whole language can be written and formatted, but some of it does not run yet. A rule that the engine would quietly ignore is worse than none, so it is refused. The message names the construct and what works instead.",
        Policy {
            bad: "tool pay(to: text)\n\nforbid unasked\n  on pay\n  unless ever(approval)\n",
            good: "tool pay(to: text)\n\nask first\n  on pay\n"
        }
    }
}
