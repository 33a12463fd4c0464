//! From an archive to a pack that is believed.

use reach_archive::Archive;
use reach_keys::VerifierKey;
use reach_statement::{Digest, FileEntry, ImageEntry, Manifest, PackPath, Statement};

use crate::envelope::{Envelope, EnvelopeError, PayloadType};
use crate::pattern::Subject;
use crate::refusal::{Malformed, Refusal, Tampered};
use crate::signer::SignerId;
use crate::store::TrustStore;
use crate::time::Timestamp;

/// A trusted key that has signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// The key.
    pub key: VerifierKey,
    /// Until when it is trusted.
    pub until: Option<Timestamp>,
}

/// A pack that was read and that nobody has verified: what it says of itself may be anybody's word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnverifiedPack {
    envelope: Envelope,
    statement: Statement,
    digest: Digest,
    files: Vec<(PackPath, Vec<u8>)>,
}

/// A pack that enough trusted keys have signed, and whose files are those that they have signed. It is only had by verifying.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedPack {
    pack: UnverifiedPack,
    signers: Vec<Signer>,
    until: Option<Timestamp>,
}

/// Verifies a pack, without a network and before anything is written.
///
/// # Errors
/// With the first of [`Refusal`]'s answers that holds.
pub fn verify(archive: Archive, trust: &TrustStore, now: Timestamp) -> Result<VerifiedPack, Refusal> {
    let Archive { envelope, files } = archive;
    let envelope = Envelope::parse(&envelope, PayloadType::Pack).map_err(Malformed::from)?;
    // Before anything is read of what they sign.
    let signers = check_signatures(&envelope, trust)?;
    UnverifiedPack::of(envelope, files)?.judge(&signers, trust, now)
}

/// Returns who is said to have signed an envelope, where each signature under the name and ID of a known key is good.
fn check_signatures(envelope: &Envelope, trust: &TrustStore) -> Result<Vec<SignerId>, Refusal> {
    if envelope.signatures().len() == 0 {
        return Err(Refusal::Unsigned);
    }
    let signed = envelope.signed();
    for (signer, signature) in envelope.signatures() {
        if let Some(known) = trust.key(signer) {
            known.key.verify(&signed, signature).map_err(|_| Refusal::BadSignature { signer: signer.clone() })?;
        }
    }
    Ok(envelope.signatures().map(|(signer, _)| signer.clone()).collect())
}

impl UnverifiedPack {
    /// Reads what a pack says of itself.
    ///
    /// # Errors
    /// When the envelope or the statement is none.
    pub fn read(archive: Archive) -> Result<Self, Malformed> {
        let Archive { envelope, files } = archive;
        Self::of(Envelope::parse(&envelope, PayloadType::Pack)?, files)
    }

    fn of(envelope: Envelope, files: Vec<(PackPath, Vec<u8>)>) -> Result<Self, Malformed> {
        let statement = Statement::parse(envelope.unverified_payload())?;
        let digest = Digest::of(envelope.unverified_payload());
        Ok(Self { envelope, statement, digest, files })
    }

    /// Makes a pack of a manifest and files, which nobody has signed.
    ///
    /// # Errors
    /// When there could be no statement of them.
    pub fn new(manifest: Manifest, mut files: Vec<(PackPath, Vec<u8>)>, image: Option<ImageEntry>) -> Result<Self, Malformed> {
        files.sort_by(|a, b| a.0.cmp(&b.0));
        let entry = |(path, bytes): &(PackPath, Vec<u8>)| {
            let size_bytes = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
            FileEntry { path: path.clone(), sha256: Digest::of(bytes), size_bytes }
        };
        let statement = Statement::new(manifest, files.iter().map(entry).collect(), image)?;
        let payload = statement.to_bytes()?;
        let digest = Digest::of(&payload);
        Ok(Self { envelope: Envelope::new(PayloadType::Pack, payload)?, statement, digest, files })
    }

