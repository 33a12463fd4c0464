//! `reach pack audit`: what a pack may do, in plain words.

mod text;

use std::path::PathBuf;

use clap::Args;
use reach_analysis::ChangeKind;
use reach_codes::render::{self, JsonDiagnostic};
use reach_manifest::{Audit, Comparison};
use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::{Answer, Exit};
use crate::failure::Failure;
use crate::policy::{count, defect, timeout};
use crate::terminal::Terminal;

use super::open::{self, Looked};

/// The arguments of `pack audit`.
#[derive(Args, Debug)]
pub struct AuditArgs {
    /// The folder of the pack, or its file `NAME-VERSION.reachpack`
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Say what is new against another version of the pack, the folder or the file of which this is
    #[arg(long, value_name = "OLD")]
    against: Option<PathBuf>,
    /// With --against: exit with 1 if the pack asks for a right that the other one doesn't ask for
    #[arg(long, requires = "against")]
    no_new_right: bool,
    /// How long to compare decisions at most; what is not told by then is not known
    #[arg(long, value_name = "SECONDS", value_parser = timeout::seconds, requires = "against")]
    timeout: Option<u64>,
}

/// What `pack audit` found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AuditData {
    /// The folder, as it was named on the command line.
    path: String,
    /// Whether nothing is wrong with the pack.
    ok: bool,
    /// What it may do; absent where its manifest or its rules can't be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    audit: Option<Audit>,
    /// With `--against`: what is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    comparison: Option<Comparison>,
    /// What is wrong, by file and place: rules that go beyond the permissions, rights that nothing needs, and all else.
    diagnostics: Vec<JsonDiagnostic>,
}

/// Runs the command.
///
/// # Errors
/// When there is no pack, or a file can't be read.
pub fn run(args: &AuditArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let looked = open::look(open::open(&args.path)?, terminal)?;
    let audit = reach_manifest::audit(&looked.pack);
    let comparison = match &args.against {
        None => None,
        Some(old) => {
            let old = open::look(open::open(old)?, terminal)?;
            Some(compared(&old, &looked, args, terminal)?)
        }
    };
    let ok = looked.is_ok();
    let new_rights = comparison.as_ref().is_some_and(|c| !c.wider.is_empty());
    let exit = match (looked.unreadable, ok && audit.is_some() && !(args.no_new_right && new_rights)) {
        (true, _) => Exit::Failed,
        (false, true) => Exit::Done,
        (false, false) => Exit::Findings,
    };
    let mut text = render::text(&looked.shown, &looked.diagnostics, terminal.color());
    if let Some(audit) = &audit {
        text.push_str(&text::audit(audit, terminal.color()));
    }
    if let Some(comparison) = &comparison {
        text.push_str(&text::comparison(comparison, terminal.color()));
    }
    if args.no_new_right && new_rights {
        text.push_str("--no-new-right does not hold: the pack asks for more\n");
    }
    if let Some(audit) = &audit {
        let high = audit.rights.iter().filter(|r| r.risk == reach_manifest::Risk::High).count();
        let (rights, open) = (count(audit.rights.len(), "right"), count(audit.unbounded.len(), "thing"));
        terminal.summary(&format!("{} {}: {rights}, {high} of high risk; {open} that no permission bounds", audit.pack, audit.version));
    }
    let diagnostics = looked.diagnostics.iter().map(|d| render::json(&looked.shown, d)).collect();
    let data = AuditData { path: looked.path, ok, audit, comparison, diagnostics };
    Answer::new(exit, &data, text)
}

/// Compares two packs.
fn compared(old: &Looked, new: &Looked, args: &AuditArgs, terminal: &mut Terminal) -> Result<Comparison, Failure> {
    terminal.progress(|| "comparing decisions".to_owned());
    let found = reach_manifest::compare(&old.pack, &new.pack, &open::maker(), &timeout::limits(args.timeout)).map_err(|e| defect(&e))?;
    found.ok_or_else(|| {
        let broken = if old.pack.said.is_none() { &old.path } else { &new.path };
        Failure::new(reach_codes::table::command::BUNDLE_HAS_ERRORS, format!("the manifest of `{broken}` cannot be read, so nothing was compared"))
            .help(format!("mend what `reach pack validate {broken}` shows"))
    })
}

/// The kinds of differences with the words for one of them, those that loosen first.
const KINDS: [(ChangeKind, &str); 4] = [
    (ChangeKind::NewlyPermitted, "newly permitted"),
    (ChangeKind::NewlyAsked, "newly asked"),
    (ChangeKind::NewlyForbidden, "newly forbidden"),
    (ChangeKind::ObligationsChanged, "with other obligations"),
];
