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
        "An image has at most 10,000 patterns, 100,000 declared steps, a million rules and types, and some hundred million operations. Code is written once for each layout of a rule's arguments, so rules over many unlike tools count several times. Split the bundle, or give alike arguments of tools the same name and type.",
        None
    }
    COMPILER_DEFECT = "E3029" "compiler-defect" Error {
        "the compiler contradicts itself",
        "What the checker accepted, code generation can't express. That is a mistake of the compiler, not of the policy: please report it with the policy. No image is made, so nothing is decided wrongly.",
        None
    }
}
