//! Receipts: that an entry stands in a log, in the text of C2SP tlog-proof.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::checkpoint::decimal;
use crate::hash::Hash;
use crate::merkle::MAX_PROOF;

/// The first line.
const HEADER: &str = "c2sp.org/tlog-proof@v1";
/// The longest receipt that is read, in bytes.
pub const MAX_RECEIPT_BYTES: usize = 2 << 20;

/// A proof that an entry stands at an index of the tree of a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Bytes that go with it: here the entry. Nobody has signed them; that they hash to the leaf is what the proof shows.
    pub extra: Option<Vec<u8>>,
    /// The number of the entry in the log, from 0.
    pub index: u64,
    /// The proof, from the leaf's sibling up.
    pub proof: Vec<Hash>,
    /// The signed checkpoint, as it is.
    pub checkpoint: String,
}

/// A text is no receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// It is longer than [`MAX_RECEIPT_BYTES`].
    #[error("a receipt has at most {MAX_RECEIPT_BYTES} bytes")]
    TooLong,
    /// The first line is another one.
    #[error("a receipt begins with the line `{HEADER}`")]
    Header,
    /// What goes with it is not base64.
    #[error("the line `extra` must have base64")]
    Extra,
    /// There is no index.
    #[error("a receipt has a line `index` with a decimal number without leading zeros")]
    Index,
    /// A line of the proof is not the base64 of 32 bytes, or there are too many.
    #[error("the proof must be lines with the base64 of 32 bytes, {MAX_PROOF} at most")]
    Proof,
    /// No checkpoint follows.
    #[error("an empty line and the checkpoint must follow the proof")]
    Checkpoint,
}

impl Receipt {
    /// Returns the text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = format!("{HEADER}\n");
        if let Some(extra) = &self.extra {
            out.push_str(&format!("extra {}\n", STANDARD.encode(extra)));
        }
        out.push_str(&format!("index {}\n", self.index));
        for hash in &self.proof {
            out.push_str(&hash.base64());
            out.push('\n');
        }
        out.push('\n');
        out.push_str(&self.checkpoint);
        out
    }

    /// Reads a receipt.
    ///
    /// # Errors
    /// When the text is none.
    pub fn parse(text: &str) -> Result<Self, ReceiptError> {
        if text.len() > MAX_RECEIPT_BYTES {
            return Err(ReceiptError::TooLong);
        }
        let (head, checkpoint) = text.split_once("\n\n").ok_or(ReceiptError::Checkpoint)?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(HEADER) {
            return Err(ReceiptError::Header);
        }
        let extra = match lines.next_if(|line| line.starts_with("extra ")) {
            Some(line) => {
                let bytes = STANDARD.decode(line.trim_start_matches("extra ")).map_err(|_| ReceiptError::Extra)?;
                if format!("extra {}", STANDARD.encode(&bytes)) != line {
                    return Err(ReceiptError::Extra);
                }
                Some(bytes)
            }
            None => None,
        };
        let index = lines.next().and_then(|line| line.strip_prefix("index ")).and_then(decimal).ok_or(ReceiptError::Index)?;
        let mut proof = Vec::new();
        for line in lines {
            if proof.len() == MAX_PROOF {
                return Err(ReceiptError::Proof);
            }
            proof.push(Hash::from_base64(line).ok_or(ReceiptError::Proof)?);
        }
        if checkpoint.is_empty() {
            return Err(ReceiptError::Checkpoint);
        }
        Ok(Self { extra, index, proof, checkpoint: checkpoint.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_is_read_as_it_was_written() {
        for extra in [None, Some(Vec::new()), Some(b"entry".to_vec())] {
            for hashes in [0, 1, 64] {
                let proof = (0..hashes).map(|n| Hash::of(&[&[n]])).collect();
                let receipt = Receipt { extra: extra.clone(), index: 12, proof, checkpoint: "o\n13\nroot\n\n— o sig\n".to_owned() };
                assert_eq!(Receipt::parse(&receipt.text()), Ok(receipt));
            }
        }
    }

    #[test]
    fn what_is_no_receipt_is_refused() {
        let hash = Hash::of(&[]).base64();
        let good = format!("{HEADER}\nindex 0\n{hash}\n\nc\n");
        assert!(Receipt::parse(&good).is_ok());
        let table = [
            (String::new(), ReceiptError::Checkpoint),
            (good.replace("v1", "v2"), ReceiptError::Header),
            (good.replace("index 0", "index 00"), ReceiptError::Index),
            (good.replace("index 0", "index"), ReceiptError::Index),
            (good.replace("index 0", "extra =\nindex 0"), ReceiptError::Extra),
            (good.replace("index 0", "extra YR==\nindex 0"), ReceiptError::Extra),
            (good.replace("index 0", "index 0\nindex 0"), ReceiptError::Proof),
            (good.replace("\n\nc\n", "\n\n"), ReceiptError::Checkpoint),
            (good.replace(&hash, &vec![hash.as_str(); 65].join("\n")), ReceiptError::Proof),
            (good.replace('\n', "\r\n"), ReceiptError::Checkpoint),
            ("x".repeat(MAX_RECEIPT_BYTES + 1), ReceiptError::TooLong),
        ];
        for (text, error) in table {
            assert_eq!(Receipt::parse(&text), Err(error), "{text:.80}");
        }
    }
}
