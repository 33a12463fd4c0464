//! A bundle from the tools of an MCP server.

use std::collections::BTreeSet;

use reach_codes::Sources;
use reach_codes::render::plain;
use reach_codes::table::command;

use crate::failure::Failure;

use super::json::Json;
use super::types::{Types, tool_name};

/// What was made of a list of tools.
pub struct Made {
    /// The declarations.
    pub tools: String,
    /// The rules and a test.
    pub policy: String,
    /// How many tools were declared.
    pub count: usize,
    /// What did not fit, with the tool it is about.
    pub notes: Vec<String>,
}

/// The longest description that becomes documentation, in characters.
const DESCRIPTION: usize = 200;

/// Declares the tools of a saved answer to `tools/list`.
///
/// # Errors
/// When it is no such answer.
pub fn declare(bytes: &[u8], name: &str) -> Result<Made, Failure> {
    let bad = |why: String| {
        Failure::new(command::UNREADABLE_TOOLS, format!("{name} is no answer to `tools/list`: {why}"))
            .help("save the server's answer as it came: an object with the list `tools`")
    };
    let json: Json = serde_json::from_slice(bytes).map_err(|e| bad(format!("it is not JSON ({e})")))?;
    let list = match &json {
        Json::List(tools) => tools.as_slice(),
        _ => match json.get("tools").or_else(|| json.get("result").and_then(|r| r.get("tools"))) {
            Some(Json::List(tools)) => tools.as_slice(),
            _ => return Err(bad("it has no list `tools`".to_owned())),
        },
    };
    if list.is_empty() {
        return Err(bad("its list `tools` is empty".to_owned()));
    }
    let mut made = Made { tools: String::new(), policy: String::new(), count: 0, notes: Vec::new() };
    let mut seen = BTreeSet::new();
    let (mut reading, mut first) = (Vec::new(), None);
    let mut aliases = BTreeSet::new();
    for (i, tool) in list.iter().enumerate() {
        let name = tool.get("name").and_then(Json::text).filter(|n| !n.is_empty()).ok_or_else(|| bad(format!("the tool number {} has no `name`", i + 1)))?;
        if !seen.insert(name) {
            made.notes.push(format!("{}: stands in the list twice; the first counts", plain(name)));
            continue;
        }
        let example = made.tool(name, tool, &mut aliases);
        if tool.get("annotations").and_then(|a| a.get("readOnlyHint")) == Some(&Json::Bool(true)) {
            reading.push(tool_name(name));
        }
        first.get_or_insert(example);
        made.count += 1;
    }
    let head = "// The tools of a server, with types from their JSON Schemas. Fields that are not declared are refused.\n\n";
    made.tools = formatted(&format!("{head}{}", made.tools));
    made.policy = formatted(&policy(&reading, &first.unwrap_or_default()));
    made.verify()?;
    Ok(made)
}

impl Made {
    /// Declares one tool and returns a call of it.
    fn tool(&mut self, name: &str, tool: &Json, taken: &mut BTreeSet<String>) -> String {
        let empty = Json::Object(Vec::new());
        let schema = tool.get("inputSchema").unwrap_or(&empty);
        let mut types = Types::new(schema, name, taken);
        let (fields, values) = types.fields(schema, "", 0);
        let out = &mut self.tools;
        for note in &types.notes {
            out.push_str(&format!("// {}\n", plain(note).replace('\n', " ")));
            self.notes.push(format!("{}: {}", plain(name), plain(note)));
        }
        for alias in &types.aliases {
            out.push_str(alias);
            out.push('\n');
        }
        if !types.aliases.is_empty() {
            out.push('\n');
        }
        if let Some(text) = tool.get("description").or_else(|| tool.get("title")).and_then(Json::text) {
            let line = text.lines().map(str::trim).find(|l| !l.is_empty()).unwrap_or_default();
            let mut short: String = line.chars().take(DESCRIPTION).collect();
            if short.len() < line.len() {
                short.push('…');
            }
            if !short.is_empty() {
                out.push_str(&format!("/// {}\n", plain(&short)));
            }
        }
        out.push_str(&format!("tool {}({})\n\n", tool_name(name), fields.join(", ")));
        format!("{}({})", tool_name(name), values.join(", "))
    }

    /// Makes sure that what was made is a bundle: names and schemas of a server may hold anything.
    fn verify(&self) -> Result<(), Failure> {
        let mut sources = Sources::new();
        sources.add("policy.reach", self.policy.as_str());
        sources.add("tools.reach", self.tools.as_str());
        let compiled = reach_compiler::compile(sources, &reach_compiler::Limits::default());
        if compiled.bundle.is_some() {
            return Ok(());
        }
        let message = reach_codes::Diagnostic::general(command::UNREADABLE_TOOLS, "the list of tools makes no bundle")
            .note("names or schemas of the server have no form in Reach; nothing was written")
            .help("take the tool out of the list, and declare it by hand");
        Err(Failure::Bundle { message: Box::new(message), sources: Box::new(compiled.sources), diagnostics: compiled.diagnostics })
    }
}

fn policy(reading: &[String], example: &str) -> String {
    let mut out = String::from("// A beginning: every call of a declared tool needs a person. What is not declared is refused.\n\n");
    if !reading.is_empty() {
        out.push_str("// The server says of these tools that they only read. It may be wrong: look at each, then take the slashes away.\n//\n");
        out.push_str(&format!("// permit reading\n//   on {}\n\n", reading.join(",\n//     ")));
    }
    out.push_str("otherwise ask the_rest\n  on call\n  because \"{step.name} needs a person\"\n\n");
    out.push_str(&format!("test \"a call needs a person\" {{\n  call {example} => ask by the_rest\n}}\n"));
    out
}

fn formatted(text: &str) -> String {
    // What can't be formatted is refused with its messages a moment later.
    reach_grammar::format(text, &reach_grammar::Limits::LANGUAGE).unwrap_or_else(|_| text.to_owned())
}
