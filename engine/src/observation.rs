//! What is wrong with an observation.

use reach_codes::Code;
use schemars::JsonSchema;
use serde::Serialize;

use crate::decision::ArgumentProblem;

/// An observation that doesn't fit. It is recorded as such, and what rests on it has no value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ObservationError {
    /// Always `observation_error`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The session; empty when the event named none.
    pub session: String,
    /// The number of its entry: in the log where there is one, else in the session, from 0.
    pub entry: u64,
    /// The short form of the code, for example `H0001`.
    #[serde(serialize_with = "number", rename = "code")]
    #[schemars(with = "String")]
    pub code: Code,
    /// The kebab-case name of the code.
    pub name: &'static str,
    /// What is wrong, for people.
    pub message: String,
    /// The fields that don't fit, eight at most.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub problems: Vec<ArgumentProblem>,
    /// What follows from it for the session.
    pub consequence: &'static str,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for this signature")]
fn number<S: serde::Serializer>(code: &Code, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_str(code.number())
}

/// Returns the JSON Schema of an observation error's line.
#[must_use]
pub fn observation_error_schema() -> schemars::Schema {
    schemars::schema_for!(ObservationError)
}