    /// Verifies it.
    ///
    /// # Errors
    /// With the first of [`Refusal`]'s answers that holds.
    pub fn verify(self, trust: &TrustStore, now: Timestamp) -> Result<VerifiedPack, Refusal> {
        let signers = check_signatures(&self.envelope, trust)?;
        self.judge(&signers, trust, now)
    }

    /// Looks at the files, and at who has signed: their signatures are good.
    fn judge(self, signers: &[SignerId], trust: &TrustStore, now: Timestamp) -> Result<VerifiedPack, Refusal> {
        self.check_files()?;
        let subject = Subject::Pack(self.statement.manifest.name.clone());
        let judged = trust.judge(signers, &subject, now)?;
        Ok(VerifiedPack { pack: self, signers: judged.signers, until: judged.until })
    }

    /// Compares the files with those that the statement lists.
    ///
    /// # Errors
    /// With the first, in the order of paths, that is another one.
    pub fn check_files(&self) -> Result<(), Tampered> {
        let mut files = self.files.iter().peekable();
        for listed in &self.statement.files {
            match files.peek() {
                Some((path, _)) if *path < listed.path => return Err(Tampered::Extra(path.clone())),
                Some((path, bytes)) if *path == listed.path => {
                    if bytes.len() as u64 != u64::from(listed.size_bytes) || Digest::of(bytes) != listed.sha256 {
                        return Err(Tampered::Changed(path.clone()));
                    }
                    files.next();
                }
                _ => return Err(Tampered::Missing(listed.path.clone())),
            }
        }
        files.next().map_or(Ok(()), |(path, _)| Err(Tampered::Extra(path.clone())))
    }

    /// Adds the signature of a key.
    ///
    /// # Errors
    /// When the files are not those of the statement, or there get to be too many signatures. The pack is then as it was.
    pub fn sign(&mut self, key: &reach_keys::SigningKey) -> Result<(), Refusal> {
        self.check_files()?;
        self.envelope.sign(key).map_err(|error| Refusal::Malformed(error.into()))
    }

    /// Returns what it says of itself.
    #[must_use]
    pub const fn unverified_statement(&self) -> &Statement {
        &self.statement
    }

    /// Returns its digest: the SHA-256 of its canonical statement.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// Returns its envelope.
    #[must_use]
    pub const fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    /// Returns its files, which need not be those of its statement.
    #[must_use]
    pub fn unverified_files(&self) -> &[(PackPath, Vec<u8>)] {
        &self.files
    }

    /// Returns it as an archive.
    ///
    /// # Errors
    /// When the envelope can't be written, which none gives cause for.
    pub fn to_archive(&self) -> Result<Archive, EnvelopeError> {
        Ok(Archive { envelope: self.envelope.to_bytes()?, files: self.files.clone() })
    }
}

impl VerifiedPack {
    /// Returns its statement.
    #[must_use]
    pub const fn statement(&self) -> &Statement {
        &self.pack.statement
    }

    /// Returns its digest: the SHA-256 of its canonical statement.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.pack.digest
    }

    /// Returns its files, in the order of their paths' bytes.
    #[must_use]
    pub fn files(&self) -> &[(PackPath, Vec<u8>)] {
        &self.pack.files
    }

    /// Returns its envelope, also with signatures that nobody here knows.
    #[must_use]
    pub const fn envelope(&self) -> &Envelope {
        &self.pack.envelope
    }

    /// Returns the trusted keys that have signed it.
    #[must_use]
    pub fn signers(&self) -> &[Signer] {
        &self.signers
    }

    /// Returns when too few of its signers will be trusted; nothing where that is never.
    #[must_use]
    pub const fn until(&self) -> Option<Timestamp> {
        self.until
    }

    /// Returns it as an archive.
    ///
    /// # Errors
    /// When the envelope can't be written, which none gives cause for.
    pub fn to_archive(&self) -> Result<Archive, EnvelopeError> {
        self.pack.to_archive()
    }
}

/// The name and the ID of who has signed.
impl From<&Signer> for SignerId {
    fn from(signer: &Signer) -> Self {
        Self::of(&signer.key)
    }
}
