//! What a pack asks for, as single rights that can be compared.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the steps that a pack permits may do, beyond which no rule of it may go.
///
/// Each part that is left out gives no right of its kind. Texts stand in the order of their bytes, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Permissions {
    /// Hosts that may be reached, with all below them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub network: BTreeSet<String>,
    /// Globs of paths that may be read.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub read: BTreeSet<String>,
    /// Programs that may be run.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub run: BTreeSet<String>,
    /// Agents that may be spawned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spawn: Option<Spawn>,
    /// Amounts that may be spent, by the name of the budget or unit.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub spend: BTreeMap<String, Amount>,
    /// Globs of paths that may be written.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub write: BTreeSet<String>,
}

/// How many agents may be spawned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spawn {
    /// Children that live at the same time.
    pub children: u32,
    /// How deep children may have children.
    pub depth: u32,
}

/// An amount that is not negative, in decimal, as short as it can be written: `10`, `0.5`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Amount {
    whole: String,
    fraction: String,
}

/// A text is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an amount has up to 20 digits, and up to 18 behind a point")]
pub struct AmountError;

impl Amount {
    /// Returns the amount that a text says, in whatever way it is written (`10.00`, `007`).
    ///
    /// # Errors
    /// When it is none.
    pub fn read(text: &str) -> Result<Self, AmountError> {
        let (whole, fraction) = match text.split_once('.') {
            Some((_, "")) => return Err(AmountError),
            Some(parts) => parts,
            None => (text, ""),
        };
        let digits = |t: &str, most: usize| t.len() <= most && t.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !digits(whole, 20) || !digits(fraction, 18) {
            return Err(AmountError);
        }
        let whole = match whole.trim_start_matches('0') {
            "" => "0",
            rest => rest,
        };
        Ok(Self { whole: whole.to_owned(), fraction: fraction.trim_end_matches('0').to_owned() })
    }
}

impl FromStr for Amount {
    type Err = AmountError;

    /// Reads an amount as it is written here, and in no other way.
    fn from_str(text: &str) -> Result<Self, AmountError> {
        Self::read(text).and_then(|amount| if amount.to_string() == text { Ok(amount) } else { Err(AmountError) })
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.whole)?;
        if self.fraction.is_empty() { Ok(()) } else { write!(f, ".{}", self.fraction) }
    }
}

impl PartialOrd for Amount {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Amount {
    fn cmp(&self, other: &Self) -> Ordering {
        // Without zeros in front the longer number is the greater one.
        (self.whole.len(), &self.whole, &self.fraction).cmp(&(other.whole.len(), &other.whole, &other.fraction))
    }
}

super::text_in_json!(Amount);

impl JsonSchema for Amount {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Amount".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": r"^(0|[1-9][0-9]{0,19})(\.[0-9]{0,17}[1-9])?$" })
    }
}

/// One thing that a pack asks for. As text, by which people agree to it, `read:/data/**`, `network:api.bank.example`, `spawn:2/1`, `spend:usd=10`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Right {
    /// To have rules about a tool.
    Tool(String),
    /// To have it believed of a tool that it only reads what its paths name.
    Reader(String),
    /// To read what a glob matches.
    Read(String),
    /// To write what a glob matches.
    Write(String),
    /// To reach a host and those below it.
    Network(String),
    /// To run a program.
    Run(String),
    /// To spawn agents.
    Spawn {
        /// Children that live at the same time.
        children: u32,
        /// How deep children may have children.
        depth: u32,
    },
    /// To spend up to an amount.
    Spend {
        /// The budget or unit.
        of: String,
        /// The amount.
        amount: Amount,
    },
}

impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tool(name) => write!(f, "tool:{name}"),
            Self::Reader(name) => write!(f, "reader:{name}"),
            Self::Read(glob) => write!(f, "read:{glob}"),
            Self::Write(glob) => write!(f, "write:{glob}"),
            Self::Network(host) => write!(f, "network:{host}"),
            Self::Run(program) => write!(f, "run:{program}"),
            Self::Spawn { children, depth } => write!(f, "spawn:{children}/{depth}"),
            Self::Spend { of, amount } => write!(f, "spend:{of}={amount}"),
        }
    }
}

impl Right {
    /// Returns whether a right gives this one too. Globs and hosts are compared as texts: what only reasoning could tell is asked for.
    #[must_use]
    pub fn is_covered_by(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Spawn { children, depth }, Self::Spawn { children: c, depth: d }) => children <= c && depth <= d,
            (Self::Spend { of, amount }, Self::Spend { of: o, amount: a }) => of == o && amount <= a,
            _ => self == other,
        }
    }
}

impl Permissions {
    /// Returns the rights, in order.
    #[must_use]
    pub fn rights(&self) -> BTreeSet<Right> {
        let mut out = BTreeSet::new();
        out.extend(self.read.iter().cloned().map(Right::Read));
        out.extend(self.write.iter().cloned().map(Right::Write));
        out.extend(self.network.iter().cloned().map(Right::Network));
        out.extend(self.run.iter().cloned().map(Right::Run));
        out.extend(self.spawn.map(|Spawn { children, depth }| Right::Spawn { children, depth }));
        out.extend(self.spend.iter().map(|(of, amount)| Right::Spend { of: of.clone(), amount: amount.clone() }));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_ordered_as_numbers() {
        let order = ["0", "0.05", "0.5", "1", "1.25", "9", "10", "10.01", "99", "100"];
        let amounts: Vec<Amount> = order.iter().map(|t| t.parse().unwrap()).collect();
        assert!(amounts.is_sorted_by(|a, b| a < b));
        assert_eq!(Amount::read("0010.500").map(|a| a.to_string()), Ok("10.5".to_owned()));
        for bad in ["", ".5", "1.", "-1", "+1", "1e3", "1.2.3", "1,5", "٣", &"9".repeat(21), &format!("0.{}", "1".repeat(19))] {
            assert_eq!(Amount::read(bad), Err(AmountError), "{bad}");
        }
        assert!("10.00".parse::<Amount>().is_err() && "01".parse::<Amount>().is_err());
    }

    #[test]
    fn a_smaller_number_is_covered_and_another_text_is_not() {
        let spend = |of: &str, amount: &str| Right::Spend { of: of.to_owned(), amount: Amount::read(amount).unwrap() };
        assert!(spend("usd", "5").is_covered_by(&spend("usd", "10")));
        assert!(!spend("usd", "11").is_covered_by(&spend("usd", "10")));
        assert!(!spend("eur", "5").is_covered_by(&spend("usd", "10")));
        let spawn = |children, depth| Right::Spawn { children, depth };
        assert!(spawn(1, 1).is_covered_by(&spawn(2, 1)) && !spawn(1, 2).is_covered_by(&spawn(2, 1)));
        assert!(!Right::Read("/data/a".into()).is_covered_by(&Right::Read("/data/**".into())));
        assert!(!Right::Read("a".into()).is_covered_by(&Right::Write("a".into())));
    }
}
