//! Other programs write the same bytes and read the same files.

use std::fs;
use std::io::Read as _;
use std::process::Command;

use reach_archive::Archive;

use crate::{archive, path, skip};

/// Files with paths of every kind, in the order of an archive.
fn sample() -> Archive {
    let long = format!("{}/{}", "d".repeat(99), "f".repeat(100));
    let deep = format!("{}/{}/{}", "d".repeat(54), "e".repeat(100), "f".repeat(44));
    let mut files = archive(&[("README.md", "# A\n"), ("pack.reach", "pack a.b\n"), ("policies/a.reach", ""), ("policies/b.reach", &"x".repeat(512))]).files;
    files.push((path(&"n".repeat(100)), vec![0, 255, 10]));
    files.push((path(&long), b"long".to_vec()));
    files.push((path(&deep), b"deep".to_vec()));
    Archive::new(br#"{"payload":""}"#.to_vec(), files)
}

#[test]
fn gnu_tar_writes_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let sample = sample();
    let mut names = vec!["pack.dsse.json".to_owned()];
    fs::write(folder.path().join("pack.dsse.json"), &sample.envelope).unwrap();
    for (path, bytes) in &sample.files {
        let file = folder.path().join(path.as_str());
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, bytes).unwrap();
        names.push(path.to_string());
    }
    let options = ["--format=ustar", "-b", "1", "--mtime=@0", "--owner=:0", "--group=:0", "--numeric-owner", "--mode=0644", "-cf", "-"];
    let made = Command::new("tar").args(options).args(&names).current_dir(folder.path()).output();
    match made {
        Ok(made) if made.status.success() => assert!(made.stdout == sample.write().unwrap(), "GNU tar writes {} other bytes", made.stdout.len()),
        Ok(made) => skip("GNU tar", &String::from_utf8_lossy(&made.stderr)),
        Err(error) => skip("GNU tar", &error.to_string()),
    }
}

#[test]
fn the_crate_tar_reads_the_same_files() {
    let sample = sample();
    let bytes = sample.write().unwrap();
    let mut theirs = tar::Archive::new(bytes.as_slice());
    let mut found = Vec::new();
    for entry in theirs.entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = String::from_utf8(entry.path_bytes().into_owned()).unwrap();
        assert_eq!((entry.header().mode().unwrap(), entry.header().mtime().unwrap(), entry.header().uid().unwrap()), (0o644, 0, 0));
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        found.push((name, content));
    }
    let mut expected = vec![("pack.dsse.json".to_owned(), sample.envelope.clone())];
    expected.extend(sample.files.iter().map(|(path, bytes)| (path.to_string(), bytes.clone())));
    assert_eq!(found, expected);
}

#[test]
fn python_reads_the_same_files() {
    let folder = tempfile::tempdir().unwrap();
    let sample = sample();
    fs::write(folder.path().join("a.reachpack"), sample.write().unwrap()).unwrap();
    let script = "import tarfile\nfor m in tarfile.open('a.reachpack'):\n print(m.name, m.size, oct(m.mode), m.mtime, m.uid, m.uname or '-', m.isfile())";
    let ran = Command::new("python3").args(["-c", script]).current_dir(folder.path()).output();
    let expected: String = [("pack.dsse.json".to_owned(), sample.envelope.len())]
        .into_iter()
        .chain(sample.files.iter().map(|(path, bytes)| (path.to_string(), bytes.len())))
        .map(|(name, size)| format!("{name} {size} 0o644 0 0 - True\n"))
        .collect();
    match ran {
        Ok(ran) if ran.status.success() => assert_eq!(String::from_utf8(ran.stdout).unwrap(), expected),
        Ok(ran) => skip("Python's tarfile", &String::from_utf8_lossy(&ran.stderr)),
        Err(error) => skip("Python's tarfile", &error.to_string()),
    }
}
