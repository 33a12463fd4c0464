//! What is wrong with a registry or an installation, as a failure of the command.

use std::path::Path;

use reach_codes::table::{limit, manifest, registry as codes};
use reach_packs::InstallError;
use reach_registry::disk::DiskError;
use reach_registry::{RegistryError, SnapshotError, Unresolved};
use reach_statement::{PackName, Right};
use reach_trust::{Malformed, Refusal};

use crate::failure::Failure;
use crate::trust::failed as trust;

/// Returns the failure to use a file of a registry or a project.
pub fn disk(error: &DiskError) -> Failure {
    match error {
        DiskError::Unreadable { path, error } => Failure::unreadable(path.display(), error),
        DiskError::Unwritable { path, error } => Failure::unwritable(path, error),
        DiskError::Link { .. } | DiskError::NotAFile { .. } => Failure::new(codes::UNSAFE_FILE, error.to_string()),
        DiskError::TooLarge { .. } => Failure::new(reach_codes::table::command::INPUT_TOO_LARGE, error.to_string()),
        DiskError::Locked { .. } => Failure::new(codes::REGISTRY_BUSY, error.to_string()).help("try again when it is done"),
    }
}

/// Returns the failure to use a registry.
pub fn registry(folder: &Path, error: &RegistryError) -> Failure {
    let shown = format!("the registry `{}`", folder.display());
    let of = |code| Failure::new(code, format!("{shown}: {error}"));
    match error {
        RegistryError::Disk(error) => disk(error),
        RegistryError::Missing { .. } => Failure::new(codes::NO_REGISTRY, error.to_string()).help("`reach pack registry init` begins one"),
        RegistryError::Exists { path } => {
            Failure::new(reach_codes::table::command::WOULD_OVERWRITE, format!("`{}` is not empty", path.display())).help("name another folder")
        }
        RegistryError::Description | RegistryError::NoSnapshot => of(codes::NO_REGISTRY),
        RegistryError::Snapshot(error) => snapshot(&shown, error),
        RegistryError::OtherOrigin { .. } => of(codes::REGISTRY_NAME_DIFFERS),
        RegistryError::Expired { .. } => of(codes::SNAPSHOT_EXPIRED)
            .note("newer versions, and that some were yanked, may be kept from you")
            .help("fetch the registry anew; `reach pack install --locked` needs no snapshot"),
        RegistryError::Rollback { .. } => of(codes::REGISTRY_ROLLED_BACK).help("fetch the registry anew from its source"),
        RegistryError::Fork { .. } | RegistryError::Equivocation { .. } | RegistryError::Rewritten { .. } | RegistryError::Withdrawn { .. } => {
            of(codes::REGISTRY_REWRITTEN).note("it says different things at different times").help("don't use it until whoever runs it has explained")
        }
        RegistryError::OtherListing | RegistryError::OtherCount { .. } | RegistryError::OtherHistory { .. } => {
            of(codes::REGISTRY_MIXED).help("fetch the registry anew")
        }
        RegistryError::Listing(_) | RegistryError::History { .. } => of(codes::INDEX_POISONED),
        RegistryError::BlobMissing(_) | RegistryError::OtherBlob(_) | RegistryError::BlobTooLarge { .. } => {
            of(codes::ARCHIVE_DAMAGED).help("fetch the registry anew")
        }
        RegistryError::Published { same, .. } => {
            let failure = Failure::new(codes::ALREADY_PUBLISHED, error.to_string());
            if *same { failure.note("it is this very pack") } else { failure.note("it is another pack than this one").help("raise the version") }
        }
        RegistryError::Older { .. } => Failure::new(codes::OLDER_THAN_PUBLISHED, error.to_string()).help("`--allow-older` publishes it all the same"),
        RegistryError::NotPublished { .. } => Failure::new(codes::NO_SUCH_RELEASE, error.to_string()),
        RegistryError::AlreadyYanked { .. } => Failure::new(codes::ALREADY_YANKED, error.to_string()),
        RegistryError::Line(_) => Failure::new(codes::UNWRITABLE_RELEASE, error.to_string()),
        RegistryError::Unsigned(_) | RegistryError::Archive | RegistryError::Unwritten => of(limit::COMPILER_DEFECT),
        RegistryError::MemoryDamaged { .. } => Failure::new(codes::MEMORY_DAMAGED, format!("what is remembered of registries can't be used: {error}"))
            .help("put back a copy of it; `reach explain memory-damaged` says what it means to take it away"),
    }
}

