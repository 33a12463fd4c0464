//! A repository: what of it is at hand, what is fetched, and what is pushed.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use reach_registry::disk::{self, DiskError, Lock};
use reach_statement::Digest;

use crate::address::{Address, is_branch};
use crate::edits::{Edits, Folder, Put};
use crate::error::GitError;
use crate::files::CommitFiles;
use crate::objects::{Mode, Objects, Tree, is_id};
use crate::run::{Call, Done, Settings, run};

/// The commit that was fetched last, whether anybody believed it or not: what comes next is sent as a difference from it.
const FETCHED: &str = "refs/reach/fetched";

/// The commit that was believed last.
const KEPT: &str = "refs/reach/kept";

/// The branch that a registry gets in a repository that has none.
const FIRST_BRANCH: &str = "main";

/// The most bytes of the list of branches that a repository may answer with.
const MAX_BRANCHES_BYTES: usize = 1 << 20;

/// How many branches are named where none of them is the one that is meant.
const BRANCHES_TOLD: usize = 5;

/// Who has committed, where git knows nobody.
const NOBODY: &[(&str, &str)] =
    &[("GIT_AUTHOR_NAME", "reach"), ("GIT_AUTHOR_EMAIL", "reach@localhost"), ("GIT_COMMITTER_NAME", "reach"), ("GIT_COMMITTER_EMAIL", "reach@localhost")];

/// A repository that is known by its address, and its copy in the user's folder.
#[derive(Clone, Debug)]
pub struct Repository {
    address: Address,
    folder: PathBuf,
    settings: Settings,
}

/// The newest commit of a branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tip {
    /// The name of the commit, in hexadecimal digits.
    pub commit: String,
    /// The branch.
    pub branch: String,
}

/// What a commit is made on top of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// The name of the commit before it; none where the branch begins with it.
    pub commit: Option<String>,
    /// The branch.
    pub branch: String,
}

impl From<Tip> for Base {
    fn from(tip: Tip) -> Self {
        Self { commit: Some(tip.commit), branch: tip.branch }
    }
}

/// What came of a push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// The other side has it.
    Done,
    /// The other side has not taken it, and says why: somebody was faster, or it doesn't want to.
    Refused(Vec<String>),
}

impl Repository {
    /// Returns a repository, whose copy is below the user's folder.
    #[must_use]
    pub fn new(home: &Path, address: Address, settings: Settings) -> Self {
        let hex = Digest::of(address.to_string().as_bytes()).hex();
        Self { folder: home.join("git").join(hex.get(..32).unwrap_or(&hex)), address, settings }
    }

    /// Returns its address.
    #[must_use]
    pub const fn address(&self) -> &Address {
        &self.address
    }

    /// Returns the folder of its copy.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn git_dir(&self) -> PathBuf {
        self.folder.join("repository.git")
    }

    /// Returns the files of the commit that was believed last. No other machine is asked.
    ///
    /// # Errors
    /// When there is none, or git can't be run.
    pub fn at_hand(&self) -> Result<CommitFiles, GitError> {
        let missing = || GitError::NotAtHand(Box::new(self.address.clone()));
        if !self.git_dir().is_dir() {
            return Err(missing());
        }
        Ok(self.files(&self.resolve(KEPT)?.ok_or_else(missing)?))
    }

    /// Returns the files of a commit that is at hand.
    #[must_use]
    pub fn files(&self, commit: &str) -> CommitFiles {
        CommitFiles::new(self.address.to_string(), commit.to_owned(), Objects::new(&self.settings, &self.address, &self.git_dir()))
    }

    /// Holds the copy, so that nobody else fetches or pushes meanwhile.
    ///
    /// # Errors
    /// When somebody else holds it for longer, or the folder can't be made.
    pub fn work(&self, patience: Duration) -> Result<Work<'_>, GitError> {
        disk::make_folder(&self.folder)?;
        let lock = Lock::take(&self.folder.join("lock"), patience)?;
        disk::sweep(&self.folder, &[]);
        // What git has left that was killed is in the way of the next; nobody else is at work here.
        let git_dir = self.git_dir();
        for name in ["shallow.lock", "packed-refs.lock", "config.lock", "HEAD.lock", "refs/reach/fetched.lock", "refs/reach/kept.lock"] {
            let _ = fs::remove_file(git_dir.join(name));
        }
        for entry in fs::read_dir(git_dir.join("objects/pack")).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with("tmp_") {
                let _ = fs::remove_file(entry.path());
            }
        }
        Ok(Work { repository: self, _lock: lock })
    }

    fn resolve(&self, name: &str) -> Result<Option<String>, GitError> {
        let name = format!("{name}^{{commit}}");
        let done = self.run(Call::new("rev-parse", &["--verify", "--quiet", "--end-of-options", &name]), &mut |_| ())?;
        let id = String::from_utf8_lossy(&done.out).trim().to_owned();
        Ok(Some(id).filter(|id| done.ok && is_id(id)))
    }

    fn run(&self, call: Call<'_>, progress: &mut dyn FnMut(&str)) -> Result<Done, GitError> {
        run(&self.settings, &self.address, &self.git_dir(), call, progress)
    }

    fn must(&self, call: Call<'_>, progress: &mut dyn FnMut(&str)) -> Result<Vec<u8>, GitError> {
        let command = call.command;
        let done = self.run(call, progress)?;
        if done.ok { Ok(done.out) } else { Err(GitError::Failed { command, address: Box::new(self.address.clone()), said: done.said }) }
    }

    fn id_of(&self, call: Call<'_>) -> Result<String, GitError> {
        let command = call.command;
        let out = self.must(call, &mut |_| ())?;
        let id = String::from_utf8_lossy(&out).trim().to_owned();
        if is_id(&id) { Ok(id) } else { Err(GitError::Answer { command }) }
    }
}

