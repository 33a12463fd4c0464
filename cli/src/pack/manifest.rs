//! The manifest of a folder.

use std::path::Path;

use reach_codes::Sources;
use reach_codes::table::pack;
use reach_grammar::ast::{Binding, DeclKind, Expr, ExprKind, Pack};
use reach_statement::{Amount, Kind, Manifest};
use serde_json::{Map, Value, json};

use crate::failure::Failure;
use crate::files;

/// The file that holds it.
const MANIFEST_FILE: &str = "pack.reach";

/// Reads the manifest of a pack's folder.
///
/// # Errors
/// When there is none, or it isn't one.
pub fn manifest_of(folder: &Path) -> Result<Manifest, Failure> {
    let path = folder.join(MANIFEST_FILE);
    let shown = path.display().to_string();
    if !path.is_file() {
        return Err(Failure::new(pack::NO_PACK, format!("there is no `{shown}`")).help("name the folder of a pack"));
    }
    let limits = reach_grammar::Limits::LANGUAGE;
    let bytes = files::read_whole(&path, limits.source_bytes as u64, "a manifest")?;
    let refused = |why: String| Failure::new(pack::NO_PACK, format!("`{shown}` is no manifest: {why}"));
    let text = reach_grammar::decode(&bytes).map_err(|d| refused(d.message.clone()))?;
    let mut sources = Sources::new();
    let id = sources.add(shown.clone(), text.clone());
    let parsed = reach_grammar::parse(id, &text, &limits);
    if !parsed.is_ok() {
        let message = reach_codes::Diagnostic::general(pack::NO_PACK, format!("`{shown}` is no manifest"));
        return Err(Failure::Bundle { message: Box::new(message), sources: Box::new(sources), diagnostics: parsed.diagnostics });
    }
    let declared = parsed.file.decls.iter().find_map(|decl| if let DeclKind::Pack(pack) = &decl.kind { Some(pack) } else { None });
    let declared = declared.ok_or_else(|| refused("it declares no pack".to_owned()))?;
    let manifest: Manifest = serde_json::from_value(form(declared).map_err(refused)?).map_err(|error| refused(error.to_string()))?;
    manifest.check().map_err(|error| refused(error.to_string()))?;
    Ok(manifest)
}

/// The manifest in its JSON form, which says whether it is one.
fn form(pack: &Pack) -> Result<Value, String> {
    let mut out = record(&pack.entries)?;
    out.insert("name".to_owned(), json!(pack.name.text));
    out.insert("version".to_owned(), json!(pack.version.value));
    out.entry("kind").or_insert(json!(Kind::Policy));
    if let Some(Value::Object(spend)) = out.get_mut("permissions").and_then(|all| all.get_mut("spend")) {
        for amount in spend.values_mut() {
            let digits = amount.as_str().map_or_else(|| amount.to_string(), str::to_owned);
            *amount = json!(Amount::read(&digits).map_err(|error| error.to_string())?);
        }
    }
    Ok(Value::Object(out))
}

fn record(entries: &[Binding]) -> Result<Map<String, Value>, String> {
    entries.iter().map(|entry| Ok((entry.name.text.to_string(), value(&entry.value)?))).collect()
}

fn value(of: &Expr) -> Result<Value, String> {
    Ok(match &of.kind {
        ExprKind::Text(text) => json!(text),
        ExprKind::Name(name) => json!(name.text),
        ExprKind::Pattern(pattern) => json!(pattern.text),
        ExprKind::Number(digits) => digits.parse::<u32>().map_or_else(|_| json!(digits), |number| json!(number)),
        ExprKind::List(items) | ExprKind::Set(items) => items.iter().map(value).collect::<Result<Value, String>>()?,
        ExprKind::Record(entries) => Value::Object(record(entries)?),
        _ => return Err("a value in it is neither a text, a word, a list nor a record".to_owned()),
    })
}
