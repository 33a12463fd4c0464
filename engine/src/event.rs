//! Events as they stand in JSON: for the schema alone. What is read is read straight into slots.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

/// A JSON object of what the declaration asks for.
pub type Fields = BTreeMap<String, serde_json::Value>;

/// One event, a line of JSON. Unknown fields and duplicate keys are refused.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Event {
    /// A step: the agent wants to use a tool.
    Call(Step),
    /// A step: the agent wants to start a sub-agent.
    Spawn(Step),
    /// A step: the agent wants to use a model.
    Model(Step),
    /// A step: the agent wants to read a resource; `name` is its URI.
    Read(Step),
    /// A step: the agent is about to show `args.text`.
    Say(Say),
    /// An observation: the facts of the session.
    Start(Context),
    /// An observation: facts of the session that change.
    Context(Context),
    /// An observation: what the user asked.
    Prompt(Prompt),
    /// An observation: the outcome of a step.
    Result(StepResult),
    /// An observation: a person's answer to an `ask`.
    Approval(Approval),
    /// An observation: what a step cost.
    Usage(Usage),
    /// An observation: an agent finished or failed.
    End(End),
}

/// The fields of a step.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Step {
    /// The session; may be left out when there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// The step's identity, new in its session.
    pub id: String,
    /// The agent; `main` when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The tool, sub-agent, model or resource.
    pub name: String,
    /// The arguments, as declared; may be left out when none is required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub args: Option<Fields>,
    /// The facts, as declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facts: Option<Fields>,
    /// The digest of the tool's definition, where the declaration pins one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub definition: Option<String>,
    /// The time, RFC 3339 with an offset.
    pub at: String,
}

/// The fields of `say`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Say {
    /// The session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// The step's identity, new in its session.
    pub id: String,
    /// The agent; `main` when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The text about to be shown.
    pub args: SayArgs,
    /// The time, RFC 3339 with an offset.
    pub at: String,
}

/// The arguments of `say`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SayArgs {
    /// The text.
    pub text: String,
}

/// The fields of `start` and `context`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Context {
    /// The session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// The agent; `main` when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The facts of the session, as declared. May be left out of `start` when none is declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<Fields>,
    /// The time, RFC 3339 with an offset.
    pub at: String,
}

/// The fields of `prompt`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Prompt {
    /// The session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// The agent; `main` when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// What the user asked.
    pub text: String,
    /// The time, RFC 3339 with an offset.
    pub at: String,
}

/// The fields of `result`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct StepResult {
    /// The session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// The agent; `main` when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The `id` of the step.
    pub step: String,
    /// Whether it succeeded.
    pub ok: bool,
    /// What came back: text or any JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<serde_json::Value>,
    /// The time, RFC 3339 with an offset.
    pub at: String,
}

/// How far an approval reaches.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// This step alone.
    Once,
    /// The whole session.
    Session,
}

/// The fields of `approval`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Approval {
    /// The session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// The agent; `main` when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The `id` of the step.
    pub step: String,
    /// Whether the person agrees.
    pub granted: bool,
    /// Who answered.
    pub by: String,
    /// How far it reaches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// The time, RFC 3339 with an offset.
    pub at: String,
}

/// The fields of `usage`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Usage {
    /// The session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// The agent; `main` when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The `id` of the step.
    pub step: String,
    /// Amounts by budget; numbers, or exact numbers as text.
    pub charges: Fields,
    /// The time, RFC 3339 with an offset.
    pub at: String,
}

/// The fields of `end`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct End {
    /// The session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// The agent; `main` when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// Whether it finished rather than failed.
    pub ok: bool,
    /// The time, RFC 3339 with an offset.
    pub at: String,
}

/// Returns the JSON Schema of an event line. As the reader does, it refuses fields that are not named.
#[must_use]
pub fn event_schema() -> schemars::Schema {
    let mut schema = schemars::schema_for!(Event);
    // serde's `deny_unknown_fields` does not reach through the references that each variant is made of.
    if let Some(variants) = schema.get_mut("oneOf").and_then(serde_json::Value::as_array_mut) {
        for variant in variants.iter_mut().filter_map(serde_json::Value::as_object_mut) {
            variant.insert("unevaluatedProperties".to_owned(), false.into());
        }
    }
    schema
}
