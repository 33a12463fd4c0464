//! The objects of a repository, as `git cat-file --batch` gives them: trees and blobs, each up to a bound, and nothing checked out.

use std::collections::BTreeMap;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use crate::address::Address;
use crate::run::{Settings, git, not_started, stop};

/// The most bytes of one tree.
const MAX_TREE_BYTES: u64 = 4 << 20;

/// The most bytes of all trees that are read of one commit.
const MAX_TREES_BYTES: u64 = 64 << 20;

/// The most bytes of a commit.
const MAX_COMMIT_BYTES: u64 = 1 << 20;

/// The most bytes of the line that comes before an object.
const MAX_HEADER_BYTES: u64 = 200;

/// The most bytes that are read and thrown away, before git is rather started again.
const MAX_SKIPPED_BYTES: u64 = 16 << 20;

/// What an entry of a tree is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// A regular file.
    File,
    /// A folder.
    Tree,
    /// A symbolic link.
    Link,
    /// A submodule, or what nobody knows.
    Other,
}

/// An entry of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its mode, as git writes it.
    pub bits: u32,
    /// The name of the object, in hexadecimal digits.
    pub id: String,
}

impl Entry {
    pub const fn mode(&self) -> Mode {
        match self.bits & 0o170_000 {
            0o100_000 => Mode::File,
            0o040_000 => Mode::Tree,
            0o120_000 => Mode::Link,
            _ => Mode::Other,
        }
    }
}

/// A folder of a commit, by the bytes of names.
pub(crate) type Tree = BTreeMap<Vec<u8>, Entry>;

/// What came of asking for an object.
pub(crate) enum Read {
    /// Its bytes.
    Whole(Vec<u8>),
    /// It is larger than the bound.
    TooLarge,
}

/// A repository whose objects are asked for.
pub(crate) struct Objects {
    address: Address,
    git_dir: PathBuf,
    settings: Settings,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    process: Option<Process>,
    trees: BTreeMap<String, Arc<Tree>>,
    trees_bytes: u64,
}

impl std::fmt::Debug for Objects {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Objects").field("git_dir", &self.git_dir).finish_non_exhaustive()
    }
}

fn unreadable(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why.to_owned())
}

impl Objects {
    pub fn new(settings: &Settings, address: &Address, git_dir: &Path) -> Self {
        // It asks no other machine, and so nobody.
        let settings = Settings { interactive: false, ..settings.clone() };
        Self { address: address.clone(), git_dir: git_dir.to_owned(), settings, state: Mutex::default() }
    }

    /// Reads a blob up to a bound.
    pub fn blob(&self, id: &str, limit_bytes: u64) -> io::Result<Read> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.object(&mut state, id, "blob", limit_bytes, limit_bytes)
    }

    /// Reads the first bytes of a blob.
    pub fn start_of_blob(&self, id: &str, len_bytes: u64) -> io::Result<Read> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.object(&mut state, id, "blob", len_bytes, len_bytes.saturating_add(MAX_SKIPPED_BYTES))
    }

    /// Reads a commit, and returns the name of its tree.
    pub fn tree_of(&self, commit: &str) -> io::Result<String> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let Read::Whole(bytes) = self.object(&mut state, commit, "commit", MAX_COMMIT_BYTES, MAX_COMMIT_BYTES)? else {
            return Err(unreadable("a commit is too large"));
        };
        let line = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
        let id = std::str::from_utf8(line).ok().and_then(|line| line.strip_prefix("tree "));
        id.filter(|id| is_id(id)).map(str::to_owned).ok_or_else(|| unreadable("a commit has no tree"))
    }

    /// Reads a tree.
    pub fn tree(&self, id: &str) -> io::Result<Arc<Tree>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tree) = state.trees.get(id) {
            return Ok(Arc::clone(tree));
        }
        let left = MAX_TREES_BYTES.saturating_sub(state.trees_bytes).min(MAX_TREE_BYTES);
        let Read::Whole(bytes) = self.object(&mut state, id, "tree", left, left)? else {
            return Err(unreadable("its folders have too many entries"));
        };
        let tree = Arc::new(parse(&bytes, id.len() / 2).ok_or_else(|| unreadable("a folder of it is damaged"))?);
        state.trees_bytes += bytes.len() as u64;
        state.trees.insert(id.to_owned(), Arc::clone(&tree));
        Ok(tree)
    }

    /// Asks for an object: what is longer than `taken` is cut off there, what is longer than `limit_bytes` isn't read.
    fn object(&self, state: &mut State, id: &str, kind: &str, taken: u64, limit_bytes: u64) -> io::Result<Read> {
        let mut process = match state.process.take() {
            Some(process) => process,
            None => Process::start(&self.settings, &self.address, &self.git_dir)?,
        };
        let (found, size) = process.ask(id)?;
        if found != kind {
            return Err(unreadable("an object of it is of another kind than is said"));
        }
        if size > limit_bytes {
            // What is left unread goes with the process.
            return Ok(Read::TooLarge);
        }
        let mut bytes = Vec::new();
        (&mut process.from).take(size.min(taken)).read_to_end(&mut bytes)?;
        if bytes.len() as u64 != size.min(taken) {
            return Err(unreadable("git has ended"));
        }
        // With the end of the line behind it.
        let rest = size.saturating_sub(taken).saturating_add(1);
        if io::copy(&mut (&mut process.from).take(rest), &mut io::sink())? != rest {
            return Err(unreadable("git has ended"));
        }
        state.process = Some(process);
        Ok(Read::Whole(bytes))
    }
}

