//! The file of a trust store.

use std::fs;
use std::io;

use reach_trust::{TrustError, TrustFile, TrustFileError};

use crate::{day, key, needing, revoking, store, trusting};

fn add(file: &TrustFile, action: reach_trust::Action) -> Result<(), TrustFileError> {
    file.change(|store| Ok(store.append(action, day(0))?))
}

#[test]
fn what_is_added_is_there_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let file = TrustFile::new(folder.path().join("trust.jsonl"));
    assert!(matches!(file.load(), Err(TrustFileError::Unreadable(e)) if e.kind() == io::ErrorKind::NotFound));
    assert_eq!(file.load_or_empty().unwrap().entries().len(), 0);
    let actions = [trusting(&key("a.example", 1), &["acme.*"], None), needing("acme.*", 1), revoking(&key("a.example", 1))];
    for action in &actions {
        add(&file, action.clone()).unwrap();
    }
    assert_eq!(file.load().unwrap(), store(&actions));
    let mut names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["trust.jsonl", "trust.jsonl.lock"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(file.path()).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn what_cannot_be_added_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = TrustFile::new(folder.path().join("trust.jsonl"));
    add(&file, needing("acme.*", 1)).unwrap();
    let before = fs::read(file.path()).unwrap();
    assert!(matches!(add(&file, needing("acme.*", 0)), Err(TrustFileError::Store(TrustError::Needed(0)))));
    assert_eq!(fs::read(file.path()).unwrap(), before);
    // Where there is nothing to be written, nothing is.
    file.change(|_| Ok::<_, TrustFileError>(())).unwrap();
    assert_eq!(fs::read(file.path()).unwrap(), before);
}

#[test]
fn a_torn_or_changed_file_is_neither_read_nor_written() {
    let folder = tempfile::tempdir().unwrap();
    let file = TrustFile::new(folder.path().join("trust.jsonl"));
    add(&file, trusting(&key("a.example", 1), &["acme.*"], None)).unwrap();
    add(&file, revoking(&key("a.example", 1))).unwrap();
    let whole = fs::read(file.path()).unwrap();
    for (what, bytes) in
        [("torn", whole[..whole.len() - 9].to_vec()), ("changed", String::from_utf8(whole.clone()).unwrap().replace("acme", "evil").into_bytes())]
    {
        fs::write(file.path(), &bytes).unwrap();
        assert!(matches!(file.load(), Err(TrustFileError::Store(_))), "{what}");
        assert!(matches!(add(&file, needing("acme.*", 1)), Err(TrustFileError::Store(_))), "{what}");
        assert_eq!(fs::read(file.path()).unwrap(), bytes, "{what}");
    }
}

#[test]
fn a_part_that_a_killed_process_has_left_is_no_obstacle() {
    let folder = tempfile::tempdir().unwrap();
    let file = TrustFile::new(folder.path().join("trust.jsonl"));
    fs::write(folder.path().join("trust.jsonl.part"), "half").unwrap();
    add(&file, needing("acme.*", 1)).unwrap();
    assert_eq!(file.load().unwrap().entries().len(), 1);
    assert!(!folder.path().join("trust.jsonl.part").exists());
}

#[test]
fn many_at_once_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trust.jsonl");
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let file = TrustFile::new(&path);
            scope.spawn(move || {
                for round in 0..5 {
                    add(&file, needing(&format!("acme.t{thread}_{round}"), 1)).unwrap();
                }
            });
        }
    });
    assert_eq!(TrustFile::new(&path).load().unwrap().thresholds().len(), 40);
}

#[cfg(unix)]
#[test]
fn a_file_that_others_could_have_put_there_is_refused() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = tempfile::tempdir().unwrap();
    let real = folder.path().join("real.jsonl");
    add(&TrustFile::new(&real), needing("acme.*", 1)).unwrap();
    let link = folder.path().join("trust.jsonl");
    symlink(&real, &link).unwrap();
    assert!(matches!(TrustFile::new(&link).load(), Err(TrustFileError::NotAFile)));
    assert!(matches!(add(&TrustFile::new(&link), needing("acme.*", 2)), Err(TrustFileError::NotAFile)));
    assert!(matches!(TrustFile::new(folder.path()).load(), Err(TrustFileError::NotAFile)));
    fs::set_permissions(&real, fs::Permissions::from_mode(0o666)).unwrap();
    assert!(matches!(TrustFile::new(&real).load(), Err(TrustFileError::Permissions { mode: 0o666 })));
    // A group may share it, as a file in a repository does, and it stays so.
    fs::set_permissions(&real, fs::Permissions::from_mode(0o664)).unwrap();
    add(&TrustFile::new(&real), needing("acme.*", 3)).unwrap();
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o664);
}

#[test]
fn where_no_file_can_be_written_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let file = TrustFile::new(folder.path().join("nowhere/trust.jsonl"));
    assert!(matches!(add(&file, needing("acme.*", 1)), Err(TrustFileError::Unwritable(_))));
    let file = TrustFile::new(folder.path().join("trust.jsonl"));
    add(&file, needing("acme.*", 1)).unwrap();
    // A folder stands where the new file would be written.
    fs::create_dir(folder.path().join("trust.jsonl.part")).unwrap();
    assert!(matches!(add(&file, needing("acme.*", 2)), Err(TrustFileError::Unwritable(_))));
    assert_eq!(file.load().unwrap().entries().len(), 1);
}
