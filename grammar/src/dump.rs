//! x
use crate::ast::File;
/// Dumps.
#[must_use]
pub fn dump(file: &File) -> String {
    format!("{file:?}")
}
/// Compares.
#[must_use]
pub fn same_tree(a: &File, b: &File) -> bool {
    dump(a) == dump(b)
}
