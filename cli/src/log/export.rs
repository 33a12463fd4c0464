//! `reach log export`: writes a log in other forms.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use reach_codes::render::count;
use reach_codes::table::log;
use reach_log::leaf::Outcome;
use reach_log::merkle::Nodes as _;
use reach_log::tiles::{self, Tile, TileOf};
use reach_log::{Effect, Leaf};
use reach_store::{LogError, Reader, StoredEntry, StoredPayload};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::value::RawValue;

use super::{failed, notes};
use crate::answer::{Answer, Exit};
use crate::failure::Failure;
use crate::policy::Head;
use crate::terminal::Terminal;

/// The arguments of `log export`.
#[derive(Args, Debug)]
pub struct ExportArgs {
    /// The log
    log: PathBuf,
    /// `json`: entries with their payloads and salts; `flat`: one flat object a line, for tables and Parquet; `events`: the events
    /// alone, to decide them again; `tiles`: the files of C2SP tlog-tiles, for a web server
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Json, hide_possible_values = true)]
    format: Format,
    /// The file, or with `tiles` the folder; standard output where it is left out
    #[arg(long, short, value_name = "PATH")]
    output: Option<PathBuf>,
}

/// A form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Entries with payloads.
    Json,
    /// Flat lines.
    Flat,
    /// Events alone.
    Events,
    /// Tiles.
    Tiles,
}

/// What was written.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct ExportData {
    /// How many entries.
    entries: u64,
    /// How many lines or files.
    written: u64,
    /// How many events were left out, for they were erased.
    erased: u64,
}

/// An entry with its payloads.
#[derive(Serialize)]
struct Whole<'a> {
    entry: u64,
    leaf: &'a RawValue,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<Salted>,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<Salted>,
}

/// A payload: SHA-256 of the tag, the salt and the text is its address.
#[derive(Serialize)]
struct Salted {
    salt: String,
    text: String,
}

/// An entry in one flat object: every line has every field, and a field has one type.
#[derive(Serialize)]
struct Flat<'a> {
    entry: u64,
    kind: &'static str,
    session: &'a str,
    number: u64,
    outcome: &'static str,
    event_type: String,
    name: String,
    id: String,
    at: String,
    effect: &'static str,
    rules: String,
    code: &'a str,
    bundle: &'a str,
    before: String,
    after: String,
    hash: String,
    erased: bool,
}

/// Runs the command.
///
/// # Errors
/// When the log can't be read, or the output not be written.
pub fn run(args: &ExportArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let mut reader = failed::reader(&args.log)?;
    let size = reader.head().map_err(|error| failed::failure(&args.log, &error))?.size;
    let mut data = ExportData { entries: size, ..ExportData::default() };
    if args.format == Format::Tiles {
        let Some(folder) = &args.output else { return Err(Failure::usage("tiles are many files: `--output` must name a folder")) };
        write_tiles(args, folder, &mut reader, &mut data, terminal)?;
    } else if terminal.json && args.output.is_none() {
        return Err(Failure::usage("with `--json` the entries need a file: name it with `--output`"));
    } else {
        lines(args, &reader, size, &mut data, terminal)?;
    }
    let of = if args.format == Format::Tiles { "file" } else { "line" };
    let mut said = format!("{} written of {}", count(data.written, of), count(data.entries, "entry"));
    if data.erased > 0 {
        said.push_str(&format!("; {} erased and left out", data.erased));
    }
    terminal.summary(&said);
    Answer::new(Exit::Done, &data, "")
}

enum Stop {
    Log(LogError),
    Output(io::Error),
}

impl From<LogError> for Stop {
    fn from(e: LogError) -> Self {
        Self::Log(e)
    }
}

fn lines(args: &ExportArgs, reader: &Reader, size: u64, data: &mut ExportData, terminal: &mut Terminal) -> Result<(), Failure> {
    let unwritable =
        |e: io::Error| args.output.as_deref().map_or_else(|| Failure::Output(io::Error::new(e.kind(), e.to_string())), |path| Failure::unwritable(path, &e));
    // A file that is there is kept until the new one is whole.
    let part = args.output.as_ref().map(|path| path.with_extension(format!("part{}", std::process::id())));
    let target: Box<dyn Write> = match &part {
        Some(part) => Box::new(fs::File::create_new(part).map_err(unwritable)?),
        None => Box::new(io::stdout().lock()),
    };
    let mut out = BufWriter::with_capacity(64 << 10, target);
    let done = reader.entries(0, size, |entry| {
        let line = match args.format {
            Format::Json | Format::Tiles => whole(&entry),
            Format::Flat => flat(&entry),
            Format::Events => event(&entry, data),
        };
        let Some(line) = line else { return Ok(()) };
        data.written += 1;
        terminal.progress(|| format!("{} of {size} entries written", entry.sequence + 1));
        out.write_all(line.as_bytes()).and_then(|()| out.write_all(b"\n")).map_err(Stop::Output)
    });
    let done = done.and_then(|()| out.flush().map_err(Stop::Output));
    drop(out);
    let done = done.map_err(|stop| match stop {
        Stop::Log(error) => failed::failure(&args.log, &error),
        Stop::Output(e) => unwritable(e),
    });
    if let (Some(part), Some(path)) = (&part, &args.output) {
        let moved = done.and_then(|()| fs::rename(part, path).map_err(unwritable));
        if moved.is_err() {
            let _ = fs::remove_file(part);
        }
        return moved;
    }
    done
}

