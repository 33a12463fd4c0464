//! Declarations from the tools of a server.

use reach_values::json::Json;
use std::collections::BTreeMap;

use reach_grammar::Limits;

use crate::canonical;
use crate::docs;
use crate::error::ImportError;
use crate::list::{Listing, Tool};
use crate::loss::{Effect, Loss, shown};
use crate::names::{check_prefix, field_name, member, pascal, tool_name};
use crate::schema::{self, Field, Guess, Of, Reader, Shape, Typed};

/// How tools are declared.
#[derive(Clone, Debug)]
pub struct Options {
    /// What stands before each name.
    pub prefix: String,
    /// Whether definitions are pinned.
    pub pin: bool,
    /// What is made of names that suggest a form.
    pub guess: Guess,
    /// Whether results are declared.
    pub results: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { prefix: String::new(), pin: true, guess: Guess::Suggest, results: true }
    }
}

/// A tool that was declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// The server's name.
    pub name: String,
    /// The name as it stands in sources, with the prefix.
    pub written: String,
    /// The digest of the definition: `sha256:…`; none where it has none.
    pub digest: Option<String>,
    /// Whether the server says that it only reads. It may be wrong.
    pub says_read_only: bool,
    /// What stands between the parentheses of a call that fits; none where none was found.
    pub example: Option<String>,
}

/// What was made of a list of tools.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The source.
    pub text: String,
    /// The tools.
    pub tools: Vec<Declared>,
    /// What does not stand in the source, in the order of the tools.
    pub losses: Vec<Loss>,
}

/// How many expressions of schemas are compiled.
const MAX_PATTERNS: usize = 1_000;
/// The longest name of a type.
const MAX_TYPE_NAME: usize = 60;

const HEAD: &str = "\
// The tools of a server, with types from their JSON Schemas.
//
// Arguments that are not declared are refused, also where a schema does not say so. `null` is an argument that was left out.
// An `int` has 64 bits, a `decimal` 18 decimal places. What else a type does not say stands in a note.

";

/// Declares tools.
///
/// # Errors
/// When the prefix can't stand before names, a name gets too long, or the source would be too large.
pub fn declare(listing: &Listing, options: &Options) -> Result<Import, ImportError> {
    check_prefix(&options.prefix)?;
    let mut made = Import { text: HEAD.to_owned(), tools: Vec::new(), losses: Vec::new() };
    let mut names = BTreeMap::new();
    let mut of_list: BTreeMap<&str, Vec<Loss>> = BTreeMap::new();
    for loss in &listing.losses {
        of_list.entry(&loss.tool).or_default().push(loss.clone());
    }
    let mut patterns = MAX_PATTERNS;
    for tool in &listing.tools {
        let mut writer = Writer { tool, options, names: &mut names, aliases: Vec::new(), losses: of_list.remove(tool.name.as_str()).unwrap_or_default() };
        let declared = writer.tool(&mut patterns, &mut made.text);
        made.losses.append(&mut writer.losses);
        made.tools.push(declared);
        if made.text.len() > Limits::LANGUAGE.source_bytes {
            return Err(ImportError::TooLarge(made.text.len()));
        }
    }
    // What can't be formatted is refused with its messages when it is compiled.
    made.text = reach_grammar::format(&made.text, &Limits::LANGUAGE).unwrap_or(made.text);
    if made.text.len() > Limits::LANGUAGE.source_bytes {
        return Err(ImportError::TooLarge(made.text.len()));
    }
    Ok(made)
}

struct Writer<'a, 'n> {
    tool: &'a Tool,
    options: &'a Options,
    /// The names of types that are declared so far, for all tools, each with how many wanted it.
    names: &'n mut BTreeMap<String, usize>,
    /// Declarations of types, in order.
    aliases: Vec<String>,
    losses: Vec<Loss>,
}

/// Members of a definition that a declaration has no place for; they are part of the digest.
const ASIDE: &[&str] = &["name", "title", "description", "inputSchema", "outputSchema", "annotations", "execution", "icons", "_meta"];

