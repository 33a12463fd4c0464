//! Registries in real git repositories, from outside: what is fetched, what hostile ones can do, and what becomes of a change.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "functions of tests stop the test as tests do")]

mod attacks;
mod pushing;
mod reaching;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use reach_git::{Base, Edits, GitError, Limits, Pushed, Repository, Settings, Tip, Work};
use reach_keys::{KeyName, SigningKey};
use reach_registry::{Publisher, Registry, RegistryError, Signing, Voucher};
use reach_statement::{Kind, Manifest, PackPath, Permissions};
use reach_trust::{Action, Timestamp, TrustStore, UnverifiedPack, VerifiedPack};
use tempfile::TempDir;

/// 2027-01-15T08:00:00Z.
const NOW: u64 = 1_800_000_000;
const DAY: u64 = 86_400;

/// What is put into a commit: mode, path, contents. The contents of a submodule are its commit.
type Entries<'a> = &'a [(&'a str, &'a str, &'a [u8])];

fn key() -> SigningKey {
    SigningKey::from_seed(KeyName::new("packs.example").unwrap(), &[1; 32])
}

fn origin() -> KeyName {
    KeyName::new("packs.example").unwrap()
}

fn at(secs: u64) -> Timestamp {
    Timestamp::from_secs(secs).unwrap()
}

fn signing(key: &SigningKey) -> Signing<'_> {
    Signing { key, now: at(NOW), lifetime_seconds: 30 * DAY }
}

/// A pack that was signed and verified.
fn pack(number: &str) -> VerifiedPack {
    let manifest = Manifest {
        description: "Guards".to_owned(),
        exports: None,
        kind: Kind::Policy,
        license: "Apache-2.0".to_owned(),
        name: "acme.guard".parse().unwrap(),
        needs: BTreeMap::new(),
        parameters: None,
        permissions: Permissions::default(),
        policies: BTreeSet::from(["*.reach".to_owned()]),
        readers: Default::default(),
        reach: ">=0.1, <0.2".parse().unwrap(),
        tools: BTreeSet::new(),
        version: number.parse().unwrap(),
    };
    let mut trust = TrustStore::default();
    let names = BTreeSet::from(["acme.*".parse().unwrap()]);
    trust.append(Action::Trust { expires: None, key: key().verifier().to_string(), names }, at(NOW)).unwrap();
    let files = vec![(PackPath::new("a.reach").unwrap(), b"permit".to_vec())];
    let mut pack = UnverifiedPack::new(manifest, files, None).unwrap();
    pack.sign(&key()).unwrap();
    pack.verify(&trust, at(NOW)).unwrap()
}

/// A repository that is somebody else's, and the user who knows it.
struct Place {
    folder: TempDir,
}

impl Place {
    /// With a repository that has nothing in it, whose `HEAD` is `main`.
    fn new() -> Self {
        Self::of(&[])
    }

    fn of(options: &[&str]) -> Self {
        let place = Self { folder: TempDir::new().unwrap() };
        place.git(&[&["init", "--bare", "--quiet", "--initial-branch=main"], options].concat(), b"");
        place
    }

    /// With a registry that has one version of a pack, beside a file that is none of its own.
    fn filled() -> Self {
        let place = Self::new();
        place.commit("main", &[("100644", "README.md", b"# Packs\n")]);
        let repository = place.repository();
        let work = work(&repository);
        let base = work.fetch_or_begin(&mut |_| ()).unwrap();
        let edits = Edits::default();
        Publisher::begin(&edits, &origin(), signing(&key())).unwrap();
        let commit = work.commit(&base, &edits, "Begin\n").unwrap();
        assert_eq!(work.push(&commit, &base.branch, &mut |_| ()).unwrap(), Pushed::Done);
        publish(&repository, &work, "1.0.0");
        place
    }

    fn remote(&self) -> PathBuf {
        self.folder.path().join("remote.git")
    }

    fn address(&self, end: &str) -> reach_git::Address {
        format!("git+file://{}{end}", self.remote().display()).parse().unwrap()
    }

    fn repository(&self) -> Repository {
        self.repository_at("", Settings::default())
    }

    fn repository_at(&self, end: &str, settings: Settings) -> Repository {
        Repository::new(&self.folder.path().join("home"), self.address(end), settings)
    }

    /// The same for another user.
    fn other(&self) -> Repository {
        Repository::new(&self.folder.path().join("other"), self.address(""), Settings::default())
    }

    /// Runs git in the repository, and returns what it prints.
    fn git(&self, arguments: &[&str], input: &[u8]) -> String {
        let mut command = Command::new("git");
        command.arg("--git-dir").arg(self.remote()).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{arguments:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Makes a commit that has just these files, without a parent, the tip of a branch, and returns its name.
    fn commit(&self, branch: &str, entries: Entries<'_>) -> String {
        let mut input = format!("commit refs/heads/{branch}\ncommitter a <a@b.example> 0 +0000\ndata 2\nm\n\ndeleteall\n").into_bytes();
        for (mode, path, contents) in entries {
            if *mode == "160000" {
                input.extend_from_slice(format!("M {mode} {} {path}\n", String::from_utf8_lossy(contents)).as_bytes());
                continue;
            }
            input.extend_from_slice(format!("M {mode} inline {path}\ndata {}\n", contents.len()).as_bytes());
            input.extend_from_slice(contents);
            input.push(b'\n');
        }
        self.git(&["fast-import", "--quiet", "--force"], &input);
        self.git(&["rev-parse", &format!("refs/heads/{branch}")], b"")
    }

    /// The files of the newest commit.
    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let names = self.git(&["ls-tree", "-r", "--name-only", "main"], b"");
        let read = |name: &str| {
            let mut command = Command::new("git");
            command.arg("--git-dir").arg(self.remote()).args(["cat-file", "blob", &format!("main:{name}")]);
            (name.to_owned(), command.output().unwrap().stdout)
        };
        names.lines().map(read).collect()
    }
}

fn work(repository: &Repository) -> Work<'_> {
    // A process that another test starts has the lock too, until it has become another program.
    repository.work(Duration::from_secs(30)).unwrap()
}

fn fetch(repository: &Repository) -> Result<Tip, GitError> {
    work(repository).fetch(&mut |_| ())
}

fn read(repository: &Repository, commit: &str) -> Result<Registry, RegistryError> {
    Registry::read_from(Arc::new(repository.files(commit)), &origin(), Voucher::Own(&key().verifier()), at(NOW))
}

/// Makes the commit that publishes a version, on top of what was fetched.
fn published(repository: &Repository, work: &Work<'_>, tip: Tip, number: &str) -> String {
    let registry = read(repository, &tip.commit).unwrap();
    let edits = Rc::new(Edits::default());
    Publisher::over(registry, edits.clone()).publish(&pack(number), false, signing(&key())).unwrap();
    work.commit(&Base::from(tip), &edits, &format!("Publish {number}\n")).unwrap()
}

fn publish(repository: &Repository, work: &Work<'_>, number: &str) -> String {
    let tip = work.fetch(&mut |_| ()).unwrap();
    let commit = published(repository, work, tip, number);
    assert_eq!(work.push(&commit, "main", &mut |_| ()).unwrap(), Pushed::Done);
    commit
}

/// A program in the place of git.
fn program(folder: &Path, script: &str) -> Settings {
    let path = folder.join("program");
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    Settings { program: path.into(), limits: Limits { network_ms: 300, ..Limits::default() }, interactive: false }
}
