//! Checkpoints: the text of C2SP tlog-checkpoint, which is signed as a note.

use crate::hash::Hash;

/// The longest origin, in bytes.
pub const MAX_ORIGIN_BYTES: usize = 255;

/// A state of a log: how many entries it has, and the root of their tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log.
    pub origin: String,
    /// How many entries.
    pub size: u64,
    /// The root of their tree.
    pub root: Hash,
}

/// A text is no checkpoint of this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The text has another number of lines than three, or doesn't end in a line break.
    #[error("a checkpoint has three lines: origin, size and root")]
    Lines,
    /// The origin is empty, too long, or has spaces, a plus or control characters.
    #[error("the origin must have 1 to {MAX_ORIGIN_BYTES} bytes, without spaces, `+` and control characters")]
    Origin,
    /// The size is no decimal number, has leading zeros, or is too large.
    #[error("the size must be a decimal number without leading zeros")]
    Size,
    /// The root is not the base64 of 32 bytes.
    #[error("the root must be the base64 of 32 bytes")]
    Root,
}

/// Returns whether a text can be the origin of a log.
///
/// # Errors
/// When it can't.
pub fn check_origin(origin: &str) -> Result<(), CheckpointError> {
    let fits = !origin.is_empty() && origin.len() <= MAX_ORIGIN_BYTES && !origin.contains(|c: char| c.is_whitespace() || c.is_control() || c == '+');
    if fits { Ok(()) } else { Err(CheckpointError::Origin) }
}

/// Reads a decimal number as checkpoints and proofs write it.
#[must_use]
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let n: u64 = text.parse().ok()?;
    (n.to_string() == text).then_some(n)
}

impl Checkpoint {
    /// Returns the text that is signed.
    ///
    /// # Errors
    /// When the origin can't stand in it.
    pub fn text(&self) -> Result<String, CheckpointError> {
        check_origin(&self.origin)?;
        Ok(format!("{}\n{}\n{}\n", self.origin, self.size, self.root.base64()))
    }

    /// Reads the text of a checkpoint. One with extension lines is refused, for nobody could check what they say.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let lines = text.strip_suffix('\n').ok_or(CheckpointError::Lines)?;
        let [origin, size, root] = *lines.split('\n').collect::<Vec<_>>() else { return Err(CheckpointError::Lines) };
        check_origin(origin)?;
        let size = decimal(size).ok_or(CheckpointError::Size)?;
        let root = Hash::from_base64(root).ok_or(CheckpointError::Root)?;
        Ok(Self { origin: origin.to_owned(), size, root })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of C2SP tlog-checkpoint.
    const EXAMPLE: &str = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

    #[test]
    fn the_example_of_the_specification_is_read_and_written() {
        let checkpoint = Checkpoint::parse(EXAMPLE).unwrap();
        assert_eq!((checkpoint.origin.as_str(), checkpoint.size), ("example.com/behind-the-sofa", 20_852_163));
        assert_eq!(checkpoint.text().as_deref(), Ok(EXAMPLE));
    }

    #[test]
    fn what_is_no_checkpoint_is_refused() {
        let table = [
            ("", CheckpointError::Lines),
            ("o\n1\n", CheckpointError::Lines),
            (EXAMPLE.trim_end(), CheckpointError::Lines),
            (&EXAMPLE.replace('\n', "\r\n"), CheckpointError::Origin),
            (&EXAMPLE.replace("example", "ex ample"), CheckpointError::Origin),
            (&EXAMPLE.replace("example.com", "+"), CheckpointError::Origin),
            (&EXAMPLE.replace("example.com/behind-the-sofa", ""), CheckpointError::Origin),
            (&EXAMPLE.replace("208", "0208"), CheckpointError::Size),
            (&EXAMPLE.replace("208", "+208"), CheckpointError::Size),
            (&EXAMPLE.replace("20852163", "18446744073709551616"), CheckpointError::Size),
            (&EXAMPLE.replace("q2I=", "q2J="), CheckpointError::Root),
            (&EXAMPLE.replace("q2I=", "q2I"), CheckpointError::Root),
            (&EXAMPLE.replace("CsUY", ""), CheckpointError::Root),
            (&format!("{EXAMPLE}more\n"), CheckpointError::Lines),
            (&format!("{EXAMPLE}\n"), CheckpointError::Lines),
        ];
        for (text, error) in table {
            assert_eq!(Checkpoint::parse(text), Err(error), "{text:?}");
        }
    }
}