impl Writer<'_, '_> {
    fn lose(&mut self, pointer: &str, keyword: Option<&str>, effect: Effect, reason: impl Into<String>) {
        let loss = Loss { tool: self.tool.name.clone(), pointer: pointer.to_owned(), keyword: keyword.map(str::to_owned), effect, reason: reason.into() };
        self.losses.push(loss);
    }

    fn tool(&mut self, patterns: &mut usize, out: &mut String) -> Declared {
        let definition = &self.tool.definition;
        for (key, _) in definition.entries().iter().filter(|(key, _)| !ASIDE.contains(&key.as_str())) {
            self.lose(&format!("/{}", key.replace('~', "~0").replace('/', "~1")), Some(key), Effect::Noted, "it is no member of a tool that is known here");
        }
        let fields = self.arguments(patterns);
        let example = schema::values(&fields).map(|values| values.join(", "));
        let params = self.params(&fields);
        let result = if self.options.results { self.result(patterns) } else { None };
        let digest = match canonical::digest(definition) {
            Ok(digest) => Some(digest),
            Err(why) if self.options.pin => {
                self.lose("", None, Effect::Noted, format!("its definition is not pinned: {why}"));
                None
            }
            Err(_) => None,
        };
        let docs = self.docs();
        let written = tool_name(&format!("{}{}", self.options.prefix, self.tool.name));
        for loss in &self.losses {
            out.push_str(&format!("// {}\n", one_line(&loss.to_string())));
        }
        if let Some(hints) = hints(definition) {
            out.push_str(&format!("// The server says, and nothing here rests on it: {hints}\n"));
        }
        for alias in &self.aliases {
            out.push_str(alias);
            out.push('\n');
        }
        if !self.aliases.is_empty() {
            out.push('\n');
        }
        for line in docs {
            out.push_str(format!("/// {line}").trim_end());
            out.push('\n');
        }
        out.push_str(&format!("tool {written}{params}"));
        if let Some(result) = result {
            out.push_str(&format!("\n  -> {result}"));
        }
        if let Some(digest) = digest.as_ref().filter(|_| self.options.pin) {
            out.push_str(&format!("\n  pinned \"{digest}\""));
        }
        out.push_str("\n\n");
        let says = |hint| definition.get("annotations").and_then(|a| a.get(hint)) == Some(&Json::Bool(true));
        Declared { name: self.tool.name.clone(), written, digest, says_read_only: says("readOnlyHint"), example }
    }

    fn docs(&mut self) -> Vec<String> {
        let definition = &self.tool.definition;
        let described = definition.get("description").or_else(|| definition.get("title")).and_then(Json::text);
        let Some(described) = described.map(docs::of_tool) else { return Vec::new() };
        if described.cut {
            self.lose("/description", Some("description"), Effect::Noted, "it is long, and was cut here");
        }
        self.hidden("/description", described.hidden);
        described.lines
    }

    fn hidden(&mut self, pointer: &str, count: usize) {
        if count > 0 {
            self.lose(
                pointer,
                Some("description"),
                Effect::Noted,
                format!("it holds {count} characters that cannot be seen, or that change the direction of text"),
            );
        }
    }

    fn arguments(&mut self, patterns: &mut usize) -> Vec<Field> {
        let Some(input) = self.tool.definition.get("inputSchema") else {
            self.lose("", Some("inputSchema"), Effect::Narrowed, "it has no `inputSchema`: every argument is refused");
            return Vec::new();
        };
        let typed = self.read(input, "inputSchema", Of::Arguments, patterns);
        if let Shape::Record(fields) = typed.shape {
            return fields;
        }
        self.lose("/inputSchema", None, Effect::Narrowed, "it is no schema of an object: every argument is refused");
        Vec::new()
    }

    fn result(&mut self, patterns: &mut usize) -> Option<String> {
        let output = self.tool.definition.get("outputSchema").filter(|o| **o != Json::Null)?;
        let typed = self.read(output, "outputSchema", Of::Result, patterns);
        match &typed.shape {
            Shape::Record(fields) if !fields.is_empty() => Some(self.ty(&typed, "result", Of::Result)),
            _ => {
                self.lose("/outputSchema", None, Effect::Widened, "it declares no field: the result is one text");
                None
            }
        }
    }

