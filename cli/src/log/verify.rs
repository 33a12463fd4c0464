//! `reach log verify`: checks a log, or a receipt.

use std::path::{Path, PathBuf};

use clap::Args;
use reach_codes::render::count;
use reach_codes::table::{command, log};
use reach_keys::VerifierKey;
use reach_log::merkle::{leaf_hash, verify_inclusion};
use reach_log::receipt::MAX_RECEIPT_BYTES;
use reach_log::{Checkpoint, Receipt};
use reach_store::LogError;
use schemars::JsonSchema;
use serde::Serialize;

use super::{failed, notes};
use crate::answer::{Answer, Exit};
use crate::failure::Failure;
use crate::files;
use crate::terminal::Terminal;

/// How many findings are printed to people.
const PRINTED: usize = 20;

/// The arguments of `log verify`.
#[derive(Args, Debug)]
pub struct VerifyArgs {
    /// The log, or a receipt that `log prove` wrote
    path: PathBuf,
    /// A key that must have signed checkpoints: the line that `key public` prints, or a file of such lines; may be given several times
    #[arg(long, value_name = "KEY|FILE")]
    key: Vec<String>,
    /// A checkpoint that was kept elsewhere: the log must go on from it. May be given several times
    #[arg(long, value_name = "FILE")]
    checkpoint: Vec<PathBuf>,
    /// Look only at the entries after the newest checkpoint of `--checkpoint`; what it covers is compared by its root alone
    #[arg(long, requires = "checkpoint")]
    since: bool,
}

/// What came of it.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct VerifyData {
    /// `log` or `receipt`.
    of: &'static str,
    /// Which log it is.
    origin: String,
    /// How many entries it has.
    entries: u64,
    /// The root of their tree, in base64.
    root: String,
    /// How many entries were looked at.
    checked: u64,
    /// How many sessions they are of.
    sessions: u64,
    /// How many decisions were `permit`.
    permit: u64,
    /// How many were `ask`.
    ask: u64,
    /// How many were `forbid`.
    forbid: u64,
    /// How many payloads were erased.
    erased: u64,
    /// The checkpoints that were compared.
    checkpoints: Vec<CheckedData>,
    /// How many entries, from the first on, are covered by the newest checkpoint that a given key has signed, or that was kept elsewhere.
    covered: u64,
    /// What is wrong, in the order of entries.
    findings: Vec<FindingData>,
}

/// A checkpoint that was compared.
#[derive(Debug, Serialize, JsonSchema)]
struct CheckedData {
    /// How many entries the log had.
    size: u64,
    /// Whether it was kept elsewhere.
    kept: bool,
    /// The names of the given keys that have signed it.
    signers: Vec<String>,
}

/// Something that is wrong.
#[derive(Debug, Serialize, JsonSchema)]
struct FindingData {
    /// The number of the entry in the log.
    entry: u64,
    /// What is wrong with it.
    message: String,
}

/// Runs the command.
///
/// # Errors
/// When the log or the receipt can't be read.
pub fn run(args: &VerifyArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let keys = notes::keys(&args.key)?;
    if !files::is_stdin(&args.path) && !is_receipt(&args.path)? {
        return whole(args, &keys, terminal);
    }
    if !args.checkpoint.is_empty() {
        return Err(Failure::usage("`--checkpoint` goes with a log; a receipt has its own"));
    }
    receipt(&args.path, &keys)
}

fn is_receipt(path: &Path) -> Result<bool, Failure> {
    use std::io::Read as _;
    let mut head = Vec::new();
    let file = std::fs::File::open(path).map_err(|e| Failure::unreadable(path.display(), &e))?;
    file.take(16).read_to_end(&mut head).map_err(|e| Failure::unreadable(path.display(), &e))?;
    Ok(head.starts_with(b"c2sp.org/"))
}

/// A checkpoint that is compared with the log.
struct Compared {
    checkpoint: Checkpoint,
    data: CheckedData,
}

fn compared(note: &reach_keys::Note, keys: &[VerifierKey], origin: &str, kept: bool, place: &str) -> Result<Compared, Failure> {
    let notes::Believed { checkpoint, signers } = notes::checkpoint(note, keys, Some(origin), place)?;
    let data = CheckedData { size: checkpoint.size, kept, signers };
    Ok(Compared { checkpoint, data })
}

