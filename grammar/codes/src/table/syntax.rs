//! `E0xxx`: the text cannot be read.

use crate::Example::{None, Policy};

codes! {
    UNEXPECTED_TOKEN = "E0001" "unexpected-token" Error {
        "something stands where the grammar expects something else",
        "The parser knows which words and signs can stand at each place, and lists them. It picks up again at the next declaration, which begins in the first column, so that the rest of the file is still checked and one run shows every mistake.",
        Policy {
            bad: "tool a()\n\npermit p\n  on ,\n",
            good: "tool a()\n\npermit p\n  on a\n"
        }
    }
    UNEXPECTED_END = "E0002" "unexpected-end" Error {
        "a declaration ends before it is complete",
        "Every declaration has parts that must be there: a rule needs its targets, a `let` its value. The declaration ends where the next one begins in the first column, or at the end of the file.",
        Policy {
            bad: "tool a()\n\npermit p\n  on\n",
            good: "tool a()\n\npermit p\n  on a\n"
        }
    }
    NOT_UTF8 = "E0003" "not-utf8" Error {
        "the file is not UTF-8",
        "Source files are UTF-8. An editor that saves UTF-16 or an old 8-bit encoding makes bytes that stand for no characters; nothing is guessed, because a guess could change what a rule compares with.",
        None
    }
    BYTE_ORDER_MARK = "E0004" "byte-order-mark" Error {
        "the file begins with a byte order mark",
        "Some editors write three invisible bytes (U+FEFF) in front of UTF-8 text. They are not needed, and they would make two files that look the same have different digests. Save the file as \"UTF-8 without BOM\".",
        Policy {
            bad: "\u{feff}tool a()\n",
            good: "tool a()\n"
        }
    }
    CONTROL_CHARACTER = "E0005" "control-character" Error {
        "a control character stands in the source",
        "Except for tabs and line ends, control characters are refused everywhere, comments and texts included: they can hide text from a reviewer's terminal. In a text, write them as `\\n`, `\\t` or `\\u{…}`.",
        Policy {
            bad: "tool a() // ring\u{7}\n",
            good: "tool a() // ring\n"
        }
    }
    BIDIRECTIONAL_CONTROL = "E0006" "bidirectional-control" Error {
        "a character that turns the direction of writing stands in the source",
        "Unicode has invisible characters that make text run from right to left. In source code they can make a rule look like another rule to its reader (\"Trojan Source\", CVE-2021-42574). They are refused everywhere; in a text that really needs one, write it as `\\u{202e}`.",
        Policy {
            bad: "tool a() // \u{202e}elbissop\n",
            good: "tool a() // possible\n"
        }
    }
    UNTERMINATED_TEXT = "E0007" "unterminated-text" Error {
        "a text is not closed before its line ends",
        "A text begins and ends with `\"` in one line. A line end within a text is written as `\\n`, a quote as `\\\"`.",
        Policy {
            bad: "tool a(x: text)\n\npermit p\n  on a\n  when args.x == \"abc\n",
            good: "tool a(x: text)\n\npermit p\n  on a\n  when args.x == \"abc\"\n"
        }
    }
    UNKNOWN_ESCAPE = "E0008" "unknown-escape" Error {
        "a backslash stands before a character that it does not escape",
        "In a text, a backslash begins one of `\\\"`, `\\\\`, `\\n`, `\\t`, `\\r` and `\\u{…}`. A Windows path needs `\\\\` for each backslash. In patterns (`re\"…\"`, `glob\"…\"`) a backslash stands for itself.",
        Policy {
            bad: "let folder = \"C:\\data\"\n",
            good: "let folder = \"C:\\\\data\"\n"
        }
    }
    UNCLOSED_BRACKET = "E0009" "unclosed-bracket" Error {
        "a bracket is opened and not closed",
        "The message points at the bracket that was opened. What is between brackets may go over several lines; the closing bracket may stand in the first column. Where the next declaration begins, open brackets are given up.",
        Policy {
            bad: "tool a(x: text\n\ntool b()\n",
            good: "tool a(x: text)\n\ntool b()\n"
        }
    }
    UNOPENED_BRACKET = "E0010" "unopened-bracket" Error {
        "a closing bracket closes nothing",
        "Brackets come in pairs of one kind: `( )`, `[ ]`, `{ }`. This one has no partner, or the bracket that is open is of another kind.",
        Policy {
            bad: "tool a(x: text))\n",
            good: "tool a(x: text)\n"
        }
    }
    SINGLE_QUOTES = "E0011" "single-quotes" Error {
        "a text stands in single quotes",
        "Texts stand in double quotes only. A single quote has no meaning outside of a text.",
        Policy {
            bad: "tool pay(amount: decimal, recipient: text, date: date?)\n\npermit p\n  on pay\n  when args.recipient == 'ann'\n",
            good: "tool pay(amount: decimal, recipient: text, date: date?)\n\npermit p\n  on pay\n  when args.recipient == \"ann\"\n"
        }
    }
    CURLY_QUOTES = "E0012" "curly-quotes" Error {
        "a text stands in typographic quotes",
        "Word processors and chat programs turn `\"` into curly quotes. Texts stand in the plain ones.",
        Policy {
            bad: "let name = \u{201c}ann\u{201d}\n",
            good: "let name = \"ann\"\n"
        }
    }
    SEMICOLON = "E0013" "semicolon" Error {
        "a semicolon ends nothing",
        "A declaration ends where the next one begins in the first column, and items between braces are separated by commas or line ends. Semicolons are not needed anywhere.",
        Policy {
            bad: "let limit = 5;\n",
            good: "let limit = 5\n"
        }
    }
    SINGLE_EQUALS = "E0014" "single-equals" Error {
        "`=` stands where two values are compared",
        "`=` gives a name its value (`let limit = 100`); `==` asks whether two values are equal. A rule that assigns makes no sense, so this is always a slip for `==`.",
        Policy {
            bad: "tool pay(amount: decimal, recipient: text, date: date?)\n\npermit p\n  on pay\n  when args.amount = 5.00\n",
            good: "tool pay(amount: decimal, recipient: text, date: date?)\n\npermit p\n  on pay\n  when args.amount == 5.00\n"
        }
    }
    FOREIGN_COMPARISON = "E0015" "foreign-comparison" Error {
        "a comparison is written as in another language",
        "Equality is `==` and inequality is `!=`. There is no `===`: types are checked before anything runs, and nothing is converted silently.",
        Policy {
            bad: "tool pay(amount: decimal, recipient: text, date: date?)\n\npermit p\n  on pay\n  when args.amount === 5.00\n",
            good: "tool pay(amount: decimal, recipient: text, date: date?)\n\npermit p\n  on pay\n  when args.amount == 5.00\n"
        }
    }
    FOREIGN_LOGIC = "E0016" "foreign-logic" Error {
        "`&&`, `||` or `!` stands for a word",
        "Conditions are joined by the words `and` and `or`, and turned round by `not`, all in small letters, so that a rule can be read aloud.",
        Policy {
            bad: "tool pay(amount: decimal, recipient: text, date: date?)\n\npermit p\n  on pay\n  when args.amount < 5.00 && args.recipient == \"ann\"\n",
            good: "tool pay(amount: decimal, recipient: text, date: date?)\n\npermit p\n  on pay\n  when args.amount < 5.00 and args.recipient == \"ann\"\n"
        }
    }
    FOREIGN_NULL = "E0017" "foreign-null" Error {
        "`null` or the like stands for a value",
        "There is no null. A field that may be absent has an optional type (`date?`); `args has date` asks whether it is there, and `args.date else 2026-01-01` gives a default. In JSON events, `null` means absent.",
        Policy {
            bad: "tool pay(amount: decimal, recipient: text, date: date?)\n\npermit p\n  on pay\n  when args.date != null\n",
            good: "tool pay(amount: decimal, recipient: text, date: date?)\n\npermit p\n  on pay\n  when args has date\n"
        }
    }
    FOREIGN_EFFECT = "E0018" "foreign-effect" Error {
        "a rule begins with an effect of another language",
        "A rule begins with `permit`, `ask` or `forbid`. `allow` is written `permit`; `deny`, `block` and `reject` are written `forbid`; what needs a person's approval is `ask`.",
        Policy {
            bad: "tool a()\n\ndeny p\n  on a\n",
            good: "tool a()\n\nforbid p\n  on a\n"
        }
    }
    FOREIGN_ELSE_IF = "E0019" "foreign-else-if" Error {
        "`elif` stands for `else if`",
        "A choice between more than two is a chain of `if … then … else if … then … else …`.",
        Policy {
            bad: "let a = 3\nlet size = if a > 5 then 2 elif a > 2 then 1 else 0\n",
            good: "let a = 3\nlet size = if a > 5 then 2 else if a > 2 then 1 else 0\n"
        }
    }
    IF_FOR_WHEN = "E0020" "if-for-when" Error {
        "a condition begins with `if`",
        "The condition of a rule begins with `when`, its exceptions with `unless`. `if … then … else …` chooses between two values within an expression.",
        Policy {
            bad: "tool pay(amount: decimal, recipient: text, date: date?)\n\npermit p\n  on pay\n  if args.amount < 5.00\n",
            good: "tool pay(amount: decimal, recipient: text, date: date?)\n\npermit p\n  on pay\n  when args.amount < 5.00\n"
        }
    }
    MISSING_TARGETS = "E0021" "missing-targets" Error {
        "a rule does not say what it is about",
        "Every rule names the steps that it is about: `on` and tools, classes, kinds of steps, or `*` for every declared step. Without targets a rule could be meant for everything or for nothing, so it is refused.",
        Policy {
            bad: "tool pay(amount: decimal, recipient: text, date: date?)\n\npermit p\n  when args.amount < 5.00\n",
            good: "tool pay(amount: decimal, recipient: text, date: date?)\n\npermit p\n  on pay\n  when args.amount < 5.00\n"
        }
    }
    CHAINED_COMPARISON = "E0022" "chained-comparison" Error {
        "a comparison is compared again",
        "`1 < x < 5` means two comparisons in mathematics and something else in most programming languages. Here it is refused: write `1 < x and x < 5`. To compare a truth value, put brackets around the first comparison.",
        Policy {
            bad: "tool pay(amount: decimal, recipient: text, date: date?)\n\npermit p\n  on pay\n  when 1.00 < args.amount < 5.00\n",
            good: "tool pay(amount: decimal, recipient: text, date: date?)\n\npermit p\n  on pay\n  when 1.00 < args.amount and args.amount < 5.00\n"
        }
    }
    MALFORMED_NUMBER = "E0023" "malformed-number" Error {
        "a number is not written in plain decimal digits",
        "Numbers are exact: `1500`, `0.25`, `1_000_000`. There are no exponents, no hexadecimal numbers, and no leading zeros, which mean octal numbers elsewhere. A text of digits, such as an account number, stands in quotes.",
        Policy {
            bad: "let limit = 007\n",
            good: "let limit = 7\n"
        }
    }
    MALFORMED_DURATION = "E0024" "malformed-duration" Error {
        "a duration is not written with the units `d`, `h`, `m`, `s`, `ms`",
        "A duration is one or more whole numbers, each directly followed by its unit: `90s`, `15m`, `1h30m`, `7d`. The units are days, hours, minutes, seconds and milliseconds, the longer ones first. A day is 24 hours.",
        Policy {
            bad: "let window = 5min\n",
            good: "let window = 5m\n"
        }
    }
    UNKNOWN_DECLARATION = "E0025" "unknown-declaration" Error {
        "a word in the first column begins no declaration",
        "What stands in the first column begins a declaration: a word such as `tool`, `let`, `permit` or `test`, or an attribute such as `@severity(high)`. Lines that go on with a declaration are indented.",
        Policy {
            bad: "tool a()\n\npermti p\n  on a\n",
            good: "tool a()\n\npermit p\n  on a\n"
        }
    }
    INDENTED_DECLARATION = "E0026" "indented-declaration" Error {
        "a declaration does not begin in the first column",
        "Declarations begin in the first column. That is where the parser picks up again after a mistake, so that one mistake does not hide others. An indented line goes on with the declaration above it.",
        Policy {
            bad: "tool a()\n  tool b()\n",
            good: "tool a()\ntool b()\n"
        }
    }
    UNINDENTED_CLAUSE = "E0027" "unindented-clause" Error {
        "a clause stands in the first column",
        "In the first column stands only what begins a declaration. The clauses of a rule (`on`, `when`, `unless`, `because` …) and the lines of a condition are indented by two blanks or more.",
        Policy {
            bad: "tool a()\n\npermit p\non a\n",
            good: "tool a()\n\npermit p\n  on a\n"
        }
    }
    MISPLACED_ATTRIBUTE = "E0028" "misplaced-attribute" Error {
        "an attribute does not stand before a declaration",
        "Attributes such as `@severity(high)` and `@advisory` stand before the first word of the declaration that they are about, usually on a line of their own.",
        Policy {
            bad: "tool a()\n\npermit p\n  @severity(high)\n  on a\n",
            good: "tool a()\n\n@severity(high)\npermit p\n  on a\n"
        }
    }
    DUPLICATE_CLAUSE = "E0029" "duplicate-clause" Error {
        "a clause stands twice in one declaration",
        "A rule has one `when` and one `unless`. With two, a reader could take them for alternatives, where the machine would join them, or the other way round. Write one condition with `and` or `or`.",
        Policy {
            bad: "tool pay(amount: decimal, recipient: text, date: date?)\n\npermit p\n  on pay\n  when args.amount < 5.00\n  when args.recipient == \"ann\"\n",
            good: "tool pay(amount: decimal, recipient: text, date: date?)\n\npermit p\n  on pay\n  when args.amount < 5.00 and args.recipient == \"ann\"\n"
        }
    }
    CLAUSE_ORDER = "E0030" "clause-order" Error {
        "the clauses of a rule stand in another order",
        "The clauses of a rule stand in one order: `on`, `when`, `unless`, `by`, `expires`, `grants`, `with`, `because`, `example`. `when` says what types the rest can rely on, so it comes before what uses them; and rules that are laid out alike are read faster.",
        Policy {
            bad: "tool pay(amount: decimal, recipient: text, date: date?)\n\npermit p\n  on pay\n  unless args.amount > 9.00\n  when args.amount > 5.00\n",
            good: "tool pay(amount: decimal, recipient: text, date: date?)\n\npermit p\n  on pay\n  when args.amount > 5.00\n  unless args.amount > 9.00\n"
        }
    }
    MISSING_NAME = "E0031" "missing-name" Error {
        "a declaration has no name",
        "Declarations have names, rules too: a decision says which rules made it, tests expect rules by name, and lints are silenced by name. Names are made of the letters `a` to `z` and `A` to `Z`, digits and `_`.",
        Policy {
            bad: "tool a()\n\npermit\n  on a\n",
            good: "tool a()\n\npermit p\n  on a\n"
        }
    }
    MISSING_COMMA = "E0032" "missing-comma" Error {
        "a comma is missing between two items",
        "Parameters and arguments in round brackets are separated by commas. Between braces and square brackets, a line end does it too.",
        Policy {
            bad: "tool a(x: text y: text)\n",
            good: "tool a(x: text, y: text)\n"
        }
    }
    MISSING_VALUE = "E0033" "missing-value" Error {
        "an expression ends where a value must follow",
        "An operator, a comma or a word such as `when` is followed by a value. Often a part of a condition was deleted, and the operator was left behind.",
        Policy {
            bad: "tool pay(amount: decimal, recipient: text, date: date?)\n\npermit p\n  on pay\n  when args.amount < 5.00 and\n  unless args.amount < 1.00\n",
            good: "tool pay(amount: decimal, recipient: text, date: date?)\n\npermit p\n  on pay\n  when args.amount < 5.00\n  unless args.amount < 1.00\n"
        }
    }
    MISSING_STEP_KIND = "E0034" "missing-step-kind" Error {
        "a step does not say what kind of step it is",
        "In tests and examples a step begins with its kind: `call` for a tool, `spawn` for a sub-agent, `model`, `read` for a resource, or `say`.",
        Policy {
            bad: "tool a()\n\npermit p\n  on a\n\ntest \"a is permitted\" {\n  a() => permit by p\n}\n",
            good: "tool a()\n\npermit p\n  on a\n\ntest \"a is permitted\" {\n  call a() => permit by p\n}\n"
        }
    }
    UNPARENTHESISED_IF = "E0035" "unparenthesised-if" Error {
        "an `if` that is not last stands without brackets",
        "What follows `else` reaches as far right as it can, so an `if` can stand without brackets only where nothing follows it. Within the condition of another `if`, and between `then` and `else`, put brackets around it.",
        Policy {
            bad: "let a = 3\nlet b = if a > 5 then if a > 9 then 2 else 1 else 0\n",
            good: "let a = 3\nlet b = if a > 5 then (if a > 9 then 2 else 1) else 0\n"
        }
    }
    UNPARENTHESISED_NOT = "E0036" "unparenthesised-not" Error {
        "a `not` stands behind an operator that binds tighter",
        "`not` binds looser than comparisons and arithmetic: `not a == b` means `not (a == b)`. Behind such an operator it needs brackets of its own.",
        Policy {
            bad: "let a = true\nlet b = a == not a\n",
            good: "let a = true\nlet b = a == (not a)\n"
        }
    }
    EQUALS_FOR_COLON = "E0037" "equals-for-colon" Error {
        "an item is named with `=`",
        "Fields, arguments and parameters are named with `:`, as in JSON: `call pay(amount: 5.00)`.",
        Policy {
            bad: "tool a(x: text)\n\npermit p\n  on a\n\ntest \"a is permitted\" {\n  call a(x = \"hello\") => permit by p\n}\n",
            good: "tool a(x: text)\n\npermit p\n  on a\n\ntest \"a is permitted\" {\n  call a(x: \"hello\") => permit by p\n}\n"
        }
    }
    WRONG_ASSIGNMENT = "E0038" "wrong-assignment" Error {
        "a declaration gives its value with `==` or `:=`",
        "`let`, `param`, `type` and `fn` give a name its meaning with a single `=`. `==` compares.",
        Policy {
            bad: "let limit := 5\n",
            good: "let limit = 5\n"
        }
    }
    MALFORMED_MESSAGE = "E0039" "malformed-message" Error {
        "the braces of a message hold no path",
        "In a message, `{args.amount}` shows the value of a path. Only paths can stand there: what a message shows must be something that the rule saw. A brace that is to be shown is written twice: `{{`.",
        Policy {
            bad: "tool pay(amount: decimal, recipient: text, date: date?)\n\nforbid p\n  on pay\n  because \"more than {args.amount * 2}\"\n",
            good: "tool pay(amount: decimal, recipient: text, date: date?)\n\nforbid p\n  on pay\n  because \"not {args.amount}\"\n"
        }
    }
    MALFORMED_DATE = "E0040" "malformed-date" Error {
        "a date or time is not in the calendar or not complete",
        "Dates are written year, month, day: `2026-01-31`. Times follow RFC 3339 and always name their offset: `2026-01-31T09:30:00Z`. A time without an offset means a different moment in every place.",
        Policy {
            bad: "let start = 2026-02-30\n",
            good: "let start = 2026-02-28\n"
        }
    }
    UNKNOWN_EVENT_KIND = "E0041" "unknown-event-kind" Error {
        "a pattern of earlier events does not begin with a kind of event",
        "In `ever(…)`, `count(…)`, `sum(… of …)` and `latest(…)` stands a pattern: first the kind of event (`call`, `result`, `prompt` …), then the names: `ever(call read_file)`.",
        None
    }
    FOREIGN_COMMENT = "E0042" "foreign-comment" Error {
        "a comment begins with `#` or `/*`",
        "A comment begins with `//` and ends with its line. There are no comments over several lines: begin each line with `//`. Three slashes, `///`, document the declaration below.",
        Policy {
            bad: "# what is permitted\ntool a()\n",
            good: "// what is permitted\ntool a()\n"
        }
    }
    FOREIGN_OPERATOR = "E0043" "foreign-operator" Error {
        "an operator of another language",
        "The arithmetic operators are `+`, `-` and `*`. There is no division, because its result would have to be rounded: compare products in its place. `a ? b : c` is written `if a then b else c`.",
        Policy {
            bad: "tool pay(amount: decimal, recipient: text, date: date?)\n\npermit p\n  on pay\n  when args.amount / 2 < 5.00\n",
            good: "tool pay(amount: decimal, recipient: text, date: date?)\n\npermit p\n  on pay\n  when args.amount < 2 * 5.00\n"
        }
    }
    STRAY_CHARACTER = "E0044" "stray-character" Error {
        "a character stands outside of a text that can stand only in one",
        "Outside of texts and comments, source is plain ASCII. Names of other letters are refused since two letters of different alphabets can look the same. A tool with such a name is quoted: `tool \"überweisen\"()`.",
        Policy {
            bad: "tool \u{fc}berweisen()\n",
            good: "tool \"\u{fc}berweisen\"()\n"
        }
    }
    TOO_MANY_MESSAGES = "E0045" "too-many-messages" Error {
        "a file has too many mistakes to show",
        "Only the first thousand messages of a file are shown. A file with that many is usually not a policy at all.",
        None
    }
}