    fn read(&mut self, schema: &Json, member: &str, of: Of, patterns: &mut usize) -> Typed {
        let mut reader = Reader::new(schema, member, &self.tool.name, of, self.options.guess, patterns);
        let typed = reader.read();
        self.losses.append(&mut reader.losses);
        typed
    }

    /// Returns the arguments with their parentheses; each that is described stands in lines of its own.
    fn params(&mut self, fields: &[Field]) -> String {
        let documented = fields.iter().any(|f| f.description.is_some());
        let mut out = String::from("(");
        for (i, field) in fields.iter().enumerate() {
            if documented {
                out.push('\n');
                let described = docs::of_field(field.description.as_deref().unwrap_or_default());
                self.hidden(&format!("/inputSchema/properties/{}/description", field.name.replace('~', "~0").replace('/', "~1")), described.hidden);
                for line in described.lines {
                    out.push_str(&format!("  /// {line}\n"));
                }
                out.push_str("  ");
            } else if i > 0 {
                out.push(' ');
            }
            out.push_str(&self.field(field, "", Of::Arguments));
            if documented || i + 1 < fields.len() {
                out.push(',');
            }
        }
        out.push_str(if documented { "\n)" } else { ")" });
        out
    }

    fn field(&mut self, field: &Field, place: &str, of: Of) -> String {
        let ty = self.ty(&field.typed, &format!("{place}.{}", field.name), of);
        format!("{}: {ty}{}", field_name(&field.name), if field.optional { "?" } else { "" })
    }

    /// Returns a type as it is written; one with conditions is declared, and its name is returned.
    fn ty(&mut self, typed: &Typed, place: &str, of: Of) -> String {
        let item = format!("{place}.item");
        let base = match &typed.shape {
            Shape::Any => "any".to_owned(),
            Shape::Bool => "bool".to_owned(),
            Shape::Int => "int".to_owned(),
            Shape::Decimal => "decimal".to_owned(),
            Shape::Text => "text".to_owned(),
            Shape::Form(form) => (*form).to_owned(),
            Shape::Enum(members) => format!("enum {{ {} }}", members.iter().map(|m| member(m)).collect::<Vec<_>>().join(", ")),
            Shape::List(inner) => format!("list<{}>", self.ty(inner, &item, of)),
            Shape::Set(inner) => format!("set<{}>", self.ty(inner, &item, of)),
            Shape::Map(inner) => format!("map<{}>", self.ty(inner, &item, of)),
            Shape::Record(fields) => {
                let fields: Vec<String> = fields.iter().map(|f| self.field(f, place, of)).collect();
                if fields.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", fields.join(", ")) }
            }
        };
        if typed.checks.is_empty() {
            return base;
        }
        if of == Of::Result {
            let shown = place.trim_start_matches("result").trim_start_matches('.').to_owned();
            self.lose("/outputSchema", None, Effect::Widened, format!("`{shown}`: results are not checked: {}", typed.checks.join(" and ")));
            return base;
        }
        let name = self.name(place);
        self.aliases.push(format!("type {name} = {base} where {}", typed.checks.join(" and ")));
        name
    }

    fn name(&mut self, place: &str) -> String {
        let base: String = format!("{}{}", pascal(&self.tool.name), pascal(place)).chars().take(MAX_TYPE_NAME).collect();
        let wanted = self.names.entry(base.clone()).or_insert(0);
        *wanted += 1;
        // No name that is made here holds `_`, so that a numbered one is new.
        if *wanted == 1 { base } else { format!("{base}_{wanted}") }
    }
}

/// What the server says about a tool that no rule may rest on.
fn hints(definition: &Json) -> Option<String> {
    let mut out: Vec<String> = Vec::new();
    for (key, value) in definition.get("annotations").map_or(&[][..], Json::entries) {
        match value {
            Json::Bool(b) => out.push(format!("{} {b}", shown(key))),
            Json::Text(text) => out.push(format!("{} \"{}\"", shown(key), shown(text))),
            _ => {}
        }
    }
    out.truncate(12);
    (!out.is_empty()).then(|| one_line(&out.join(", ")))
}

/// Returns text of a server as it may stand in a comment.
fn one_line(text: &str) -> String {
    reach_codes::render::plain(text).replace(['\n', '\t'], " ")
}
