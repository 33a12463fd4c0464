//! Enums that are words of the language, with tags that are only ever added to.

/// Declares an enum of which each member has a tag and a word: `Name { 0 Member "word", … }`.
#[macro_export]
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $tag:literal $variant:ident $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum $name { $(
            $(#[$vdoc])*
            #[doc = concat!("`", $word, "`.")]
            $variant = $tag
        ),* }

        impl $name {
            /// All of them, by tag.
            pub const ALL: [Self; [$($tag as u8),*].len()] = [$(Self::$variant),*];

            /// Returns the word.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// Returns the one of a word.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.word() == word)
            }

            /// Returns the tag of the encoding.
            #[must_use]
            pub const fn tag(self) -> u8 {
                self as u8
            }

            /// Returns the one of a tag.
            #[must_use]
            pub const fn from_tag(tag: u8) -> Option<Self> {
                match tag { $($tag => Some(Self::$variant),)* _ => None }
            }
        }
    };
}