/// A repository whose copy is held.
#[derive(Debug)]
pub struct Work<'a> {
    repository: &'a Repository,
    _lock: Lock,
}

impl Work<'_> {
    /// Asks the repository which commit is the newest, and fetches it where it isn't at hand.
    ///
    /// # Errors
    /// When the repository can't be reached, has no such branch, or there is too much of it.
    pub fn fetch(&self, progress: &mut dyn FnMut(&str)) -> Result<Tip, GitError> {
        let tip = self.ask(progress)?;
        let repository = self.repository;
        self.prepare(tip.commit.len())?;
        if repository.resolve(FETCHED)?.as_ref() == Some(&tip.commit) {
            return Ok(tip);
        }
        let refspec = format!("+refs/heads/{}:{FETCHED}", tip.branch);
        let shown = if repository.settings.interactive { "--progress" } else { "--no-progress" };
        let arguments = [
            "--depth=1",
            "--no-tags",
            "--no-recurse-submodules",
            "--no-write-fetch-head",
            "--no-auto-maintenance",
            shown,
            "--end-of-options",
            repository.address.url(),
            &refspec,
        ];
        let packs = repository.git_dir().join("objects/pack");
        let before = names(&packs);
        let watched = Some((packs.clone(), repository.settings.limits.fetched_bytes));
        if let Err(error) = repository.must(Call { network: true, watched, ..Call::new("fetch", &arguments) }, progress) {
            // Whatever has come of it is not gone on from: neither is it asked for less the next time, nor does it fill the disk.
            for name in names(&packs).difference(&before) {
                let _ = fs::remove_file(packs.join(name));
            }
            let _ = repository.run(Call::new("update-ref", &["-d", FETCHED]), &mut |_| ());
            return Err(error);
        }
        let commit = repository.resolve(FETCHED)?.ok_or(GitError::Answer { command: "fetch" })?;
        // What is not tidied stays as it is.
        let _ = repository.run(Call::new("gc", &["--auto", "--quiet"]), &mut |_| ());
        Ok(Tip { commit, branch: tip.branch })
    }

    /// As [`Self::fetch`], where a branch without any commit is as good: what is pushed is then its first.
    ///
    /// # Errors
    /// As there, but for what is missing.
    pub fn fetch_or_begin(&self, progress: &mut dyn FnMut(&str)) -> Result<Base, GitError> {
        match self.fetch(progress) {
            Err(GitError::Empty(_) | GitError::NoBranch { .. }) => {
                // There is no name of an object that would tell which digest the repository has; where that isn't SHA-1, the push says so.
                self.prepare(40)?;
                Ok(Base { commit: None, branch: self.repository.address.branch().unwrap_or(FIRST_BRANCH).to_owned() })
            }
            tip => tip.map(Base::from),
        }
    }

    /// Lets a commit be what is used where no other machine is asked. Only who believes it may.
    ///
    /// # Errors
    /// When that can't be written.
    pub fn keep(&self, commit: &str) -> Result<(), GitError> {
        self.repository.must(Call::new("update-ref", &[KEPT, commit]), &mut |_| ()).map(drop)
    }

    /// Makes a commit of edits on top of another, and returns its name. Nobody but this copy has it then.
    ///
    /// # Errors
    /// When something on the way to a file is a link or a file, or git can't write.
    pub fn commit(&self, on: &Base, edits: &Edits, message: &str) -> Result<String, GitError> {
        let repository = self.repository;
        let base = on.commit.as_ref().map(|commit| repository.files(commit));
        let writing = Writing { repository, objects: base.as_ref().map(CommitFiles::objects), listings: edits.listings() };
        let root = match &base {
            Some(base) => Some(base.objects().tree_of(base.commit()).map_err(|error| DiskError::unreadable(reach_registry::Files::place(base), error))?),
            None => None,
        };
        let tree = writing.tree(root.as_deref(), &mut Vec::new(), &edits.puts())?.ok_or(GitError::Answer { command: "mktree" })?;
        let known = repository.run(Call::new("var", &["GIT_COMMITTER_IDENT"]), &mut |_| ())?.ok;
        let mut arguments = vec![tree.as_str()];
        arguments.extend(on.commit.iter().flat_map(|commit| ["-p", commit]));
        let environment = if known { &[][..] } else { NOBODY };
        repository.id_of(Call { input: message.as_bytes().to_vec(), environment, ..Call::new("commit-tree", &arguments) })
    }

    /// Pushes a commit to the branch, on top of what was fetched: the other side takes it whole, or not at all.
    ///
    /// # Errors
    /// When the other side can't be reached. It may have taken it then all the same.
    pub fn push(&self, commit: &str, branch: &str, progress: &mut dyn FnMut(&str)) -> Result<Pushed, GitError> {
        let repository = self.repository;
        let refspec = format!("{commit}:refs/heads/{branch}");
        let arguments = ["--porcelain", "--no-verify", "--no-follow-tags", "--recurse-submodules=no", "--end-of-options", repository.address.url(), &refspec];
        let done = repository.run(Call { network: true, ..Call::new("push", &arguments) }, progress)?;
        if done.ok {
            return Ok(Pushed::Done);
        }
        let out = String::from_utf8_lossy(&done.out).into_owned();
        if out.lines().any(|line| line.starts_with("!\t")) {
            return Ok(Pushed::Refused(done.said));
        }
        Err(GitError::Failed { command: "push", address: Box::new(repository.address.clone()), said: done.said })
    }

    /// Asks for the newest commit of the branch that is meant.
    fn ask(&self, progress: &mut dyn FnMut(&str)) -> Result<Tip, GitError> {
        // Somewhere to be run, before it is known which digest the repository has.
        disk::make_folder(&self.repository.folder)?;
        let address = &self.repository.address;
        let branches = |out: &[(String, String)]| -> Vec<(String, String)> {
            out.iter().filter_map(|(id, name)| Some((name.strip_prefix("refs/heads/")?.to_owned(), id.clone()))).filter(|(name, _)| is_branch(name)).collect()
        };
        if let Some(branch) = address.branch() {
            let whole = format!("refs/heads/{branch}");
            let refs = self.refs(&["--end-of-options", address.url(), &whole], progress)?;
            if let Some((_, id)) = branches(&refs).into_iter().find(|(name, _)| name == branch) {
                return Ok(Tip { commit: id, branch: branch.to_owned() });
            }
        } else {
            let refs = self.refs(&["--symref", "--end-of-options", address.url(), "HEAD"], progress)?;
            let branch = refs.iter().find_map(|(what, name)| Some(what.strip_prefix("ref: refs/heads/")?.to_owned()).filter(|_| name == "HEAD"));
            let id = refs.iter().find(|(what, name)| name == "HEAD" && is_id(what)).map(|(id, _)| id.clone());
            if let (Some(branch), Some(id)) = (branch.filter(|b| is_branch(b)), id) {
                return Ok(Tip { commit: id, branch });
            }
        }
        let mut there = branches(&self.refs(&["--end-of-options", address.url(), "refs/heads/*"], progress)?);
        // A repository whose `HEAD` names a branch that nobody has pushed, and which has one other.
        match (address.branch(), there.len(), there.pop()) {
            (None, 1, Some((branch, id))) => Ok(Tip { commit: id, branch }),
            (_, _, None) => Err(GitError::Empty(Box::new(address.clone()))),
            (_, _, Some((last, _))) => {
                let names = there.into_iter().map(|(name, _)| name).take(BRANCHES_TOLD - 1).chain([last]).collect();
                Err(GitError::NoBranch { address: Box::new(address.clone()), branches: names })
            }
        }
    }

    fn refs(&self, arguments: &[&str], progress: &mut dyn FnMut(&str)) -> Result<Vec<(String, String)>, GitError> {
        let call = Call { network: true, limit_bytes: MAX_BRANCHES_BYTES, ..Call::new("ls-remote", arguments) };
        let out = self.repository.must(call, progress)?;
        let text = String::from_utf8_lossy(&out);
        let pair = |line: &str| line.split_once('\t').map(|(what, name)| (what.to_owned(), name.to_owned()));
        let known = |(what, _): &(String, String)| is_id(what) || what.starts_with("ref: ");
        Ok(text.lines().filter_map(pair).filter(known).collect())
    }

    /// Makes the copy, where there is none.
    fn prepare(&self, id_len: usize) -> Result<(), GitError> {
        let repository = self.repository;
        let git_dir = repository.git_dir();
        if git_dir.is_dir() {
            return Ok(());
        }
        let format = if id_len == 64 { "--object-format=sha256" } else { "--object-format=sha1" };
        // Beside its place first: a copy is there whole or not at all.
        let part = disk::part_of(&git_dir);
        let arguments = ["--bare", "--quiet", "--template=", format];
        let done = run(&repository.settings, &repository.address, &part, Call::new("init", &arguments), &mut |_| ())?;
        if !done.ok {
            return Err(GitError::Failed { command: "init", address: Box::new(repository.address.clone()), said: done.said });
        }
        fs::rename(&part, &git_dir).map_err(|error| DiskError::unwritable(&git_dir, error))?;
        Ok(())
    }
}

