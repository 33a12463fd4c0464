//! Which files of a folder are those of the pack.

use reach_codes::Diagnostic;
use reach_codes::table::manifest as codes;
use reach_values::pattern::Pattern;

use crate::places::Draft;

pub use reach_compiler::MANIFEST as MANIFEST_FILE;

/// Returns whether each file is one of the pack's policies, in their order, and says which globs select nothing.
///
/// The manifest is no policy. Where `policies` can't be read, all others are: so that what is wrong with them is told as well.
pub(crate) fn select<'n>(draft: Option<&Draft>, names: impl Iterator<Item = &'n str>, out: &mut Vec<Diagnostic>) -> Vec<bool> {
    let names: Vec<&str> = names.collect();
    let known = draft.filter(|draft| !draft.broken.contains("policies") && !draft.policies.is_empty());
    let Some(draft) = known else { return names.iter().map(|name| *name != MANIFEST_FILE).collect() };
    let mut selected = vec![false; names.len()];
    for (glob, span) in &draft.policies {
        // It was read as one already.
        let Ok(pattern) = Pattern::name_glob(glob, false) else { continue };
        let mut any = false;
        for (name, selected) in names.iter().zip(&mut selected) {
            if *name != MANIFEST_FILE && pattern.is_match(name) {
                *selected = true;
                any = true;
            }
        }
        if !any {
            let d = Diagnostic::new(codes::EMPTY_POLICY_GLOB, *span, format!("`{glob}` selects no file"));
            let d = d.note("only files that end in `.reach` are policies, and `pack.reach` is none; hidden ones are left out");
            out.push(match names.iter().find(|name| **name != MANIFEST_FILE) {
                Some(other) => d.help(format!("the folder holds `{other}`, for example")),
                None => d.help("write a rule, or take the glob out"),
            });
        }
    }
    selected
}
