//! A bundle from the tools of an MCP server.

use reach_import::{Guess, Import, Listing, Options};

use crate::failure::Failure;
use crate::pack;

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

/// Declares the tools of a saved answer to `tools/list`, with rules for a beginning.
///
/// # Errors
/// When it is no such answer, or its tools can't be declared.
pub fn declare(bytes: &[u8], name: &str) -> Result<Made, Failure> {
    let listing = Listing::read(bytes).map_err(|error| pack::import_failure(&error, Some(name)))?;
    // Hosts that don't send definitions yet should be able to begin with it; `pack import mcp` pins.
    let options = Options { guess: Guess::Take, pin: false, ..Options::default() };
    let import = reach_import::declare(&listing, &options).map_err(|error| pack::import_failure(&error, Some(name)))?;
    let policy = reach_grammar::format(&policy(&import), &reach_grammar::Limits::LANGUAGE).unwrap_or_else(|_| policy(&import));
    pack::check_import(&[("policy.reach", &policy), ("tools.reach", &import.text)])?;
    let notes = import.losses.iter().map(pack::loss_line).collect();
    Ok(Made { tools: import.text, policy, count: import.tools.len(), notes })
}

fn policy(import: &Import) -> String {
    let mut out = String::from("// A beginning: every call of a declared tool needs a person. What is not declared is refused.\n\n");
    let reading: Vec<&str> = import.tools.iter().filter(|t| t.says_read_only).map(|t| t.written.as_str()).collect();
    if !reading.is_empty() {
        out.push_str("// The server says of these tools that they only read. It may be wrong: look at each, then take the slashes away.\n//\n");
        out.push_str(&format!("// permit reading\n//   on {}\n\n", reading.join(",\n//     ")));
    }
    out.push_str("otherwise ask the_rest\n  on call\n  because \"{step.name} needs a person\"\n\n");
    let example = import.tools.iter().find_map(|tool| Some(format!("{}({})", tool.written, tool.example.as_ref()?)));
    match (example, import.tools.first()) {
        (Some(call), _) => out.push_str(&format!("test \"a call needs a person\" {{\n  call {call} => ask by the_rest\n}}\n")),
        // No call is known that fits any tool; one without arguments fits none.
        (None, Some(tool)) => {
            out.push_str(&format!("test \"a call without arguments is refused\" {{\n  call {}() => forbid by invalid_arguments\n}}\n", tool.written));
        }
        (None, None) => {}
    }
    out
}