/// The names of what is in a folder.
fn names(folder: &Path) -> BTreeSet<OsString> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.file_name()).collect()
}

/// Trees as they are written.
struct Writing<'a> {
    repository: &'a Repository,
    objects: Option<&'a Objects>,
    listings: Option<BTreeSet<Vec<u8>>>,
}

impl Writing<'_> {
    /// Writes a folder with what is put into it, and returns its name; none where nothing is left in it.
    fn tree(&self, id: Option<&str>, path: &mut Vec<Vec<u8>>, puts: &Folder) -> Result<Option<String>, GitError> {
        let shown =
            |path: &[Vec<u8>]| path.iter().fold(PathBuf::from(self.repository.address.to_string()), |to, part| to.join(&*String::from_utf8_lossy(part)));
        let before = match (id, self.objects) {
            (Some(id), Some(objects)) => objects.tree(id).map_err(|error| DiskError::Unreadable { path: shown(path), error })?,
            _ => Arc::new(Tree::new()),
        };
        let mut lines: BTreeMap<&[u8], (u32, String)> = before.iter().map(|(name, e)| (name.as_slice(), (e.bits, e.id.clone()))).collect();
        for (name, put) in puts {
            path.push(name.clone());
            let there = before.get(name);
            let entry = match (put, there.map(crate::objects::Entry::mode)) {
                (_, Some(Mode::Link)) => return Err(DiskError::Link { path: shown(path) }.into()),
                (Put::File(bytes), None | Some(Mode::File)) => {
                    let call = Call { input: bytes.clone(), ..Call::new("hash-object", &["-w", "--no-filters", "--stdin"]) };
                    Some((0o100_644, self.repository.id_of(call)?))
                }
                (Put::Folder(folder), None | Some(Mode::Tree)) => self.tree(there.map(|e| e.id.as_str()), path, folder)?.map(|id| (0o040_000, id)),
                _ => return Err(DiskError::NotAFile { path: shown(path) }.into()),
            };
            path.pop();
            match entry {
                Some(entry) => drop(lines.insert(name, entry)),
                None => drop(lines.remove(name.as_slice())),
            }
        }
        if let Some(keep) = &self.listings {
            match path.iter().map(Vec::as_slice).collect::<Vec<_>>().as_slice() {
                [b"listings", b"sha256"] => {
                    for (name, entry) in before.iter().filter(|(name, entry)| entry.mode() == Mode::Tree && !puts.contains_key(*name)) {
                        path.push(name.clone());
                        let left = self.tree(Some(&entry.id), path, &Folder::new())?;
                        path.pop();
                        match left {
                            Some(id) => drop(lines.insert(name, (0o040_000, id))),
                            None => drop(lines.remove(name.as_slice())),
                        }
                    }
                }
                [b"listings", b"sha256", _] => lines.retain(|name, _| keep.contains(*name)),
                _ => {}
            }
        }
        if lines.is_empty() {
            return Ok(None);
        }
        let mut input = Vec::new();
        for (name, (bits, id)) in lines {
            let kind = match bits & 0o170_000 {
                0o040_000 => "tree",
                0o160_000 => "commit",
                _ => "blob",
            };
            input.extend_from_slice(format!("{bits:06o} {kind} {id}\t").as_bytes());
            input.extend_from_slice(name);
            input.push(0);
        }
        self.repository.id_of(Call { input, ..Call::new("mktree", &["-z", "--missing"]) }).map(Some)
    }
}
