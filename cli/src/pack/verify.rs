//! `reach pack verify`: holds a pack against the trust store.

use std::path::{Path, PathBuf};

use clap::Args;
use reach_archive::{Archive, MAX_ARCHIVE_BYTES};
use reach_codes::Sources;
use reach_codes::render::count;
use reach_codes::table::pack;
use reach_packs::{Compared, compare};
use reach_trust::{Refusal, SignerId, VerifiedPack, verify};
use schemars::JsonSchema;
use serde::Serialize;

use super::image;
use crate::answer::{Answer, ENGINE_VERSION, EnvelopeError, Exit};
use crate::bundle::packs;
use crate::failure::Failure;
use crate::files;
use crate::terminal::Terminal;
use crate::trust::{self, TrustArgs, failed};

/// The arguments of `pack verify`.
#[derive(Args, Debug)]
pub struct VerifyArgs {
    /// The file of the pack; `-` is standard input
    file: PathBuf,
    #[command(flatten)]
    trust: TrustArgs,
    /// The folder of the project whose packs are those that this one uses, if it brings an image that is compared
    #[arg(long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
    /// Say what the answer is at another time: a date, or `2027-01-31T12:00:00Z`
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
}

/// What came of it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PackVerifyData {
    /// `fine`, `malformed`, `unsigned`, `bad`, `tampered`, `revoked`, `expired`, `untrusted` or `image_differs`.
    answer: &'static str,
    /// The name of the pack; absent where it isn't fine.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    /// The digest of the pack: the SHA-256 of its canonical statement.
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<String>,
    /// The trusted keys that have signed it, by name and id.
    signers: Vec<String>,
    /// When too few of them will be trusted; absent where that is never.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    /// `same` where the image that it brings is what its policies are compiled to, `ignored` where that can't be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'static str>,
    /// Why it isn't fine.
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<EnvelopeError>,
}

/// Runs the command.
///
/// # Errors
/// When the pack or the trust store can't be read.
pub fn run(args: &VerifyArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let store = args.trust.load()?;
    let now = trust::at(args.at.as_deref())?;
    let bytes = files::read_whole(&args.file, MAX_ARCHIVE_BYTES as u64, "a pack")?;
    let what = files::named(&args.file);
    let verified = match Archive::read(&bytes).map_err(Refusal::from).and_then(|archive| verify(archive, &store, now)) {
        Ok(verified) => verified,
        Err(refusal) => return refused(answer_of(&refusal), &failed::refusal(&what, &refusal), terminal),
    };
    let image = match image_of(&verified, &args.project)? {
        Image::None => None,
        Image::Same => Some("same"),
        Image::Ignored(why) => {
            terminal.note(&format!("the image in {what} is not used: {why}"));
            Some("ignored")
        }
        Image::Differs => {
            let failure = Failure::new(pack::IMAGE_DIFFERS, format!("the image in {what} is not what its policies are compiled to"));
            let failure = failure.note("what would run is not what can be read").help("ask whoever has signed it to build it again");
            return refused("image_differs", &failure, terminal);
        }
    };
    let data = fine(&verified, image);
    let until = data.until.as_ref().map_or_else(String::new, |until| format!(", until {until}"));
    let (name, version) = (data.name.as_deref().unwrap_or_default(), data.version.as_deref().unwrap_or_default());
    let text = format!(
        "fine: {name} {version}, {}, signed by {}{until}\n{}\n",
        count(verified.files().len() as u64, "file"),
        data.signers.join(", "),
        verified.digest()
    );
    Answer::new(Exit::Done, &data, text)
}

/// What is known of the image that a pack brings.
enum Image {
    /// There is none.
    None,
    /// It is what its policies compile to.
    Same,
    /// It can't be compared, and is not used.
    Ignored(String),
    /// It is something else.
    Differs,
}

/// Compares the image that a pack brings with what its policies compile to, with the packs that it uses: those of a project.
fn image_of(verified: &VerifiedPack, project: &Path) -> Result<Image, Failure> {
    let Some(image) = &verified.statement().image else { return Ok(Image::None) };
    if image.built_by != ENGINE_VERSION {
        let why = format!("it was compiled by another version of Reach (`{}`)", image.built_by.escape_debug());
        let unreadable = image::unreadable(image, verified.files());
        return Ok(Image::Ignored(unreadable.map_or(why.clone(), |unreadable| format!("{why}, and can't be read here: {unreadable}"))));
    }
    let files = || verified.files().iter().map(|(path, bytes)| (path, bytes.as_slice()));
    let mut sources = Sources::new();
    for (path, bytes) in files().filter(|(path, _)| path.as_str().ends_with(".reach")) {
        if let Ok(text) = reach_grammar::decode(bytes) {
            sources.add(path.as_str(), text);
        }
    }
    let packs = packs::gather(project, &sources)?.at_hand();
    let compiled = match reach_packs::image_of(files(), &packs) {
        Ok(compiled) => compiled,
        Err(why) => return Ok(Image::Ignored(format!("its policies cannot be compiled here: {why}"))),
    };
    Ok(match compare(verified, ENGINE_VERSION, &compiled) {
        Compared::None => Image::None,
        Compared::Same => Image::Same,
        Compared::OtherVersion => Image::Ignored("it was compiled by another version of Reach".to_owned()),
        Compared::OtherPacks => Image::Ignored("it was compiled with other packs than those that are at hand".to_owned()),
        Compared::Differs => Image::Differs,
    })
}

fn fine(verified: &VerifiedPack, image: Option<&'static str>) -> PackVerifyData {
    let manifest = &verified.statement().manifest;
    PackVerifyData {
        answer: "fine",
        name: Some(manifest.name.to_string()),
        version: Some(manifest.version.to_string()),
        digest: Some(verified.digest().to_string()),
        signers: verified.signers().iter().map(|signer| SignerId::from(signer).to_string()).collect(),
        until: verified.until().map(|until| until.to_string()),
        image,
        refusal: None,
    }
}

fn refused(answer: &'static str, failure: &Failure, terminal: &Terminal) -> Result<Answer, Failure> {
    let data =
        PackVerifyData { answer, name: None, version: None, digest: None, signers: Vec::new(), until: None, image: None, refusal: Some(failure.envelope()) };
    Answer::new(Exit::Findings, &data, failure.text(terminal.color()))
}

fn answer_of(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Malformed(_) => "malformed",
        Refusal::Unsigned => "unsigned",
        Refusal::BadSignature { .. } => "bad",
        Refusal::Tampered(_) => "tampered",
        Refusal::Revoked { .. } => "revoked",
        Refusal::Expired { .. } => "expired",
        Refusal::Untrusted { .. } => "untrusted",
    }
}
