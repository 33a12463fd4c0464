//! A test says less than it seems to.

use crate::Example::Policy;

lints! {
    Tests
    TEST_WITHOUT_EXPECTATION = "L0040" "test-without-expectation" Warn {
        "a test that expects nothing",
        "A test plays a session and compares decisions with what is expected behind `=>`. Without any `=>` it passes whatever is decided.",
        Policy {
            bad: "tool get_balance()\n\npermit looking\n  on get_balance\n\ntest \"the balance is shown\" {\n  call get_balance()\n}\n\ntest \"nothing else\" {\n  call get_balance() => permit by looking\n}\n",
            good: "tool get_balance()\n\npermit looking\n  on get_balance\n\ntest \"the balance is shown\" {\n  call get_balance() => permit by looking\n}\n"
        }
    }
}
