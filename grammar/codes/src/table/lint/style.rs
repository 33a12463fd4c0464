//! The same can be said more plainly.

use crate::Example::Policy;

lints! {
    Style
    COMPARED_WITH_BOOL = "L0056" "compared-with-bool" Warn fix {
        "a condition that is compared with `true` or `false`",
        "`x == true` is true where `x` is, so it says `x` with more words; `x == false` says `not x`. Where `x` has no value, neither has one. `--fix` writes it so.",
        Policy {
            bad: "tool order(express: bool)\n\npermit slow\n  on order\n  when args.express == false\n",
            good: "tool order(express: bool)\n\npermit slow\n  on order\n  unless args.express\n"
        }
    }
}
