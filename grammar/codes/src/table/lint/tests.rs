//! A test says less than it seems to.

use crate::Example::Policy;

lints! {
    Tests
    TEST_WITHOUT_EXPECTATION = "L0040" "test-without-expectation" Warn {
        "a test that expects nothing",
        "A test plays a session and compares decisions with what is expected behind `=>`. Without any `=>` it passes whatever is decided.",
        Policy {
            bad: "tool get_balance()\n\npermit looking\n  on get_balance\n\ntest \"the balance is shown\" {\n  call get_balance()\n}\n",
            good: "tool get_balance()\n\npermit looking\n  on get_balance\n\ntest \"the balance is shown\" {\n  call get_balance() => permit by looking\n}\n"
        }
    }
    TEST_CANNOT_FAIL = "L0041" "test-cannot-fail" Warn {
        "an expected `forbid` that comes before any rule is looked at",
        "A step whose arguments don't fit the declaration, or that isn't declared, is refused whatever the rules are. A test that expects just `forbid` there passes with any policy, and the rule that it was written for is never looked at. Where the refusal itself is meant, say so: `=> forbid by undeclared`, `=> forbid by invalid_arguments`. The tests are played to see it.",
        Policy {
            bad: "tool pay(amount: decimal where it < 1000.00)\n\npermit small\n  on pay\n  when args.amount <= 10.00\n\ntest \"large amounts are refused\" {\n  call pay(amount: 5.00)    => permit by small\n  call pay(amount: 5000.00) => forbid\n}\n",
            good: "tool pay(amount: decimal where it < 1000.00)\n\npermit small\n  on pay\n  when args.amount <= 10.00\n\ntest \"large amounts are refused\" {\n  call pay(amount: 5.00)   => permit by small\n  call pay(amount: 500.00) => forbid\n}\n"
        }
    }
    TEST_PROVES_NOTHING = "L0042" "test-proves-nothing" Warn {
        "a test whose title names a rule, and that passes whatever the rule says",
        "The title says which rule a test is about; what it expects may come from elsewhere: a step that `default` refuses anyway is refused without the rule too. The test is played twice: without the rule, and with the rule on every step that it is about. Where it passes both times, it proves nothing about the rule. A title names a rule with all words of its name, joined by blanks or `_`, or between backticks. Where an expectation says `by`, the test says itself what it is about, and isn't looked at.",
        Policy {
            bad: "tool pay(amount: decimal)\n\npermit small\n  on pay\n  when args.amount <= 10.00\n\nforbid too_large\n  on pay\n  when args.amount > 100.00\n  because \"{args.amount} is too much\"\n\ntest \"amounts\" {\n  call pay(amount: 5.00)   => permit by small\n  call pay(amount: 500.00) => forbid by too_large\n}\n\ntest \"too large amounts are refused\" {\n  call pay(amount: 50.00) => forbid\n}\n",
            good: "tool pay(amount: decimal)\n\npermit small\n  on pay\n  when args.amount <= 10.00\n\nforbid too_large\n  on pay\n  when args.amount > 100.00\n  because \"{args.amount} is too much\"\n\ntest \"amounts\" {\n  call pay(amount: 5.00) => permit by small\n}\n\ntest \"too large amounts are refused\" {\n  call pay(amount: 500.00) => forbid by too_large\n}\n"
        }
    }
    UNTESTED_RULE = "L0043" "untested-rule" Warn {
        "a rule that no test shows at work",
        "The tests are played, and a rule is at work where it is among those that decide a step; an advisory rule where it matches; an `oblige` where it adds to a step that goes on. A rule that no test shows at work can be broken without anybody noticing. Of a bundle without any test nothing is said.",
        Policy {
            bad: "tool pay(amount: decimal)\n\npermit small\n  on pay\n  when args.amount <= 10.00\n\nask large\n  on pay\n  when args.amount > 10.00\n  because \"{args.amount} would be paid\"\n\ntest \"small amounts are paid\" {\n  call pay(amount: 5.00) => permit by small\n}\n",
            good: "tool pay(amount: decimal)\n\npermit small\n  on pay\n  when args.amount <= 10.00\n\nask large\n  on pay\n  when args.amount > 10.00\n  because \"{args.amount} would be paid\"\n\ntest \"small amounts are paid\" {\n  call pay(amount: 5.00)  => permit by small\n  call pay(amount: 50.00) => ask by large\n}\n"
        }
    }
    DUPLICATE_TEST = "L0044" "duplicate-test" Warn {
        "a test that plays and expects the same as another one",
        "Two tests with the same events and the same expectations show one thing. Usually one was copied to be changed, and wasn't. Rows of tables are compared too.",
        Policy {
            bad: "tool get_balance()\n\npermit looking\n  on get_balance\n\ntest \"the balance is shown\" {\n  call get_balance() => permit by looking\n}\n\ntest \"the balance is shown again\" {\n  call get_balance() => permit by looking\n}\n",
            good: "tool get_balance()\n\npermit looking\n  on get_balance\n\ntest \"the balance is shown\" {\n  call get_balance() => permit by looking\n}\n\ntest \"the balance is shown again\" {\n  call get_balance() => permit by looking\n  call get_balance() => permit by looking\n}\n"
        }
    }
}
