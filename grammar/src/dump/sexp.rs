//! Nested lists that are written over several lines where they are wide.

/// A word or a list.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Sexp {
    Atom(String),
    /// The elements, and the width of the whole in one line.
    List(Vec<Sexp>, usize),
}

/// The width up to which a list stands in one line.
const WIDTH: usize = 100;

pub(super) fn atom(text: impl Into<String>) -> Sexp {
    Sexp::Atom(text.into())
}

pub(super) fn list(all: Vec<Sexp>) -> Sexp {
    let width = all.iter().map(|s| s.width() + 1).sum::<usize>() + 1;
    Sexp::List(all, width)
}

impl Sexp {
    fn width(&self) -> usize {
        match self {
            Self::Atom(text) => text.len(),
            Self::List(_, width) => *width,
        }
    }

    pub(super) fn write(&self, indent: usize, out: &mut String) {
        match self {
            Self::Atom(text) => out.push_str(text),
            Self::List(all, width) => {
                let flat = indent + width <= WIDTH;
                out.push('(');
                for (index, element) in all.iter().enumerate() {
                    // Words that follow the first one stay on its line.
                    let joined = flat || index < 2 && matches!(element, Self::Atom(_));
                    if index > 0 && joined {
                        out.push(' ');
                    } else if index > 0 {
                        out.push('\n');
                        out.extend(std::iter::repeat_n(' ', indent + 2));
                    }
                    element.write(indent + 2, out);
                }
                out.push(')');
            }
        }
    }
}