fn text(stored: &StoredPayload) -> String {
    String::from_utf8_lossy(&stored.bytes).into_owned()
}

fn whole(entry: &StoredEntry) -> Option<String> {
    let leaf = RawValue::from_string(String::from_utf8(entry.leaf.clone()).ok()?).ok()?;
    let salted = |stored: &Option<StoredPayload>| stored.as_ref().map(|p| Salted { salt: p.salt.iter().map(|b| format!("{b:02x}")).collect(), text: text(p) });
    let whole = Whole { entry: entry.sequence, leaf: &leaf, event: salted(&entry.event), answer: salted(&entry.answer) };
    serde_json::to_string(&whole).ok()
}

fn flat(entry: &StoredEntry) -> Option<String> {
    let hash = entry.hash.map(|hash| hash.to_string()).unwrap_or_default();
    let line = entry.event.as_ref().map(text);
    let head = line.as_deref().map(Head::of).unwrap_or_default();
    let word = |text: Option<std::borrow::Cow<'_, str>>| text.unwrap_or_default().into_owned();
    let empty = Flat {
        entry: entry.sequence,
        kind: "",
        session: "",
        number: 0,
        outcome: "",
        event_type: String::new(),
        name: String::new(),
        id: String::new(),
        at: String::new(),
        effect: "",
        rules: String::new(),
        code: "",
        bundle: "",
        before: String::new(),
        after: String::new(),
        hash,
        erased: false,
    };
    let flat = match Leaf::parse(&entry.leaf) {
        Ok(Leaf::Event(leaf)) => {
            let flat = Flat {
                kind: "event",
                session: &leaf.session,
                number: leaf.number,
                outcome: match leaf.outcome {
                    Outcome::Decided => "decided",
                    Outcome::Observed => "observed",
                    Outcome::Rejected => "rejected",
                    Outcome::LeftOut => "left_out",
                    Outcome::Activated => "activated",
                },
                event_type: word(head.kind),
                name: word(head.name),
                id: word(head.id.or(head.step)),
                at: word(head.at),
                effect: leaf.effect.map_or("", Effect::word),
                rules: leaf.rules.join(" "),
                code: leaf.code.as_deref().unwrap_or_default(),
                bundle: &leaf.bundle,
                before: leaf.before.to_string(),
                after: leaf.after.to_string(),
                erased: entry.event.is_none(),
                ..empty
            };
            serde_json::to_string(&flat)
        }
        Ok(Leaf::Erasure(_)) => serde_json::to_string(&Flat { kind: "erasure", ..empty }),
        Ok(Leaf::Recovery(_)) => serde_json::to_string(&Flat { kind: "recovery", ..empty }),
        Err(_) => serde_json::to_string(&Flat { kind: "damaged", ..empty }),
    };
    flat.ok()
}

fn event(entry: &StoredEntry, data: &mut ExportData) -> Option<String> {
    match (Leaf::parse(&entry.leaf), &entry.event) {
        // A line of a session whose name only the host gave has no `session` of its own, and is written as it came.
        (Ok(Leaf::Event(leaf)), Some(stored)) if leaf.outcome != Outcome::Activated => Some(text(stored)),
        (Ok(Leaf::Event(_)), None) => {
            data.erased += 1;
            None
        }
        _ => None,
    }
}

fn write_tiles(args: &ExportArgs, folder: &Path, reader: &mut Reader, data: &mut ExportData, terminal: &mut Terminal) -> Result<(), Failure> {
    let fail = |error: LogError| failed::failure(&args.log, &error);
    let Some((size, note)) = reader.checkpoints().map_err(fail)?.pop() else {
        return Err(Failure::new(log::NOTHING_SIGNED, "the log has no signed checkpoint, and tiles are served with one")
            .help(format!("`reach log checkpoint {} --key FILE` signs one", args.log.display())));
    };
    let parsed = notes::parse(note.as_bytes(), "the log's checkpoint")?;
    let checkpoint = notes::checkpoint(&parsed, &[], None, "the log's checkpoint")?.checkpoint;
    if reach_log::merkle::root(reader, size).map_err(fail)? != checkpoint.root || checkpoint.size != size {
        return Err(Failure::new(log::LOG_DAMAGED, "the log's hashes do not lead to the root of its checkpoint"));
    }
    for tile in Tile::all(size) {
        let path = folder.join(tile.to_string());
        // Full tiles never change: those that are there are left alone.
        let bytes = match tile.of {
            TileOf::Level(level) => tiles::hashes(&reader.nodes(level, tile.begin(), usize::from(tile.width)).map_err(fail)?),
            TileOf::Entries => {
                let mut entries = Vec::new();
                reader
                    .entries(tile.begin(), tile.begin() + u64::from(tile.width), |entry| {
                        entries.push(entry.leaf);
                        Ok::<_, LogError>(())
                    })
                    .map_err(fail)?;
                tiles::bundle(entries.iter().map(Vec::as_slice)).ok_or_else(|| fail(LogError::Damaged("an entry is too long".to_owned())))?
            }
        };
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|e| Failure::unwritable(parent, &e))?;
        }
        if fs::read(&path).ok().as_ref() != Some(&bytes) {
            crate::files::write_atomic(&path, &bytes)?;
        }
        data.written += 1;
        terminal.progress(|| format!("{} files written", data.written));
    }
    // What others look at first comes last, when all that it speaks of is there.
    crate::files::write_atomic(&folder.join("checkpoint"), note.as_bytes())?;
    data.written += 1;
    data.entries = size;
    Ok(())
}
