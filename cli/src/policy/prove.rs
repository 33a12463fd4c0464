//! `reach policy prove`: proves properties of a bundle, or finds sessions that break them.

mod text;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use reach_analysis::{Proof, Verdict};
use reach_codes::Diagnostic;
use reach_codes::table::command;
use reach_compiler::ir::{Bundle, Claim};
use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::{Answer, Exit};
use crate::failure::Failure;
use crate::terminal::Terminal;

use super::count;
use super::subject::Subject;
use super::timeout;

/// The arguments of `policy prove`.
#[derive(Args, Debug)]
pub struct ProveArgs {
    /// The bundle: a folder or a file; `-` is standard input
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    /// What is to be proved: `never` or `always`, an effect, steps as behind `on`, and perhaps `when …`; without it, the properties of the bundle
    #[arg(value_name = "CLAIM")]
    claim: Option<String>,
    /// Prove only the property of this name
    #[arg(long, value_name = "NAME", conflicts_with = "claim")]
    property: Option<String>,
    /// How to print the answers: `text` or `json` (without the envelope of --json)
    #[arg(long, value_name = "FORMAT", default_value = "text", hide_possible_values = true)]
    format: Format,
    /// Exit with 0 even where it is not known whether something holds
    #[arg(long)]
    allow_unknown: bool,
    /// How long to take at most; what is not told by then is not known
    #[arg(long, value_name = "SECONDS", value_parser = timeout::seconds)]
    timeout: Option<u64>,
    /// Print the question in place of the answer: `smt2` (SMT-LIB 2, for another solver)
    #[arg(long, value_name = "FORM", hide_possible_values = true)]
    emit: Option<Emit>,
}

/// How answers are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// JSON, without the envelope of `--json`.
    Json,
}

/// A form of questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Emit {
    /// SMT-LIB 2.
    Smt2,
}

/// What `policy prove` found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProveData {
    /// The bundle, as it was named on the command line.
    bundle: String,
    /// The answers, in the order of the properties; none where only the question was asked for.
    proofs: Vec<Proof>,
    /// The questions, with `--emit`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    questions: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// When the bundle or the claim can't be read, or there is nothing to prove.
pub fn run(args: &ProveArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let subject = Subject::load(&args.bundle, terminal)?;
    let (bundle, claims) = match &args.claim {
        Some(text) => {
            let (bundle, claim) = claimed(&subject, text)?;
            (bundle, vec![claim])
        }
        None => (subject.bundle.clone(), properties(&subject, args.property.as_deref())?),
    };
    let mut data = ProveData { bundle: subject.path.clone(), proofs: Vec::new(), questions: Vec::new() };
    if let Some(Emit::Smt2) = args.emit {
        data.questions = claims.iter().map(|claim| reach_analysis::smt2(&bundle, claim)).collect();
        let text = data.questions.join("\n");
        return Answer::new(Exit::Done, &data, text);
    }
    let limits = timeout::limits(args.timeout);
    for (n, claim) in claims.iter().enumerate() {
        terminal.progress(|| format!("proving \"{}\" ({} of {})", claim.name, n + 1, claims.len()));
        let replay = subject.replay_with(&reach_analysis::watched(&bundle, claim))?;
        data.proofs.push(reach_analysis::prove(&bundle, claim, &replay, &limits));
    }
    let holds = |proof: &Proof| match proof.verdict {
        Verdict::Proved => true,
        Verdict::Violated => false,
        Verdict::Unknown => args.allow_unknown,
    };
    let exit = if data.proofs.iter().all(holds) { Exit::Done } else { Exit::Findings };
    let text = match args.format {
        Format::Text => text::text(&data.proofs, terminal.color()),
        Format::Json => serde_json::to_string_pretty(&data.proofs).map_err(|e| Failure::output(e.into()))? + "\n",
    };
    terminal.summary(&summary(&data.proofs));
    Answer::new(exit, &data, text)
}

/// Compiles a claim with the bundle.
fn claimed(subject: &Subject, text: &str) -> Result<(Bundle, Claim), Failure> {
    match reach_compiler::claim(subject.bundle.given(), text) {
        Ok(found) => Ok((found.bundle, found.claim)),
        Err((_, diagnostics)) => {
            let mut shown = subject.shown.clone();
            shown.add(reach_compiler::CLAIM, text);
            let message = Diagnostic::general(command::BAD_USAGE, "the claim cannot be understood, so nothing was proved")
                .help("write it like `never permit send_money when args.amount > 1000 and not approved`");
            Err(Failure::Bundle { message: Box::new(message), sources: Box::new(shown), diagnostics })
        }
    }
}

/// Returns the properties that are to be proved, at least one.
fn properties(subject: &Subject, name: Option<&str>) -> Result<Vec<Claim>, Failure> {
    let all = &subject.bundle.properties;
    let wanted: Vec<Claim> = all.iter().filter(|p| name.is_none_or(|name| p.name == name)).cloned().collect();
    if !wanted.is_empty() {
        return Ok(wanted);
    }
    let Some(name) = name else {
        return Err(Failure::new(command::NO_PROPERTIES, format!("`{}` holds no property", subject.path))
            .note("a run that proves nothing is not a success")
            .help("write a `property` block, or say what is to be proved: `never permit send_money when args.amount > 1000`"));
    };
    let failure = Failure::new(command::NO_PROPERTIES, format!("`{}` holds no property \"{name}\"", subject.path));
    let nearest = all.iter().map(|p| (strsim::damerau_levenshtein(&p.name, name), &p.name)).min_by_key(|(distance, _)| *distance);
    Err(match nearest {
        Some((distance, near)) if distance <= name.chars().count() / 3 => failure.help(format!("did you mean \"{near}\"?")),
        _ => failure.note(format!("it holds {}", count(all.len(), "other property"))),
    })
}

fn summary(proofs: &[Proof]) -> String {
    let number = |verdict: Verdict| proofs.iter().filter(|p| p.verdict == verdict).count();
    let parts = [(number(Verdict::Proved), "proved"), (number(Verdict::Violated), "violated"), (number(Verdict::Unknown), "unknown")];
    let parts: Vec<String> = parts.into_iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
    format!("{}: {}", count(proofs.len(), "claim"), parts.join(", "))
}
