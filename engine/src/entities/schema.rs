//! The JSON Schema of the data.

use schemars::JsonSchema;
use serde::Deserialize;

/// An entity, as a host tells of it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "it is there for its schema: intake reads entities straight into the machine's form")]
struct Entity {
    /// The type: the name of an `entity` of the bundle; of a pack's, with the pack's name before it.
    r#type: String,
    /// The id, of 1 to 1,024 bytes. Type and id together name the entity.
    #[schemars(length(min = 1, max = 1024))]
    id: String,
    /// What it lies in at once. All of them are in the data too, and none of them lies in it, over any number of steps.
    #[serde(default)]
    parents: Vec<Parent>,
    /// Its fields, as its declaration has them. One whose type ends in `?` may be left out. A field that is an entity has the other's id.
    #[serde(default)]
    fields: serde_json::Map<String, serde_json::Value>,
}

/// What an entity lies in.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "it is there for its schema")]
struct Parent {
    /// The type.
    r#type: String,
    /// The id.
    id: String,
}

/// Returns the JSON Schema of an entity: an element of the data's array, or one of its lines.
#[must_use]
pub fn entities_schema() -> schemars::Schema {
    schemars::schema_for!(Entity)
}
