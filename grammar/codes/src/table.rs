//! The one table of codes, one file a series. A number is never reused, a name never changed.
//!
//! `E0xxx` syntax, `E1xxx` names, `E2xxx` types, `E3xxx` limits, `L0xxx` lints, `V0xxx` image, `H0xxx` events and hosts, `P0xxx` packs and keys.

/// Declares the rows of a series: makes a constant of type [`Code`](crate::Code) for each and the slice `ROWS`.
macro_rules! codes {
    ($( $konst:ident = $number:literal $name:literal $level:ident { $summary:literal, $explanation:literal, $example:expr } )*) => {
        $(
            #[doc = $summary]
            pub const $konst: $crate::Code = $crate::Code(&$crate::CodeInfo {
                number: $number, name: $name, level: $crate::Level::$level,
                summary: $summary, explanation: $explanation, example: $example, since: "0.1.0", lint: ::core::option::Option::None,
            });
        )*
        /// The rows of this series, by number.
        pub const ROWS: &[$crate::Code] = &[$($konst),*];
    };
}

/// Declares lints of one category, which stands first. A row is one of [`codes`] with the level of lints (`Off`, `Warn`, `Deny`), and the word
/// `fix` where `--fix` mends it.
macro_rules! lints {
    ($category:ident $( $konst:ident = $number:literal $name:literal $level:ident $($fix:ident)? { $summary:literal, $explanation:literal, $example:expr } )*) => {
        $(
            #[doc = $summary]
            pub const $konst: $crate::Code = $crate::Code(&$crate::CodeInfo {
                number: $number, name: $name, level: $crate::LintLevel::$level.level(),
                summary: $summary, explanation: $explanation, example: $example, since: "0.1.0",
                lint: ::core::option::Option::Some($crate::LintInfo {
                    category: $crate::Category::$category, level: $crate::LintLevel::$level,
                    fix: !(&[$(stringify!($fix))?] as &[&str]).is_empty(),
                }),
            });
        )*
        /// The rows of this category, by number.
        pub(super) const ROWS: &[$crate::Code] = &[$($konst),*];
    };
}

pub mod command;
pub mod event;
pub mod git;
pub mod image;
pub mod import;
pub mod key;
pub mod limit;
pub mod lint;
pub mod log;
pub mod manifest;
pub mod name;
pub mod pack;
pub mod registry;
pub mod syntax;
pub mod trust;
pub mod types;

/// Returns every code, by series and number.
pub fn all() -> impl Iterator<Item = crate::Code> {
    let before = [syntax::ROWS, name::ROWS, types::ROWS, limit::ROWS].into_iter().flatten().copied();
    before.chain(lint::rows()).chain(
        [image::ROWS, event::ROWS, command::ROWS, log::ROWS, key::ROWS, manifest::ROWS, pack::ROWS, trust::ROWS, registry::ROWS, import::ROWS, git::ROWS]
            .into_iter()
            .flatten()
            .copied(),
    )
}

/// Returns the code of that number (`E0001`, any case) or name (`unexpected-token`).
#[must_use]
pub fn find(number_or_name: &str) -> Option<crate::Code> {
    all().find(|c| c.number().eq_ignore_ascii_case(number_or_name) || c.name() == number_or_name)
}
