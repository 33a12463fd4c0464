//! `E3xxx`: limits of the language.

use crate::Example::None;

codes! {
    SOURCE_TOO_LARGE = "E3001" "source-too-large" Error {
        "a source file is larger than 1 MiB",
        "A source file has at most 1,048,576 bytes. Large tables belong into several files of the same folder, which share one name space, or into entities whose data the host supplies.",
        None
    }
    NESTED_TOO_DEEPLY = "E3002" "nested-too-deeply" Error {
        "brackets or prefixes are nested more than 64 deep",
        "Brackets within brackets may be 64 deep; in an expression, `not`, `-`, `if … else` and `x where` count too. Chains such as `a and b and c` are flat and need no brackets. The limit is the same on every machine, so a file is accepted everywhere or nowhere.",
        None
    }
    TOO_MANY_TERMS = "E3003" "too-many-terms" Error {
        "an expression has more than 4,096 terms",
        "An expression has at most 4,096 operands and links. A long chain of comparisons with one field is a set: `args.recipient in payees`.",
        None
    }
    TYPE_TOO_LARGE = "E3010" "type-too-large" Error {
        "a type that has too many parts or is nested too deeply",
        "With the types that it names, a type has at most 10,000 parts and is nested at most 64 deep. Fields that no rule reads can be left out of a record's type or declared as `any`.",
        None
    }
    CONSTANT_TOO_LARGE = "E3011" "constant-too-large" Error {
        "a constant with too many members",
        "A constant has at most 100,000 members, members of members included. Larger tables of data come as facts of the step or in the context.",
        None
    }
    CONSTANT_TOO_COSTLY = "E3012" "constant-too-costly" Error {
        "constants that take too many steps to compute",
        "All constants of a bundle together may take 10 million steps. Questions about lists within questions about lists multiply. Write the result instead of the computation.",
        None
    }
    EXPRESSION_TOO_DEEP = "E3013" "expression-too-deep" Error {
        "an expression that is nested too deeply once it is written out",
        "An expression is at most 512 levels deep, where each operator of a chain of `+` or `*`, each field of a chain and each function that is put in counts. Name a part with `let`, or split the rule.",
        None
    }
    TOO_MUCH_INLINED = "E3014" "too-much-inlined" Error {
        "functions that come to too much where they are put in",
        "A function is copied to each place that calls it, and functions that call functions multiply. All copies of a bundle together have at most a million operations.",
        None
    }
    TOO_MANY_RULES = "E3015" "too-many-rules" Error {
        "more rules than a bundle can have",
        "A bundle has at most 1,000,000 rules.",
        None
    }
    TOO_MANY_RULE_TARGETS = "E3016" "too-many-rule-targets" Error {
        "rules over too many declared steps",
        "A rule counts once for each declared step that it is about; together there are at most 10 million pairs. Name fewer targets instead of `*`, or declare fewer tools.",
        None
    }
    TOO_MANY_PACKS = "E3017" "too-many-packs" Error {
        "more packs than a bundle can use",
        "A bundle uses at most 1,000 packs, those that its packs use included.",
        None
    }
    TOO_MANY_SLOTS = "E3020" "too-many-slots" Error {
        "more arguments, facts and class fields than a step can hold",
        "Every argument, fact and class field of a step has its place in memory, and a step has 65,535 of them; fields that never occur in the same tool share one. Split the tool, or take a record instead of single arguments.",
        None
    }
    TOO_MANY_REGISTERS = "E3021" "too-many-registers" Error {
        "an expression that needs more values at once than the machine holds",
        "While an expression is computed, what it was put together from is kept: 8,192 values at most. Only a list of very many computed elements comes near. Split the expression, or write the elements as constants.",
        None
    }
    LOOPS_TOO_DEEP = "E3022" "loops-too-deep" Error {
        "quantifiers stand more than 8 deep in each other",
        "Each `all`, `any`, `count` or `sum` inside another one multiplies the worst cost of the rule by the length of a list. Eight levels are more than any policy that a person can read. Functions count with what they stand for. Ask about fewer lists at once.",
        None
    }
    TOO_MANY_TEST_EVENTS = "E3023" "too-many-test-events" Error {
        "the tests of a bundle come to too many events",
        "Tables and fixtures are put in when a bundle is checked: each row of a table is a test of its own, and a fixture counts in every test that begins with it. Together they may come to 200,000 events and 64 MiB.",
        None
    }
    TOO_MANY_ROWS = "E3024" "bundle-too-large" Error {
        "a bundle needs more room in its image than there is",
        "An image has at most 10,000 patterns, 100,000 declared steps, a million rules and types, and 16 million operations. Code is written once for each layout of a rule's arguments, so rules over many unlike tools count several times. Split the bundle, or give alike arguments of tools the same name and type.",
        None
    }
    COMPILER_DEFECT = "E3029" "compiler-defect" Error {
        "the compiler contradicts itself",
        "What the checker accepted, code generation can't express. That is a mistake of the compiler, not of the policy: please report it with the policy. No image is made, so nothing is decided wrongly.",
        None
    }
    ANALYSIS_DEFECT = "E3030" "analysis-defect" Error {
        "the analysis contradicts the machine that decides",
        "What the analysis finds is decided again by the machine before it is an answer. Here the machine decided otherwise. That is a mistake of the analysis, not of the policy: please report it with the policies. Nothing was answered.",
        None
    }
}
