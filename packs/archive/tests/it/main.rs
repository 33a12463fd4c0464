//! Pack files, from outside: against other programs, and what an attacker would send.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "functions of tests stop the test as tests do")]

mod hostile;
mod limits;
mod oracle;
mod properties;

use reach_archive::Archive;
use reach_statement::PackPath;

fn path(text: &str) -> PackPath {
    PackPath::new(text).unwrap()
}

fn archive(files: &[(&str, &str)]) -> Archive {
    Archive::new(b"{}".to_vec(), files.iter().map(|(p, b)| (path(p), b.as_bytes().to_vec())).collect())
}

/// A member as an attacker writes it: a header that is canonical but for what `edit` does, the content, and zeros.
fn member(name: &str, content: &[u8], edit: impl FnOnce(&mut tar::UstarHeader)) -> Vec<u8> {
    let mut header = tar::Header::new_ustar();
    let ustar = header.as_ustar_mut().unwrap();
    ustar.name[..name.len()].copy_from_slice(name.as_bytes());
    ustar.mode = *b"0000644\0";
    (ustar.uid, ustar.gid, ustar.dev_major, ustar.dev_minor) = (*b"0000000\0", *b"0000000\0", *b"0000000\0", *b"0000000\0");
    ustar.mtime = *b"00000000000\0";
    ustar.typeflag = *b"0";
    ustar.size[..11].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
    edit(ustar);
    header.set_cksum();
    let sum = format!("{:06o}\0 ", header.cksum().unwrap());
    header.as_old_mut().cksum.copy_from_slice(sum.as_bytes());
    let mut out = [header.as_bytes().as_slice(), content].concat();
    out.resize(out.len().next_multiple_of(512), 0);
    out
}

fn plain(name: &str, content: &[u8]) -> Vec<u8> {
    member(name, content, |_| {})
}

fn envelope() -> Vec<u8> {
    plain("pack.dsse.json", b"{}")
}

/// Members, and the end of an archive.
fn tar(members: &[Vec<u8>]) -> Vec<u8> {
    [members.concat(), vec![0; 1024]].concat()
}

/// Says that a test is left out, or fails where all must run (`CI` is set).
fn skip(what: &str, why: &str) {
    use std::io::Write as _;
    assert!(std::env::var_os("CI").is_none(), "{what} must work here: {why}");
    // Written past the test runner, which shows what passing tests print to nobody.
    let _ = writeln!(std::io::stderr(), "SKIPPED: {what}, because {why}");
}
