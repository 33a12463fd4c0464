//! The page of operations, made from the table of operations.

use super::{must_hold, root};

#[test]
fn the_page_of_operations_is_what_the_table_says() {
    must_hold(&root().join("docs/opcodes.md"), &reach_evaluator::op::reference());
}