/// Whether a text is the name of an object: hexadecimal digits of a SHA-1 or a SHA-256.
pub(crate) fn is_id(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// Reads a tree (gitformat: for each entry its mode in octal digits, a space, its name, a zero, the bytes of the object's name). None where it is no
/// tree, or has a name twice.
fn parse(mut bytes: &[u8], id_len_bytes: usize) -> Option<Tree> {
    let mut tree = Tree::new();
    while !bytes.is_empty() {
        let zero = bytes.iter().position(|b| *b == 0)?;
        let (head, rest) = (bytes.get(..zero)?, bytes.get(zero + 1..)?);
        let blank = head.iter().position(|b| *b == b' ')?;
        let bits = u32::from_str_radix(std::str::from_utf8(head.get(..blank)?).ok()?, 8).ok()?;
        let id = rest.get(..id_len_bytes)?.iter().map(|b| format!("{b:02x}")).collect();
        if tree.insert(head.get(blank + 1..)?.to_vec(), Entry { bits, id }).is_some() {
            return None;
        }
        bytes = rest.get(id_len_bytes..)?;
    }
    Some(tree)
}

/// A process that gives objects.
struct Process {
    child: Child,
    settings: Settings,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Process {
    fn start(settings: &Settings, address: &Address, git_dir: &Path) -> io::Result<Self> {
        let mut command = git(settings, address, git_dir);
        command.args(["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| io::Error::other(not_started(error).to_string()))?;
        let (to, from) = (child.stdin.take(), child.stdout.take());
        let (Some(to), Some(from)) = (to, from) else { return Err(unreadable("git has no pipes")) };
        Ok(Self { child, settings: settings.clone(), to, from: BufReader::new(from) })
    }

    /// Asks for an object, and returns its kind and size; its bytes come next.
    fn ask(&mut self, id: &str) -> io::Result<(String, u64)> {
        self.to.write_all(format!("{id}\n").as_bytes())?;
        self.to.flush()?;
        let mut line = Vec::new();
        (&mut self.from).take(MAX_HEADER_BYTES).read_until(b'\n', &mut line)?;
        let line = String::from_utf8_lossy(&line);
        let mut words = line.trim_end().split(' ');
        match (words.next(), words.next(), words.next().and_then(|size| size.parse().ok())) {
            (Some(_), Some(kind), Some(size)) => Ok((kind.to_owned(), size)),
            (Some(_), Some("missing"), None) => Err(unreadable("an object of it is missing")),
            _ => Err(unreadable("git has ended")),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        stop(&mut self.child, &self.settings);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trees_are_read_as_git_writes_them() {
        let mut bytes = Vec::new();
        for (head, id) in [("100644 a", 1u8), ("40000 b c", 2), ("120000 d", 3), ("160000 e", 4)] {
            bytes.extend_from_slice(head.as_bytes());
            bytes.push(0);
            bytes.extend_from_slice(&[id; 20]);
        }
        let tree = parse(&bytes, 20).unwrap();
        let modes: Vec<(&[u8], Mode)> = tree.iter().map(|(name, entry)| (name.as_slice(), entry.mode())).collect();
        assert_eq!(modes, [(&b"a"[..], Mode::File), (b"b c", Mode::Tree), (b"d", Mode::Link), (b"e", Mode::Other)]);
        assert_eq!(tree[&b"b c"[..]].id, "02".repeat(20));
        // Cut anywhere within, it is none.
        let ends = [29, 59, 88];
        for len in (1..bytes.len()).filter(|len| !ends.contains(len)) {
            assert!(parse(&bytes[..len], 20).is_none() || len % 29 == 0, "{len}");
        }
        let twice = [&bytes[..29], &bytes[..29]].concat();
        assert!(parse(&twice, 20).is_none());
        assert!(parse(b"100648 a\0aaaaaaaaaaaaaaaaaaaa", 20).is_none());
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_of_a_tree_stop_the_reader(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
            let _ = parse(&bytes, 20);
        }
    }
}