fn snapshot(shown: &str, error: &SnapshotError) -> Failure {
    match error {
        SnapshotError::Form | SnapshotError::Note(_) | SnapshotError::Refused(Refusal::Malformed(Malformed::Note(_)) | Refusal::BadSignature { .. }) => {
            Failure::new(codes::FORGED_SNAPSHOT, format!("the snapshot of {shown} was changed, or is none: {error}")).help("fetch the registry anew")
        }
        SnapshotError::Refused(Refusal::Untrusted { lack, subject, .. }) => {
            Failure::new(codes::REGISTRY_NOT_BELIEVED, format!("the snapshot of {shown} is not believed: {lack}"))
                .help(format!("take its key from whoever runs it, and trust it with `reach key trust KEY --for {subject}`"))
        }
        SnapshotError::Refused(refusal) => Failure::new(codes::REGISTRY_NOT_BELIEVED, format!("the snapshot of {shown} is not believed: {refusal}")),
    }
}

/// Returns the failure to install or use packs.
pub fn install(folder: &Path, error: &InstallError) -> Failure {
    let of = |code| Failure::new(code, error.to_string());
    match error {
        InstallError::Disk(error) => disk(error),
        InstallError::Registry(error) => registry(folder, error),
        InstallError::Lock(_) => of(codes::BAD_LOCK),
        InstallError::Manifest { .. } => of(codes::UNREADABLE_NEEDS),
        InstallError::Unresolved(Unresolved::Conflict { because }) => {
            because.iter().fold(of(codes::NO_VERSIONS_FIT), |failure, sentence| failure.note(sentence.clone()))
        }
        InstallError::Unresolved(Unresolved::TooHard { .. }) => of(codes::RESOLUTION_TOO_HARD),
        InstallError::OutOfDate { .. } => of(codes::LOCK_OUT_OF_DATE).help("run `reach pack install` without `--locked`, and commit the lock"),
        InstallError::Refused { name, version, refusal } => trust::refusal(&format!("`{name}` {version}"), refusal),
        InstallError::Archive { name, version, error } => trust::archive(&format!("`{name}` {version}"), error),
        InstallError::OtherThanIndexed { .. } | InstallError::OtherThanLocked { .. } => of(codes::OTHER_PACK).note("nothing was installed"),
        InstallError::OtherOrigin { .. } => of(codes::OTHER_REGISTRY).note("the same name can be somebody else's there"),
        InstallError::NotText { .. } | InstallError::NotValid { .. } => of(codes::PACK_HAS_MISTAKES).note("nothing was installed"),
        InstallError::OtherImage { .. } => of(reach_codes::table::pack::IMAGE_DIFFERS).note("nothing was installed"),
        InstallError::Consent(lacking) => consent(lacking),
        InstallError::NotInstalled { .. } => of(codes::PACK_NOT_INSTALLED).help("`reach pack install --locked` installs what the lock names"),
        InstallError::MadeForOther { name, .. } => of(manifest::INCOMPATIBLE_PACK)
            .note("with another version its rules may mean something else")
            .help(format!("`reach pack update {name}` takes a version of it that is made for this one")),
        InstallError::Changed { .. } => of(codes::INSTALLED_PACK_CHANGED).help("`reach pack install --locked` puts back what was signed"),
        InstallError::ChangedMeanwhile { .. } => of(codes::REGISTRY_BUSY).help("run the command again"),
    }
}

/// Returns the failure that rights were not given.
fn consent(lacking: &[(PackName, Vec<Right>)]) -> Failure {
    let rights: Vec<String> = lacking.iter().flat_map(|(_, rights)| rights).map(ToString::to_string).collect();
    let message = match lacking {
        [(name, _)] => format!("`{name}` asks for rights that were not given to it"),
        many => format!("{} packs ask for rights that were not given to them", many.len()),
    };
    let failure = lacking.iter().fold(Failure::new(codes::CONSENT_NEEDED, message), |failure, (name, rights)| {
        failure.note(format!("{name}: {}", rights.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")))
    });
    let some = rights.iter().take(3).map(|right| format!("--accept '{right}'")).collect::<Vec<_>>().join(" ");
    let more = if rights.len() > 3 { " …" } else { "" };
    failure.help(format!("give them with `{some}{more}`, or all with `--accept-all`"))
}
