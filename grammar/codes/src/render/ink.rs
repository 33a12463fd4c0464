//! Colours of text for people.

/// What text is set in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// Green: as it should be.
    Good,
    /// Red: as it should not be.
    Bad,
    /// Yellow: in doubt.
    Doubt,
    /// Cyan: where something stands.
    Place,
    /// Faint: beside the point.
    Quiet,
    /// Bold.
    Strong,
}

impl Ink {
    /// Returns text with the ANSI escapes for it where colours are wanted; an empty text stays empty.
    #[must_use]
    pub fn on(self, color: bool, text: &str) -> String {
        if !color || text.is_empty() {
            return text.to_owned();
        }
        let code = match self {
            Self::Good => "32",
            Self::Bad => "31",
            Self::Doubt => "33",
            Self::Place => "36",
            Self::Quiet => "2",
            Self::Strong => "1",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }
}
