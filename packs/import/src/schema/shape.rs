//! Types of Reach while they are made.

/// What kind of value it is.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// `any`.
    Any,
    /// `bool`.
    Bool,
    /// `int`.
    Int,
    /// `decimal`.
    Decimal,
    /// `text`.
    Text,
    /// A text with a form of its own: `date`, `url`.
    Form(&'static str),
    /// One of some texts.
    Enum(Vec<String>),
    /// `list<…>`.
    List(Box<Typed>),
    /// `set<…>`.
    Set(Box<Typed>),
    /// `map<…>`.
    Map(Box<Typed>),
    /// A record.
    Record(Vec<Field>),
}

/// A field of a record, or an argument.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its type.
    pub typed: Typed,
    /// Whether it may be left out.
    pub optional: bool,
    /// What the server says about it.
    pub description: Option<String>,
}

/// A type with what values must satisfy besides.
#[derive(Clone, Debug, PartialEq)]
pub struct Typed {
    /// The kind.
    pub shape: Shape,
    /// Conditions over `it`.
    pub checks: Vec<String>,
    /// Whether `null` fits, too.
    pub nullable: bool,
    /// A value, as it stands in a test; none where none was found.
    pub example: Option<String>,
}

impl Typed {
    /// Returns a type without conditions.
    pub fn new(shape: Shape, example: &str) -> Self {
        Self { shape, checks: Vec::new(), nullable: false, example: Some(example.to_owned()) }
    }

    /// Returns `any`, which `null` fits.
    pub fn any() -> Self {
        Self { nullable: true, ..Self::new(Shape::Any, "\"x\"") }
    }

    /// Returns whether values can be members of a set: what the language calls a single value.
    pub const fn is_single(&self) -> bool {
        matches!(self.shape, Shape::Bool | Shape::Int | Shape::Decimal | Shape::Text | Shape::Form(_) | Shape::Enum(_))
    }

    /// Takes away all conditions, and returns how many there were.
    pub fn uncheck(&mut self) -> usize {
        let inner = match &mut self.shape {
            Shape::List(inner) | Shape::Set(inner) | Shape::Map(inner) => inner.uncheck(),
            Shape::Record(fields) => fields.iter_mut().map(|field| field.typed.uncheck()).sum(),
            Shape::Any | Shape::Bool | Shape::Int | Shape::Decimal | Shape::Text | Shape::Form(_) | Shape::Enum(_) => 0,
        };
        std::mem::take(&mut self.checks).len() + inner
    }

    /// Returns the narrowest type that takes the values of both, and whether it takes no others.
    pub fn join(self, other: Self) -> (Self, bool) {
        let nullable = self.nullable || other.nullable;
        let example = self.example.clone().or_else(|| other.example.clone());
        if self.shape == other.shape && self.checks == other.checks {
            return (Self { nullable, example, ..self }, true);
        }
        let checked = !self.checks.is_empty() || !other.checks.is_empty();
        let (shape, exact) = join(self.shape, other.shape);
        (Self { shape, checks: Vec::new(), nullable, example }, exact && !checked)
    }
}

fn join(a: Shape, b: Shape) -> (Shape, bool) {
    match (a, b) {
        (Shape::Enum(mut a), Shape::Enum(b)) => {
            for member in b {
                if !a.contains(&member) {
                    a.push(member);
                }
            }
            (Shape::Enum(a), true)
        }
        (Shape::Text, Shape::Enum(_)) | (Shape::Enum(_), Shape::Text) => (Shape::Text, true),
        (Shape::Int, Shape::Decimal) | (Shape::Decimal, Shape::Int) => (Shape::Decimal, true),
        (Shape::Form(_), Shape::Text | Shape::Enum(_)) | (Shape::Text | Shape::Enum(_), Shape::Form(_)) => (Shape::Text, true),
        (Shape::Form(a), Shape::Form(b)) if a != b => (Shape::Text, false),
        (Shape::List(a), Shape::List(b)) => {
            let joined = a.join(*b).0;
            (Shape::List(Box::new(member_type(joined))), false)
        }
        (Shape::Set(a) | Shape::List(a), Shape::List(b) | Shape::Set(b)) => (Shape::List(Box::new(member_type(a.join(*b).0))), false),
        (Shape::Map(a), Shape::Map(b)) => (Shape::Map(Box::new(member_type(a.join(*b).0))), false),
        (Shape::Record(a), Shape::Record(b)) => (Shape::Record(join_fields(a, b)), false),
        (a, b) if a == b => (a, true),
        _ => (Shape::Any, false),
    }
}

fn join_fields(a: Vec<Field>, mut b: Vec<Field>) -> Vec<Field> {
    let mut out: Vec<Field> = Vec::with_capacity(a.len());
    for field in a {
        match b.iter().position(|other| other.name == field.name) {
            Some(i) => {
                let other = b.remove(i);
                let optional = field.optional || other.optional;
                out.push(Field { typed: field.typed.join(other.typed).0, optional, ..field });
            }
            None => out.push(Field { optional: true, ..field }),
        }
    }
    out.extend(b.into_iter().map(|field| Field { optional: true, ..field }));
    out
}

/// Members of lists and maps are never optional: where `null` fits, too, they are of any type.
pub fn member_type(typed: Typed) -> Typed {
    if typed.nullable { Typed::any() } else { typed }
}
