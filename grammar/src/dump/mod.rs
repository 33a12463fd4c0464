//! The tree as text, without places: for people, for snapshots, and to compare two trees.

mod declaration;
mod expression;
mod sexp;

use sexp::{Sexp, atom, list};

use crate::ast::{Decl, File, Name};
use crate::with_stack;

/// Returns the tree of a file as nested lists, one declaration after the other, at most about 100 columns wide.
///
/// Spans, comments and brackets that change nothing are left out; two files with the same meaning to the compiler have the same dump.
#[must_use]
pub fn dump(file: &File) -> String {
    with_stack(|| {
        let mut out = String::new();
        for decl in &file.decls {
            whole(decl).write(0, &mut out);
            out.push('\n');
        }
        out
    })
}

/// Returns whether two trees are the same but for spans, comments and brackets that change nothing.
#[must_use]
pub fn same_tree(a: &File, b: &File) -> bool {
    with_stack(|| a.decls.len() == b.decls.len() && a.decls.iter().zip(&b.decls).all(|(a, b)| whole(a) == whole(b)))
}

fn whole(decl: &Decl) -> Sexp {
    let mut parts = declaration::declaration(&decl.kind);
    for attribute in &decl.attributes {
        let mut inner = vec![atom(format!("@{}", attribute.name.text))];
        inner.extend(attribute.arguments.iter().map(name));
        parts.push(list(inner));
    }
    parts.extend(docs(&decl.docs));
    list(parts)
}

fn docs(lines: &[String]) -> Option<Sexp> {
    (!lines.is_empty()).then(|| list([atom("docs")].into_iter().chain(lines.iter().map(|line| text(line))).collect()))
}

fn name(name: &Name) -> Sexp {
    if name.quoted { text(&name.text) } else { atom(name.text.clone()) }
}

fn names(all: &[Name]) -> Vec<Sexp> {
    all.iter().map(name).collect()
}

fn text(text: &str) -> Sexp {
    atom(format!("{text:?}"))
}

/// A list that begins with a word.
fn tagged(word: &str, rest: Vec<Sexp>) -> Sexp {
    let mut all = Vec::with_capacity(rest.len() + 1);
    all.push(atom(word));
    all.extend(rest);
    list(all)
}
