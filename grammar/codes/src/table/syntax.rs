//! `E0xxx`: the text cannot be read.

use crate::Example::Policy;

codes! {
    UNEXPECTED_TOKEN = "E0001" "unexpected-token" Error {
        "something stands where the grammar expects something else",
        "The parser knows which words and signs can stand at each place. It picks up again at the next declaration, which begins in the first column, so that the rest of the file is still checked.",
        Policy { bad: "tool a()\n\npermit p\n  on ,\n", good: "tool a()\n\npermit p\n  on a\n" }
    }
}
