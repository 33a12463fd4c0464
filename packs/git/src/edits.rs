//! What is to be written into a repository: files that become a commit together.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use reach_registry::Shelf;
use reach_registry::disk::DiskError;
use reach_statement::Digest;

/// Files that are written together, or not at all.
#[derive(Debug, Default)]
pub struct Edits {
    puts: RefCell<Folder>,
    listings: RefCell<Option<BTreeSet<Vec<u8>>>>,
}

/// What is put into a folder, by name.
pub(crate) type Folder = BTreeMap<Vec<u8>, Put>;

/// What is put somewhere.
#[derive(Clone, Debug)]
pub(crate) enum Put {
    File(Vec<u8>),
    Folder(Folder),
}

impl Edits {
    /// Returns what is put into the top of the repository.
    pub(crate) fn puts(&self) -> Folder {
        self.puts.borrow().clone()
    }

    /// Returns the names of the listings that stay, where others go.
    pub(crate) fn listings(&self) -> Option<BTreeSet<Vec<u8>>> {
        self.listings.borrow().clone()
    }
}

fn put(into: &mut Folder, path: &[&str], bytes: &[u8]) {
    match path {
        [] => {}
        [name] => drop(into.insert(name.as_bytes().to_vec(), Put::File(bytes.to_vec()))),
        [name, rest @ ..] => match into.entry(name.as_bytes().to_vec()).or_insert_with(|| Put::Folder(Folder::new())) {
            Put::Folder(folder) => put(folder, rest, bytes),
            file @ Put::File(_) => {
                let mut folder = Folder::new();
                put(&mut folder, rest, bytes);
                *file = Put::Folder(folder);
            }
        },
    }
}

impl Shelf for Edits {
    fn put(&self, path: &[&str], bytes: &[u8]) -> Result<(), DiskError> {
        put(&mut self.puts.borrow_mut(), path, bytes);
        Ok(())
    }

    fn forget_listings(&self, keep: &[Digest]) {
        *self.listings.borrow_mut() = Some(keep.iter().map(|digest| digest.hex().into_bytes()).collect());
    }
}
