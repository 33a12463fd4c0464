//! What is signed of a pack.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::manifest::{Manifest, ManifestError};
use crate::path::PackPath;

/// What a statement is: its form, and what it is for.
pub const STATEMENT_TYPE: &str = "reach-pack/1";

/// The most bytes of a statement.
pub const MAX_STATEMENT_BYTES: usize = 8 << 20;

/// The most files of a pack.
pub const MAX_FILES: usize = 10_000;

/// What a pack is: its manifest and the digest of each of its files. It is written as RFC 8785 (JCS) writes it, and read only so; its SHA-256 is the
/// digest of the pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Its files, in the order of their paths' bytes.
    pub files: Vec<FileEntry>,
    /// The image that was built of its policies, where it holds one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<ImageEntry>,
    /// The manifest.
    pub manifest: Manifest,
    /// `reach-pack/1`.
    #[serde(rename = "type")]
    pub kind: String,
}

/// A file of a pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Its path.
    #[schemars(with = "String")]
    pub path: PackPath,
    /// SHA-256 of its bytes.
    #[schemars(with = "String")]
    pub sha256: Digest,
    /// How many bytes it has.
    pub size_bytes: u32,
}

/// The image that was built of a pack's policies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImageEntry {
    /// The version of Reach that built it. Only the same version can build it again to the same bytes.
    pub built_by: String,
    /// The file that holds it.
    #[schemars(with = "String")]
    pub path: PackPath,
}

/// Why bytes are no statement.
#[derive(Debug, thiserror::Error)]
pub enum StatementError {
    /// There are too many.
    #[error("a statement has at most {MAX_STATEMENT_BYTES} bytes, this one has {len_bytes}")]
    TooLarge {
        /// How many there are.
        len_bytes: usize,
    },
    /// It is no JSON of this form.
    #[error("it is no statement: {0}")]
    Form(#[source] serde_json::Error),
    /// It is written in another way than the one.
    #[error("it is not written in the canonical form (RFC 8785)")]
    NotCanonical,
    /// It is of another type.
    #[error("its type is `{}`, and only `{STATEMENT_TYPE}` is known", .0.escape_debug())]
    Type(String),
    /// The manifest is none.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// There are too many files, or none.
    #[error("a pack has 1 to {MAX_FILES} files, this one has {files}")]
    Files {
        /// How many there are.
        files: usize,
    },
    /// Files stand in another order, or one twice.
    #[error("`{0}` doesn't stand behind the file before it")]
    Order(PackPath),
    /// Two files cannot both be.
    #[error("`{0}` and `{1}` cannot both be files: on some systems they are one")]
    Collision(PackPath, PackPath),
    /// The image is no file of it.
    #[error("`{0}` is said to be the image, and is no file of the pack")]
    NoImage(PackPath),
}

impl Statement {
    /// Returns a statement of these files.
    ///
    /// # Errors
    /// When it could not be read again.
    pub fn new(manifest: Manifest, mut files: Vec<FileEntry>, image: Option<ImageEntry>) -> Result<Self, StatementError> {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let statement = Self { files, image, manifest, kind: STATEMENT_TYPE.to_owned() };
        statement.check()?;
        let len_bytes = statement.to_bytes()?.len();
        if len_bytes > MAX_STATEMENT_BYTES { Err(StatementError::TooLarge { len_bytes }) } else { Ok(statement) }
    }

    /// Reads a statement.
    ///
    /// # Errors
    /// When it is none, or is written in another way than [`Self::to_bytes`] would.
    pub fn parse(bytes: &[u8]) -> Result<Self, StatementError> {
        if bytes.len() > MAX_STATEMENT_BYTES {
            return Err(StatementError::TooLarge { len_bytes: bytes.len() });
        }
        let statement: Self = serde_json::from_slice(bytes).map_err(StatementError::Form)?;
        // Duplicate keys, other orders, spaces, escapes and numbers are all found by writing it again.
        if statement.to_bytes()? != bytes {
            return Err(StatementError::NotCanonical);
        }
        statement.check()?;
        Ok(statement)
    }

    fn check(&self) -> Result<(), StatementError> {
        if self.kind != STATEMENT_TYPE {
            return Err(StatementError::Type(self.kind.clone()));
        }
        self.manifest.check()?;
        if !(1..=MAX_FILES).contains(&self.files.len()) {
            return Err(StatementError::Files { files: self.files.len() });
        }
        if let Some([_, second]) = self.files.array_windows::<2>().find(|[a, b]| a.path >= b.path) {
            return Err(StatementError::Order(second.path.clone()));
        }
        if let Some((a, b)) = PackPath::collision(self.files.iter().map(|f| &f.path)) {
            return Err(StatementError::Collision(a.clone(), b.clone()));
        }
        match &self.image {
            Some(image) if !self.files.iter().any(|f| f.path == image.path) => Err(StatementError::NoImage(image.path.clone())),
            _ => Ok(()),
        }
    }

