//! `reach pack build`: makes the file of a pack.

use std::path::PathBuf;

use clap::Args;
use reach_build::{BuildError, Collected, Options, Wrong, collect};
use reach_codes::render::count;
use reach_codes::table::pack;
use reach_trust::UnverifiedPack;
use schemars::JsonSchema;
use serde::Serialize;

use super::{file, image, open};
use crate::answer::{Answer, Exit};
use crate::failure::Failure;
use crate::files;
use crate::terminal::Terminal;
use crate::trust::failed;

/// How many files are named where there are many.
const PRINTED: usize = 20;

/// The arguments of `pack build`.
#[derive(Args, Debug)]
pub struct BuildArgs {
    /// The folder of the pack, which holds `pack.reach`
    #[arg(default_value = ".")]
    path: PathBuf,
    /// The file to write; it is there whole or not at all. Without it, `NAME-VERSION.reachpack`
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write nothing: show what would be in the pack, and what is left out and why
    #[arg(long)]
    dry_run: bool,
    /// Add the compiled policies; those who install the pack compile them again and compare
    #[arg(long)]
    image: bool,
    /// A file that looks like a secret and is none; may be given several times
    #[arg(long, value_name = "PATH")]
    no_secret: Vec<String>,
}

/// A pack that was built.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PackBuildData {
    /// The name.
    name: String,
    /// The version.
    version: String,
    /// The digest of the pack: the SHA-256 of its canonical statement.
    digest: String,
    /// The file that was written; absent with `--dry-run`.
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<String>,
    /// The size of that file, in bytes.
    size_bytes: usize,
    /// The files in it, in the order of their paths' bytes.
    files: Vec<FileData>,
    /// What was left out, in the order of paths; of a folder only itself.
    left_out: Vec<LeftOutData>,
}

/// A file of a pack.
#[derive(Debug, Serialize, JsonSchema)]
struct FileData {
    /// Its path.
    path: String,
    /// How many bytes it has.
    size_bytes: usize,
}

/// Something that was left out.
#[derive(Debug, Serialize, JsonSchema)]
struct LeftOutData {
    /// Its path, with a `/` at its end if it is a folder.
    path: String,
    /// Why.
    why: String,
}

/// Runs the command.
///
/// # Errors
/// When there is no pack, a file can't be in it or should not, or the file can't be written.
pub fn run(args: &BuildArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let open::Fine { manifest, packs } = open::manifest_of(&args.path, terminal)?;
    let output = args.output.clone().unwrap_or_else(|| PathBuf::from(format!("{}-{}.reachpack", manifest.name, manifest.version)));
    if files::is_stdin(&output) {
        return Err(Failure::usage("a pack is written to a file, not to standard output"));
    }
    let options = Options { no_secrets: args.no_secret.iter().cloned().collect(), output: Some(output.clone()) };
    let Collected { files: mut found, left_out } = collect(&args.path, &options).map_err(refused)?;
    let image = if args.image { Some(image::add(&manifest, &mut found, &packs)?) } else { None };
    let shown = format!("`{}`", args.path.display());
    let built = UnverifiedPack::new(manifest, found, image).map_err(|error| failed::refusal(&shown, &error.into()))?;
    let bytes = file::bytes(&built, &shown)?;
    let statement = built.unverified_statement();
    let data = PackBuildData {
        name: statement.manifest.name.to_string(),
        version: statement.manifest.version.to_string(),
        digest: built.digest().to_string(),
        output: (!args.dry_run).then(|| output.display().to_string()),
        size_bytes: bytes.len(),
        files: built.unverified_files().iter().map(|(path, bytes)| FileData { path: path.to_string(), size_bytes: bytes.len() }).collect(),
        left_out: left_out.into_iter().map(|l| LeftOutData { path: l.path, why: l.why.to_string() }).collect(),
    };
    if args.dry_run {
        return Answer::new(Exit::Done, &data, listed(&data));
    }
    files::write_atomic(&output, &bytes)?;
    terminal.summary(&format!("built {} from {}; nobody has signed it", output.display(), count(data.files.len() as u64, "file")));
    let text = if terminal.quiet { String::new() } else { format!("{}\n", data.digest) };
    Answer::new(Exit::Done, &data, text)
}

fn listed(data: &PackBuildData) -> String {
    let mut out = format!("{} {}\n", data.name, data.version);
    for file in &data.files {
        out.push_str(&format!("{:>10}  {}\n", file.size_bytes, file.path));
    }
    for left in &data.left_out {
        out.push_str(&format!("{:>10}  {} ({})\n", "left out", left.path, left.why));
    }
    out.push_str(&format!("{} of {} bytes would be written, with the digest {}\n", count(data.files.len() as u64, "file"), data.size_bytes, data.digest));
    out
}

fn refused(error: BuildError) -> Failure {
    match error {
        BuildError::Unreadable { path, error } => Failure::unreadable(path.display(), &error),
        BuildError::Ignore { .. } | BuildError::IgnoreFile => Failure::new(pack::BAD_PACKIGNORE, error.to_string()),
        BuildError::TooManyEntries => Failure::new(pack::PACK_TOO_LARGE, error.to_string()).help("is it the right folder?"),
        BuildError::TooManyFiles | BuildError::TotalTooLarge => {
            Failure::new(pack::PACK_TOO_LARGE, error.to_string()).help("leave out what is no policy with a line in `.packignore`")
        }
        BuildError::Refused(problems) => {
            let secret = problems.iter().any(|p| matches!(p.wrong, Wrong::Secret(_)));
            let (code, help) = if secret {
                (pack::SECRET_IN_PACK, "move it away, name it in `.packignore`, or say with `--no-secret PATH` that it is none")
            } else {
                (pack::UNFIT_FOR_PACK, "rename it, or name it in `.packignore`")
            };
            let first = problems.first().map_or_else(String::new, ToString::to_string);
            let mut failure = Failure::new(code, first);
            for problem in problems.iter().skip(1).take(PRINTED) {
                failure = failure.note(problem.to_string());
            }
            if problems.len() > PRINTED + 1 {
                failure = failure.note(format!("and {} more", problems.len() - PRINTED - 1));
            }
            failure.note("nothing was written").help(help)
        }
    }
}
