//! `reach pack inspect`: shows what a pack says of itself.

use std::path::PathBuf;

use clap::Args;
use reach_codes::render::count;
use reach_statement::Manifest;
use reach_trust::{SignerId, Standing, Subject, Timestamp, TrustStore, UnverifiedPack};
use schemars::JsonSchema;
use serde::Serialize;

use super::{file, image};
use crate::answer::{Answer, Exit};
use crate::failure::Failure;
use crate::trust::{self, TrustArgs};

/// The arguments of `pack inspect`.
#[derive(Args, Debug)]
pub struct InspectArgs {
    /// The file of the pack; `-` is standard input
    file: PathBuf,
    #[command(flatten)]
    trust: TrustArgs,
}

/// What a pack says of itself. Nobody has verified it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PackInspectData {
    /// The digest of the pack: the SHA-256 of its canonical statement.
    digest: String,
    /// The manifest.
    manifest: Manifest,
    /// The rights that it asks for.
    rights: Vec<String>,
    /// The files that its statement lists.
    files: Vec<InspectedFile>,
    /// The image that it brings: its path, and the version of Reach that is said to have built it.
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<reach_statement::ImageEntry>,
    /// Why this version of Reach can't read that image; absent where it can, or there is none. It is not run either way.
    #[serde(skip_serializing_if = "Option::is_none")]
    image_unreadable: Option<String>,
    /// Where its files are not those that its statement lists, the first that is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    tampered: Option<String>,
    /// Who is said to have signed it.
    signatures: Vec<SignatureData>,
}

/// A file that a statement lists.
#[derive(Debug, Serialize, JsonSchema)]
struct InspectedFile {
    /// Its path.
    path: String,
    /// How many bytes it has.
    size_bytes: u32,
    /// SHA-256 of its bytes.
    sha256: String,
}

/// A signature.
#[derive(Debug, Serialize, JsonSchema)]
struct SignatureData {
    /// The name and id of the key that is said to have made it.
    signer: String,
    /// `trusted`, `expired`, `revoked`, `other_names`, or `unknown`.
    key: &'static str,
    /// Whether it is of this key and this statement; absent where the key is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    good: Option<bool>,
}

/// Runs the command.
///
/// # Errors
/// When the file can't be read or is no pack, or the trust store can't be read.
pub fn run(args: &InspectArgs) -> Result<Answer, Failure> {
    let store = args.trust.load()?;
    let pack = file::unverified(&args.file)?;
    let data = inspected(&pack, &store, trust::now()?);
    let text = text(&data);
    Answer::new(Exit::Done, &data, text)
}

fn inspected(pack: &UnverifiedPack, store: &TrustStore, now: Timestamp) -> PackInspectData {
    let statement = pack.unverified_statement();
    let subject = Subject::Pack(statement.manifest.name.clone());
    let signature = |signer: &SignerId| {
        let known = store.key(signer);
        let key = known.map_or("unknown", |known| match store.standing(known, &subject, now) {
            Standing::Trusted(_) => "trusted",
            Standing::Expired(_) => "expired",
            Standing::Revoked(_) => "revoked",
            Standing::OtherNames => "other_names",
        });
        let good = known.and_then(|known| pack.envelope().verify(&known.key)).map(|found| found.is_ok());
        SignatureData { signer: signer.to_string(), key, good }
    };
    PackInspectData {
        digest: pack.digest().to_string(),
        rights: statement.manifest.rights().iter().map(ToString::to_string).collect(),
        manifest: statement.manifest.clone(),
        files: statement
            .files
            .iter()
            .map(|file| InspectedFile { path: file.path.to_string(), size_bytes: file.size_bytes, sha256: file.sha256.to_string() })
            .collect(),
        image: statement.image.clone(),
        image_unreadable: statement.image.as_ref().and_then(|entry| image::unreadable(entry, pack.unverified_files())),
        tampered: pack.check_files().err().map(|error| error.to_string()),
        signatures: pack.envelope().signatures().map(|(signer, _)| signature(signer)).collect(),
    }
}

/// Shows a text that somebody else has written: what can't be seen is shown as what it is.
fn seen(text: &str) -> String {
    text.escape_debug().to_string().replace("\\\"", "\"").replace("\\'", "'")
}

fn text(data: &PackInspectData) -> String {
    let manifest = &data.manifest;
    let mut out = format!("{} {}, {}\n", manifest.name, manifest.version, seen(&manifest.license));
    out.push_str(&format!("  {}\n  {}\n", seen(&manifest.description), data.digest));
    out.push_str(&format!("for Reach {}\n", manifest.reach));
    for (name, requirement) in &manifest.needs {
        out.push_str(&format!("needs {name} {requirement}\n"));
    }
    for right in &data.rights {
        out.push_str(&format!("asks for {}\n", seen(right)));
    }
    if let Some(image) = &data.image {
        out.push_str(&format!("brings its policies compiled in {}, by Reach {}\n", image.path, seen(&image.built_by)));
    }
    if let Some(why) = &data.image_unreadable {
        out.push_str(&format!("  it can't be read here, and is not used: {}\n", seen(why)));
    }
    out.push_str(&format!("{}:\n", count(data.files.len() as u64, "file")));
    for file in &data.files {
        out.push_str(&format!("{:>10}  {}\n", file.size_bytes, file.path));
    }
    if let Some(tampered) = &data.tampered {
        out.push_str(&format!("TAMPERED: {tampered}\n"));
    }
    if data.signatures.is_empty() {
        out.push_str("nobody has signed it\n");
    }
    for SignatureData { signer, key, good } in &data.signatures {
        let key = match *key {
            "unknown" => "which is not known here; the signature was not checked",
            "trusted" => "which is trusted",
            "expired" => "which was trusted, and is no more",
            "revoked" => "which was REVOKED",
            _ => "which is trusted for other names",
        };
        let bad = if *good == Some(false) { "; the signature is BAD" } else { "" };
        out.push_str(&format!("signed by {signer}, {key}{bad}\n"));
    }
    out.push_str("nobody has verified this: `reach pack verify` does\n");
    out
}