fn whole(args: &VerifyArgs, keys: &[VerifierKey], terminal: &mut Terminal) -> Result<Answer, Failure> {
    let mut reader = failed::reader(&args.path)?;
    let fail = |error: LogError| failed::failure(&args.path, &error);
    let origin = reader.origin().map_err(fail)?;
    let mut all = Vec::new();
    for path in &args.checkpoint {
        let note = notes::read(path)?;
        all.push(compared(&note, keys, &origin, true, &files::named(path))?);
    }
    let since = if args.since { all.iter().map(|c| c.checkpoint.size).max().unwrap_or(0) } else { 0 };
    for (size, text) in reader.checkpoints().map_err(fail)? {
        let place = format!("the log's checkpoint of {size} entries");
        let note = notes::parse(text.as_bytes(), &place)?;
        // The log's own may be signed by keys that nobody has given; then they say only what they are compared with.
        let known = keys.iter().filter(|key| note.signatures().iter().any(|s| s.name() == key.name() && s.id() == key.id())).cloned().collect::<Vec<_>>();
        all.push(compared(&note, &known, &origin, false, &place)?);
    }
    let head = reader.head().map_err(fail)?;
    if since > head.size {
        return Err(Failure::new(log::LOG_DAMAGED, format!("the log has {} entries, and the checkpoint was made when it had {since}", head.size)));
    }
    let roots = all.iter().map(|c| (c.checkpoint.size, c.checkpoint.root)).collect::<Vec<_>>();
    let total = head.size - since;
    let (summary, found) = reader.audit(since, &roots, |n| terminal.progress(|| format!("{n} of {total} entries checked"))).map_err(fail)?;
    let covered = all.iter().filter(|c| c.data.kept || !c.data.signers.is_empty()).map(|c| c.checkpoint.size).max().unwrap_or(0);
    let findings = found.iter().map(|f| FindingData { entry: f.entry, message: f.problem.to_string() }).collect::<Vec<_>>();
    let data = VerifyData {
        of: "log",
        origin,
        entries: summary.entries,
        root: summary.root.base64(),
        checked: total,
        sessions: summary.sessions,
        permit: summary.permit,
        ask: summary.ask,
        forbid: summary.forbid,
        erased: summary.erased,
        checkpoints: all.into_iter().map(|c| c.data).collect(),
        covered,
        findings,
    };
    let exit = if data.findings.is_empty() { Exit::Done } else { Exit::Findings };
    let text = text(&data, terminal);
    Answer::new(exit, &data, text)
}

fn text(data: &VerifyData, terminal: &Terminal) -> String {
    let mut out = String::new();
    for finding in data.findings.iter().take(PRINTED) {
        out.push_str(&format!("entry {}: {}\n", finding.entry, finding.message));
    }
    if data.findings.len() > PRINTED {
        out.push_str(&format!("… and {} more\n", data.findings.len() - PRINTED));
    }
    let verdict = if data.findings.is_empty() { "ok".to_owned() } else { count(data.findings.len() as u64, "finding") };
    out.push_str(&terminal.timed(&format!(
        "{verdict}: {} of `{}` checked, {}; {} permit, {} ask, {} forbid; {} erased",
        count(data.checked, "entry"),
        data.origin,
        count(data.sessions, "session"),
        data.permit,
        data.ask,
        data.forbid,
        count(data.erased, "payload")
    )));
    out.push_str(&format!("root of {}: {}\n", count(data.entries, "entry"), data.root));
    for checkpoint in &data.checkpoints {
        let signers = if checkpoint.signers.is_empty() { "no given key".to_owned() } else { checkpoint.signers.join(", ") };
        let place = if checkpoint.kept { "kept elsewhere" } else { "in the log" };
        out.push_str(&format!("checkpoint of {}, {place}, signed by {signers}\n", count(checkpoint.size, "entry")));
    }
    if data.covered < data.entries {
        let after = if data.covered == 0 { "no entry is".to_owned() } else { format!("only the first {} are", count(data.covered, "entry")) };
        out.push_str(&format!(
            "{after} covered by a checkpoint that a given key has signed, or that was kept elsewhere: whoever can write the file could have written the rest anew\n"
        ));
    }
    out
}

fn receipt(path: &Path, keys: &[VerifierKey]) -> Result<Answer, Failure> {
    let bytes = files::read_whole(path, MAX_RECEIPT_BYTES as u64, "a receipt")?;
    let place = files::named(path);
    let bad = |why: String| Failure::new(log::NOT_A_CHECKPOINT, format!("{place} is no receipt: {why}"));
    let text = String::from_utf8(bytes).map_err(|_| bad("it is not UTF-8".to_owned()))?;
    let receipt = Receipt::parse(&text).map_err(|e| bad(e.to_string()))?;
    if keys.is_empty() {
        return Err(Failure::new(command::BAD_USAGE, "a receipt is worth what its signature is: `--key` must name the log's key")
            .help("`reach key public FILE` prints the line"));
    }
    let note = notes::parse(receipt.checkpoint.as_bytes(), &format!("the checkpoint of {place}"))?;
    let compared = compared(&note, keys, &Checkpoint::parse(note.unverified_text()).map_err(|e| bad(e.to_string()))?.origin, false, &place)?;
    let leaf = receipt.extra.as_ref().ok_or_else(|| bad("it does not carry its entry".to_owned()))?;
    let checkpoint = compared.checkpoint;
    let shown = verify_inclusion(leaf_hash(leaf), receipt.index, checkpoint.size, &receipt.proof, checkpoint.root);
    let entry = String::from_utf8_lossy(leaf).into_owned();
    let findings = shown.err().map(|e| FindingData { entry: receipt.index, message: e.to_string() }).into_iter().collect::<Vec<_>>();
    let (exit, text) = match findings.first() {
        None => (
            Exit::Done,
            format!(
                "ok: entry {} of the {} of `{}`, signed by {}\n{entry}\n",
                receipt.index,
                count(checkpoint.size, "entry"),
                checkpoint.origin,
                compared.data.signers.join(", ")
            ),
        ),
        Some(finding) => (Exit::Findings, format!("the receipt does not show entry {}: {}\n", receipt.index, finding.message)),
    };
    let data = VerifyData {
        of: "receipt",
        origin: checkpoint.origin,
        entries: checkpoint.size,
        root: checkpoint.root.base64(),
        checked: 1,
        covered: checkpoint.size,
        checkpoints: vec![compared.data],
        findings,
        ..VerifyData::default()
    };
    Answer::new(exit, &data, text)
}
