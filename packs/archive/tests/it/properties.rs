//! What holds for every archive.

use proptest::prelude::*;
use reach_archive::Archive;
use reach_statement::PackPath;

use crate::archive;

fn any_archive() -> impl Strategy<Value = Archive> {
    let name = "[a-z_][a-z0-9_]{0,40}(/[a-z][a-z0-9-]{0,60}){0,2}";
    let files = prop::collection::btree_map(name, prop::collection::vec(any::<u8>(), 0..1200), 0..8);
    (prop::collection::vec(any::<u8>(), 0..600), files).prop_filter_map("names that collide", |(envelope, files)| {
        let files: Vec<(PackPath, Vec<u8>)> = files.into_iter().filter_map(|(name, bytes)| Some((PackPath::new(name).ok()?, bytes))).collect();
        let archive = Archive::new(envelope, files);
        archive.write().is_ok().then_some(archive)
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read(archive in any_archive()) {
        let bytes = archive.write().unwrap();
        prop_assert_eq!(Archive::read(&bytes).unwrap(), archive);
    }

    #[test]
    fn no_bytes_stop_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..3000)) {
        prop_assert!(Archive::read(&bytes).is_err());
    }

    #[test]
    fn what_is_read_was_written(archive in any_archive(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = archive.write().unwrap();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(read) = Archive::read(&bytes) {
            prop_assert_eq!(read.write().unwrap(), bytes);
        }
    }
}

#[test]
fn only_contents_can_change_and_still_be_read() {
    let bytes = archive(&[("a", "content"), ("b/c", "more")]).write().unwrap();
    let contents: Vec<usize> = [512..514, 1536..1543, 2560..2564].into_iter().flatten().collect();
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << bit;
            assert_eq!(Archive::read(&changed).is_ok(), contents.contains(&at), "byte {at}, bit {bit}");
        }
    }
}
