//! Tool calls, and policies about them in each language.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::{Map, Value};

/// A tool call with its decision.
#[derive(Clone, Debug)]
pub struct Call {
    /// The event, one line of JSON.
    pub line: String,
    /// Whether it is permitted.
    pub permitted: bool,
}

/// Policies of one meaning, and calls that they decide.
#[derive(Clone, Debug, Default)]
pub struct Calls {
    /// Files of Reach, each with its name.
    pub reach: Vec<(String, String)>,
    /// The event that begins a session, where there is one.
    pub start: Option<String>,
    /// Policies of Cedar.
    pub cedar: String,
    /// Their schema.
    pub cedar_schema: String,
    /// Names of arguments that are decimals.
    pub decimals: Vec<&'static str>,
    /// A module of Rego; the decision is `data.bench.allow`.
    pub rego: String,
    /// Expressions of CEL: a call is permitted when one is true.
    pub cel: Vec<String>,
    /// What is known of the session, for engines that have no sessions.
    pub context: Map<String, Value>,
    /// The calls.
    pub calls: Vec<Call>,
}

/// What engines without events read of one: the name of the tool, and its arguments.
#[derive(Debug, Deserialize)]
pub struct Line<'a> {
    /// The tool.
    #[serde(borrow)]
    pub name: Cow<'a, str>,
    /// The arguments.
    pub args: Map<String, Value>,
}

impl<'a> Line<'a> {
    /// Reads an event.
    ///
    /// # Errors
    /// When it is no such event.
    pub fn read(line: &'a str) -> Result<Self, String> {
        serde_json::from_str(line).map_err(|e| e.to_string())
    }
}
