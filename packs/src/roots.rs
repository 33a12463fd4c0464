//! What a project that is a pack itself needs.

use std::collections::BTreeMap;

use reach_codes::FileId;
use reach_grammar::ast::{DeclKind, ExprKind};
use reach_statement::{PackName, Requirement};

use crate::error::InstallError;

pub use reach_compiler::MANIFEST as MANIFEST_FILE;

/// The most bytes of it.
pub(crate) const MAX_MANIFEST_BYTES: u64 = 1 << 20;

/// Returns the `needs` of a manifest.
///
/// # Errors
/// When it can't be read as one.
pub fn roots_of_manifest(bytes: &[u8]) -> Result<BTreeMap<PackName, Requirement>, InstallError> {
    let bad = |why: String| InstallError::Manifest { why };
    let text = reach_grammar::decode(bytes).map_err(|d| bad(d.message))?;
    let parsed = reach_grammar::parse(FileId(0), &text, &reach_grammar::Limits::default());
    if let Some(error) = parsed.diagnostics.iter().find(|d| d.is_error()) {
        return Err(bad(error.message.clone()));
    }
    let pack = parsed.file.decls.iter().find_map(|decl| if let DeclKind::Pack(pack) = &decl.kind { Some(pack) } else { None });
    let pack = pack.ok_or_else(|| bad("it declares no pack".to_owned()))?;
    let mut roots = BTreeMap::new();
    for entry in pack.entries.iter().filter(|entry| entry.name.text == "needs") {
        let ExprKind::Record(needs) = &entry.value.kind else {
            return Err(bad("`needs` is written `{ acme.other: \"^1.0\" }`".to_owned()));
        };
        for need in needs {
            let ExprKind::Text(requirement) = &need.value.kind else {
                return Err(bad(format!("the versions of `{}` are a text, such as \"^1.0\"", need.name.text)));
            };
            let name = PackName::new(need.name.text.as_str()).map_err(|error| bad(error.to_string()))?;
            let requirement = requirement.parse().map_err(|error| bad(format!("the versions of `{name}`: {error}")))?;
            if roots.insert(name.clone(), requirement).is_some() {
                return Err(bad(format!("`{name}` is needed twice")));
            }
        }
    }
    Ok(roots)
}
