//! Changing the packs of a project, all at once.
//!
//! Packs are written beside their places, brought onto the disk, and moved there; then the lock is written, which alone says what counts. A process that
//! is killed on the way leaves the old lock with all that it names, or the new one with all that it names, and perhaps folders that neither names, which
//! the next one takes away.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use reach_archive::ENVELOPE_PATH;
use reach_registry::disk::{self, DiskError};
use reach_trust::VerifiedPack;

use crate::consent::Acceptance;
use crate::error::InstallError;
use crate::fetch::Store;
use crate::installed;
use crate::lock::Lock;
use crate::plan::{Change, Plan};
use crate::project::Project;

/// How many files are brought onto the disk at the same time: the disk does many in the time of a few.
const SYNCS: usize = 16;

/// Who changes the packs of a project; nobody else does meanwhile.
#[derive(Debug)]
pub struct Writing {
    project: Project,
    _lock: disk::Lock,
}

impl Writing {
    /// Begins to change a project.
    ///
    /// # Errors
    /// When its folder can't be written, something in it is a link, or somebody else changes it for longer than the patience lasts.
    pub fn begin(project: &Project, patience: Duration) -> Result<Self, InstallError> {
        let packs = project.packs_folder()?;
        disk::make_folder(&packs)?;
        let lock = disk::Lock::take(&project.root().join(".reach").join("lock"), patience)?;
        disk::sweep(&packs, &[]);
        disk::sweep(project.root(), &[crate::LOCK_FILE]);
        Ok(Self { project: project.clone(), _lock: lock })
    }

    /// Returns the project.
    #[must_use]
    pub const fn project(&self) -> &Project {
        &self.project
    }
}

impl Plan {
    /// Changes the project as planned, and returns what has changed.
    ///
    /// # Errors
    /// When packs ask for rights that are not given, the lock was changed since the plan was made, or something can't be written. The project is then as
    /// it was, to all who read it.
    pub fn apply(self, writing: &Writing, acceptance: &Acceptance, store: Store<'_>) -> Result<Vec<Change>, InstallError> {
        let lock = self.accepted(acceptance)?;
        let project = &writing.project;
        if project.lock()? != self.old {
            return Err(InstallError::ChangedMeanwhile { path: project.lock_file() });
        }
        let mut changes = self.changes();
        for pack in &self.packs {
            let name = &pack.statement().manifest.name;
            if let Some(locked) = lock.packs.get(name)
                && installed::read(project, name, locked).is_err()
            {
                store.keep(pack);
                put(project, pack)?;
                if self.old.packs.get(name).is_some_and(|before| before.version == locked.version) {
                    changes.push(Change::Restored(name.clone(), locked.version.clone()));
                }
            }
        }
        let text = lock.to_text().map_err(InstallError::Lock)?;
        let there = disk::read(&project.lock_file(), crate::MAX_LOCK_BYTES)?;
        if there.as_deref() != Some(text.as_bytes()) {
            disk::write(&project.lock_file(), text.as_bytes())?;
        }
        forget(project, &lock);
        Ok(changes)
    }
}

/// Writes a pack into its folder: whole, or not at all.
fn put(project: &Project, pack: &VerifiedPack) -> Result<(), InstallError> {
    let manifest = &pack.statement().manifest;
    let folder = project.folder_of(&manifest.name, &manifest.version)?;
    let above = disk::parent_of(&folder).to_owned();
    disk::make_folder(&above)?;
    let part = disk::part_of(&disk::parent_of(&above).join(manifest.name.as_str()));
    let written = write_all(&part, pack).and_then(|()| replace(&part, &folder));
    if written.is_err() {
        // What is left would be swept the next time too.
        let _ = fs::remove_dir_all(&part);
    }
    written?;
    Ok(disk::sync_folder(&above)?)
}

/// Puts a folder in the place of another, which is moved away first: it was none that counts.
fn replace(part: &Path, folder: &Path) -> Result<(), DiskError> {
    if fs::symlink_metadata(folder).is_ok() {
        let away = disk::part_of(part);
        fs::rename(folder, &away).map_err(|error| DiskError::unwritable(folder, error))?;
        let _ = fs::remove_dir_all(&away).or_else(|_| fs::remove_file(&away));
    }
    fs::rename(part, folder).map_err(|error| DiskError::unwritable(folder, error))
}

fn write_all(part: &Path, pack: &VerifiedPack) -> Result<(), DiskError> {
    let envelope = pack.envelope().to_bytes().map_err(|error| DiskError::unwritable(part, std::io::Error::other(error)))?;
    let mut folders: BTreeSet<PathBuf> = BTreeSet::from([part.to_owned()]);
    let mut files: Vec<(PathBuf, &[u8])> = vec![(part.join(ENVELOPE_PATH), &envelope)];
    for (path, bytes) in pack.files() {
        let to = part.join(path.as_str());
        let above = to.ancestors().skip(1).take_while(|above| *above != part);
        folders.extend(above.map(Path::to_owned));
        files.push((to, bytes));
    }
    // Those above come first.
    for folder in &folders {
        fs::create_dir(folder).map_err(|error| DiskError::unwritable(folder, error))?;
    }
    for (path, bytes) in &files {
        fs::write(path, bytes).map_err(|error| DiskError::unwritable(path, error))?;
    }
    let paths: Vec<&Path> = files.iter().map(|(path, _)| path.as_path()).chain(folders.iter().filter(|_| cfg!(unix)).map(PathBuf::as_path)).collect();
    sync_all(&paths)
}

/// Brings files and folders onto the disk.
fn sync_all(paths: &[&Path]) -> Result<(), DiskError> {
    let sync = |path: &&Path| File::open(path).and_then(|file| file.sync_all()).map_err(|error| DiskError::unwritable(path, error));
    let share = paths.len().div_ceil(SYNCS).max(1);
    std::thread::scope(|scope| {
        let threads: Vec<_> = paths.chunks(share).map(|share| scope.spawn(move || share.iter().try_for_each(sync))).collect();
        threads
            .into_iter()
            .try_for_each(|thread| thread.join().unwrap_or_else(|_| Err(DiskError::unwritable(Path::new("."), std::io::Error::other("a thread ended")))))
    })
}

/// Takes away the folders of packs that the lock doesn't name. What can't be taken away is in nobody's way.
fn forget(project: &Project, lock: &Lock) {
    let Ok(names) = project.packs_folder().map(fs::read_dir) else { return };
    for name in names.into_iter().flatten().flatten() {
        let locked = name.file_name().to_str().and_then(|text| text.parse().ok()).and_then(|of| lock.packs.get(&of));
        let Ok(versions) = name.file_type().map(|t| t.is_dir().then(|| fs::read_dir(name.path()))) else { continue };
        for version in versions.into_iter().flatten().flatten().flatten() {
            if locked.is_none_or(|locked| version.file_name() != *locked.version.to_string()) {
                let _ = fs::remove_dir_all(version.path());
            }
        }
        if locked.is_none() {
            let _ = fs::remove_dir(name.path());
        }
    }
}
