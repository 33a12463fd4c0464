//! The types of generated fields.

use reach_compiler::ir::Type;
use reach_values::form::Form;
use reach_values::path::Platform;
use reach_values::sql::Dialect;

use super::choices::Choices;

/// A type of the language.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ty {
    /// `text`.
    Text,
    /// `int`.
    Int,
    /// `bool`.
    Bool,
    /// `decimal`.
    Decimal,
    /// A form: `path`, `url`, `shell` …
    Form(Form),
    /// `time`.
    Time,
    /// `date`.
    Date,
    /// `duration`.
    Duration,
    /// An enum with its members.
    Enum(Vec<String>),
    /// `list<T>`.
    List(Box<Ty>),
    /// `set<T>`.
    Set(Box<Ty>),
    /// `map<T>`.
    Map(Box<Ty>),
    /// A record.
    Record(Vec<(String, Ty)>),
    /// `T?`.
    Optional(Box<Ty>),
    /// `any`.
    Any,
}

/// A declared field.
#[derive(Clone, Debug)]
pub struct FieldModel {
    /// The name.
    pub name: String,
    /// The type.
    pub ty: Ty,
    /// The type as the source writes it: through an alias, with a refinement, or plainly.
    pub written: String,
    /// Whether it is `list<T> from text`.
    pub from_text: bool,
    /// How its texts are read.
    pub how: How,
}

/// How texts of a field are read, besides their type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// By the type alone.
    Plain,
    /// `url default "https"`.
    Scheme,
    /// `time in "Europe/Berlin"`.
    Zone,
}

impl Ty {
    /// `path`.
    pub const PATH: Self = Self::Form(Form::Path(Platform::Posix));
    /// `email`.
    pub const EMAIL: Self = Self::Form(Form::Email);
    /// `host`.
    pub const HOST: Self = Self::Form(Form::Host);

    /// Returns the type that the compiler has for it.
    #[must_use]
    pub fn of(ty: &Type) -> Self {
        let inner = |ty: &Type| Box::new(Self::of(ty));
        match ty {
            Type::Bool => Self::Bool,
            Type::Int => Self::Int,
            Type::Decimal => Self::Decimal,
            // An event has the id, a text.
            Type::Text | Type::Entity(_) => Self::Text,
            Type::Time => Self::Time,
            Type::Date => Self::Date,
            Type::Duration => Self::Duration,
            Type::Form(form) => Self::Form(*form),
            Type::Enum(members) => Self::Enum(members.to_vec()),
            Type::List(of) => Self::List(inner(of)),
            Type::Set(of) => Self::Set(inner(of)),
            Type::Map(of) => Self::Map(inner(of)),
            Type::Record(fields) => Self::Record(fields.iter().map(|(name, ty)| (name.clone(), Self::of(ty))).collect()),
            Type::Optional(of) => Self::Optional(inner(of)),
            Type::Any => Self::Any,
        }
    }

    /// The types of numbers, which have an order.
    pub const ORDERED: [Self; 5] = [Self::Int, Self::Decimal, Self::Time, Self::Date, Self::Duration];

    /// Writes the type.
    #[must_use]
    pub fn written(&self) -> String {
        match self {
            Self::Text => "text".to_owned(),
            Self::Int => "int".to_owned(),
            Self::Bool => "bool".to_owned(),
            Self::Decimal => "decimal".to_owned(),
            Self::Form(form) => form.to_string(),
            Self::Time => "time".to_owned(),
            Self::Date => "date".to_owned(),
            Self::Duration => "duration".to_owned(),
            Self::Any => "any".to_owned(),
            Self::Enum(members) => {
                let members: Vec<String> = members.iter().map(|m| if m.contains('-') { format!("{m:?}") } else { m.clone() }).collect();
                format!("enum {{ {} }}", members.join(", "))
            }
            Self::List(inner) => format!("list<{}>", inner.written()),
            Self::Set(inner) => format!("set<{}>", inner.written()),
            Self::Map(inner) => format!("map<{}>", inner.written()),
            Self::Record(fields) => {
                let fields: Vec<String> = fields.iter().map(|(name, ty)| format!("{name}: {}", ty.written())).collect();
                format!("{{ {} }}", fields.join(", "))
            }
            Self::Optional(inner) => format!("{}?", inner.written()),
        }
    }

    /// Returns whether values have an order.
    #[must_use]
    pub fn is_ordered(&self) -> bool {
        Self::ORDERED.contains(self)
    }

    /// Returns whether `==` exists: for everything but optionals and `any`, which is compared with literals alone.
    #[must_use]
    pub fn has_equality(&self) -> bool {
        match self {
            Self::Any | Self::Optional(_) | Self::Form(Form::Command | Form::Statement) => false,
            Self::List(t) | Self::Set(t) | Self::Map(t) => t.has_equality(),
            Self::Record(fields) => fields.iter().all(|(_, t)| t.has_equality()),
            _ => true,
        }
    }

    /// Returns whether its values can be written as literals.
    #[must_use]
    pub fn has_literals(&self) -> bool {
        match self {
            Self::Map(_) | Self::Any | Self::Form(Form::Command | Form::Statement) => false,
            Self::List(t) | Self::Set(t) | Self::Optional(t) => t.has_literals(),
            Self::Record(fields) => fields.iter().all(|(_, t)| t.has_literals() && !matches!(t, Self::Optional(_))),
            _ => true,
        }
    }

    /// Picks a type without members.
    pub fn scalar(c: &mut Choices<'_>) -> Self {
        let all = [
            Self::Text,
            Self::Int,
            Self::Bool,
            Self::Decimal,
            Self::PATH,
            Self::EMAIL,
            Self::Time,
            Self::Date,
            Self::Duration,
            Self::Enum(vec!["low".to_owned(), "high".to_owned(), "off-hours".to_owned()]),
            Self::Form(Form::Shell),
            Self::Form(Form::Url),
            Self::HOST,
            Self::Form(Form::Ip),
            Self::Form(Form::Shell),
            Self::Form(Form::Sql(Dialect::Generic)),
            Self::Form(Form::Sql(Dialect::Postgres)),
            Self::Form(Form::Path(Platform::Windows)),
            Self::Form(Form::Path(Platform::MacOs)),
            Self::Form(Form::Network),
            Self::Form(Form::Iban),
            Self::Form(Form::Shell),
        ];
        c.pick(&all).clone()
    }

    /// Picks any type; `depth` bounds how deep it nests.
    pub fn any_type(c: &mut Choices<'_>, depth: usize) -> Self {
        if depth == 0 {
            return Self::scalar(c);
        }
        match c.below(16) {
            0..=7 => Self::scalar(c),
            8 | 9 => Self::List(Box::new(Self::any_type(c, depth - 1).required())),
            10 => Self::Set(Box::new(Self::scalar(c))),
            11 => Self::Map(Box::new(Self::scalar(c))),
            12 => {
                let names = ["name", "size", "flag", "note"];
                let count = 1 + c.below(3);
                Self::Record(names.iter().take(count).map(|n| ((*n).to_owned(), Self::any_type(c, depth - 1))).collect())
            }
            13 | 14 => Self::Optional(Box::new(Self::any_type(c, depth - 1).required())),
            _ => Self::Any,
        }
    }

    /// Takes an optional away: what is in a list, or in an optional, is no optional; and no `any`, to keep equality there.
    #[must_use]
    pub fn required(self) -> Self {
        match self {
            Self::Optional(inner) => *inner,
            Self::Any => Self::Text,
            other => other,
        }
    }
}