    /// Returns the bytes that are signed: RFC 8785. Keys are ASCII and stand in order; there are no numbers but whole ones below 2^32, which
    /// are written alike everywhere; `serde_json` escapes in texts what section 3.2.2.2 of the RFC does.
    ///
    /// # Errors
    /// When it can't be written, which no statement gives cause for.
    pub fn to_bytes(&self) -> Result<Vec<u8>, StatementError> {
        serde_json::to_vec(self).map_err(StatementError::Form)
    }

    /// Returns the digest of the pack: the SHA-256 of [`Self::to_bytes`].
    ///
    /// # Errors
    /// As [`Self::to_bytes`].
    pub fn digest(&self) -> Result<Digest, StatementError> {
        Ok(Digest::of(&self.to_bytes()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = concat!(
        r#"{"files":[{"path":"pack.reach","sha256":"sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","size_bytes":3},"#,
        r#"{"path":"policies/a.reach","sha256":"sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","size_bytes":3}],"#,
        r#""manifest":{"description":"Guards ü","kind":"policy","license":"Apache-2.0","name":"acme.bank_guard","needs":{"reach.std":"^1.0"},"#,
        r#""permissions":{"network":["api.bank.example"],"read":["/data/**"],"spawn":{"children":2,"depth":1},"spend":{"usd":"10"}},"#,
        r#""policies":["policies/**/*.reach"],"reach":">=0.1, <0.2","tools":["get_balance","send_money"],"version":"1.2.0"},"type":"reach-pack/1"}"#,
    );

    #[test]
    fn a_statement_is_written_as_it_was_read() {
        let statement = Statement::parse(TEXT.as_bytes()).unwrap();
        assert_eq!(String::from_utf8(statement.to_bytes().unwrap()).unwrap(), TEXT);
        assert_eq!(statement.digest().unwrap(), Digest::of(TEXT.as_bytes()));
        assert_eq!(Statement::new(statement.manifest.clone(), statement.files.iter().rev().cloned().collect(), None).unwrap(), statement);
    }

    #[test]
    fn keys_stand_in_the_order_of_the_standard() {
        // What RFC 8785, section 3.2.3 asks for is that order which a map of texts has, for keys of ASCII.
        let sorted: std::collections::BTreeMap<String, serde_json::Value> = serde_json::from_str(TEXT).unwrap();
        assert_eq!(serde_json::to_string(&sorted).unwrap(), TEXT);
    }

    #[test]
    fn any_other_way_to_write_it_is_refused() {
        let twice = TEXT.replacen("\"kind\":\"policy\"", "\"kind\":\"policy\",\"kind\":\"policy\"", 1);
        let need_twice = TEXT.replacen("\"reach.std\":\"^1.0\"", "\"reach.std\":\"^2.0\",\"reach.std\":\"^1.0\"", 1);
        for (what, text) in [
            ("a space", TEXT.replacen(',', ", ", 1)),
            ("a line end", format!("{TEXT}\n")),
            ("an escape", TEXT.replacen('ü', "\\u00fc", 1)),
            ("another order", TEXT.replacen(r#""kind":"policy","license":"Apache-2.0""#, r#""license":"Apache-2.0","kind":"policy""#, 1)),
            ("a key twice", twice),
            ("a need twice", need_twice),
            ("an unknown field", TEXT.replacen("\"kind\"", "\"kine\":1,\"kind\"", 1)),
            ("another amount", TEXT.replacen("\"10\"", "\"10.0\"", 1)),
            ("a fraction", TEXT.replacen("\"size_bytes\":3", "\"size_bytes\":3.0", 1)),
            ("unsorted files", TEXT.replacen("pack.reach", "zack.reach", 1)),
            ("a file twice", TEXT.replacen("policies/a.reach", "pack.reach", 1)),
            ("a way out", TEXT.replacen("policies/a.reach", "policies/../../a", 1)),
            ("another type", TEXT.replacen("reach-pack/1", "reach-pack/2", 1)),
            ("an unsorted set", TEXT.replacen(r#""get_balance","send_money""#, r#""send_money","get_balance""#, 1)),
            ("an empty list", TEXT.replacen(r#""needs":{"reach.std":"^1.0"},"#, r#""needs":{},"#, 1)),
            ("a hidden character", TEXT.replacen("Guards", "Guards\u{202e}", 1)),
            ("no policies", TEXT.replacen(r#"["policies/**/*.reach"]"#, "[]", 1)),
        ] {
            assert_ne!(text, TEXT, "{what}");
            assert!(Statement::parse(text.as_bytes()).is_err(), "{what}");
        }
    }

    #[test]
    fn files_that_are_one_elsewhere_are_refused() {
        let text = TEXT.replacen("policies/a.reach", "pack.reach/a", 1);
        assert!(matches!(Statement::parse(text.as_bytes()), Err(StatementError::Collision(..))));
        let text = TEXT.replacen("pack.reach", "POLICIES/A.reach", 1);
        assert!(matches!(Statement::parse(text.as_bytes()), Err(StatementError::Collision(..))));
    }
}
