//! Each limit, and one more.

use reach_archive::{Archive, ArchiveError, MAX_ARCHIVE_BYTES, MAX_ENVELOPE_BYTES, MAX_FILE_BYTES, MAX_FILES, MAX_TOTAL_BYTES};

use crate::{envelope, path, plain, tar};

fn files(count: usize, len_bytes: usize) -> Vec<(reach_statement::PackPath, Vec<u8>)> {
    (0..count).map(|at| (path(&format!("f{at:05}")), vec![b'x'; len_bytes])).collect()
}

#[test]
fn files_are_counted() {
    let most = Archive::new(Vec::new(), files(MAX_FILES, 0));
    let bytes = most.write().unwrap();
    assert_eq!(Archive::read(&bytes).unwrap(), most);
    let more = Archive::new(Vec::new(), files(MAX_FILES + 1, 0));
    assert_eq!(more.write(), Err(ArchiveError::TooManyFiles { files: MAX_FILES + 1 }));
    let written = [&bytes[..bytes.len() - 1024], &plain("z", b""), &[0; 1024]].concat();
    assert_eq!(Archive::read(&written), Err(ArchiveError::TooManyFiles { files: MAX_FILES + 1 }));
}

#[test]
fn a_file_has_a_most() {
    let large = |len_bytes: usize| tar(&[envelope(), plain("a", &vec![b'x'; len_bytes])]);
    assert!(Archive::read(&large(MAX_FILE_BYTES)).is_ok());
    let error = ArchiveError::FileTooLarge { path: "a".to_owned(), len_bytes: MAX_FILE_BYTES + 1 };
    assert_eq!(Archive::read(&large(MAX_FILE_BYTES + 1)), Err(error.clone()));
    assert_eq!(Archive::new(Vec::new(), vec![(path("a"), vec![0; MAX_FILE_BYTES + 1])]).write(), Err(error));
}

#[test]
fn all_files_have_a_most_together() {
    let count = MAX_TOTAL_BYTES / MAX_FILE_BYTES;
    let mut most = files(count, MAX_FILE_BYTES);
    let bytes = Archive::new(Vec::new(), most.clone()).write().unwrap();
    assert!(Archive::read(&bytes).is_ok());
    let written = [&bytes[..bytes.len() - 1024], &plain("z", b"x"), &[0; 1024]].concat();
    assert_eq!(Archive::read(&written), Err(ArchiveError::TotalTooLarge));
    most.push((path("z"), vec![b'x']));
    assert_eq!(Archive::new(Vec::new(), most).write(), Err(ArchiveError::TotalTooLarge));
}

#[test]
fn the_envelope_and_the_whole_have_a_most() {
    let large = |len_bytes: usize| tar(&[plain("pack.dsse.json", &vec![b'x'; len_bytes])]);
    assert!(Archive::read(&large(MAX_ENVELOPE_BYTES)).is_ok());
    assert_eq!(Archive::read(&large(MAX_ENVELOPE_BYTES + 1)), Err(ArchiveError::EnvelopeTooLarge { len_bytes: MAX_ENVELOPE_BYTES + 1 }));
    assert_eq!(Archive::read(&vec![0; MAX_ARCHIVE_BYTES + 1]), Err(ArchiveError::TooLarge { len_bytes: MAX_ARCHIVE_BYTES + 1 }));
    assert_ne!(Archive::read(&vec![0; MAX_ARCHIVE_BYTES]), Err(ArchiveError::TooLarge { len_bytes: MAX_ARCHIVE_BYTES }));
}
