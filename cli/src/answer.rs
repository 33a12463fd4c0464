//! What a command answers, and the envelope around it in JSON.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::SCHEMA_VERSION;
use crate::failure::Failure;

/// The version of the engine, which is that of the command.
pub const ENGINE_VERSION: &str = env!("CARGO_PKG_VERSION");

/// The exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Findings, failing tests, a decision other than `permit`.
    Findings = 1,
    /// Could not run.
    Failed = 2,
}

/// What a command has to say.
#[derive(Debug)]
pub struct Answer {
    /// The exit status.
    pub exit: Exit,
    /// `ok` of the envelope.
    pub ok: bool,
    /// The text for people, on standard output; may be empty.
    pub text: String,
    /// The data for programs, as JSON.
    pub data: Box<RawValue>,
}

impl Answer {
    /// Returns an answer; `ok` follows from the exit status.
    ///
    /// # Errors
    /// When the data has no JSON form, which is a mistake of ours.
    pub fn new(exit: Exit, data: &impl Serialize, text: impl Into<String>) -> Result<Self, Failure> {
        let data = serde_json::value::to_raw_value(data).map_err(|e| Failure::output(std::io::Error::other(e)))?;
        Ok(Self { exit, ok: exit == Exit::Done, text: text.into(), data })
    }
}

/// What every command prints with `--json`, on one line.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Envelope<T> {
    /// Whether it ran and found nothing wrong.
    pub ok: bool,
    /// What the command found out. There whenever it ran, also where it found something wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<T>,
    /// Why it could not run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<EnvelopeError>,
    /// The version of this form. It grows when a field changes its meaning or goes away.
    pub schema_version: u32,
    /// The version of the engine.
    pub engine_version: &'static str,
}

impl<T> Envelope<T> {
    /// Returns the envelope of what a command found out.
    pub const fn of(ok: bool, data: T) -> Self {
        Self { ok, data: Some(data), error: None, schema_version: SCHEMA_VERSION, engine_version: ENGINE_VERSION }
    }

    /// Returns the envelope of a command that could not run.
    pub const fn failed(error: EnvelopeError) -> Self {
        Self { ok: false, data: None, error: Some(error), schema_version: SCHEMA_VERSION, engine_version: ENGINE_VERSION }
    }
}

/// Why a command could not run.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct EnvelopeError {
    /// The short form of the code, for example `H0101`.
    pub code: String,
    /// The kebab-case name of the code.
    pub name: String,
    /// What is wrong.
    pub message: String,
    /// More about it.
    pub details: ErrorDetails,
}

/// More about why a command could not run.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct ErrorDetails {
    /// Why it is so.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub notes: Vec<String>,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The messages about sources that led to it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub diagnostics: Vec<reach_codes::render::JsonDiagnostic>,
}
