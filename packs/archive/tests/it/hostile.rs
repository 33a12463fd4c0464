//! What an attacker would send, each with its answer.

use reach_archive::{Archive, ArchiveError, Field, MemberKind};
use reach_statement::PathError;

use crate::{archive, envelope, member, plain, tar};

fn kind(path: &str, kind: MemberKind) -> ArchiveError {
    ArchiveError::Kind { path: path.to_owned(), kind }
}

fn field(path: &str, field: Field) -> ArchiveError {
    ArchiveError::Field { path: path.to_owned(), field }
}

fn bad_path(path: &str, error: PathError) -> ArchiveError {
    ArchiveError::Path { path: path.to_owned(), error }
}

fn of_type(name: &str, typeflag: u8) -> Vec<u8> {
    tar(&[envelope(), member(name, b"", |h| h.typeflag = [typeflag])])
}

fn named(name: &str) -> Vec<u8> {
    tar(&[envelope(), plain(name, b"x")])
}

/// A good archive of one file with some bytes put in.
fn patched(at: usize, bytes: &[u8]) -> Vec<u8> {
    let mut out = tar(&[envelope(), plain("a", b"x")]);
    out[at..at + bytes.len()].copy_from_slice(bytes);
    out
}

#[test]
fn the_archives_of_this_table_are_good_but_for_what_is_done_to_them() {
    let bytes = tar(&[envelope(), plain("a", b"x")]);
    assert_eq!(bytes, archive(&[("a", "x")]).write().unwrap());
    assert_eq!(Archive::read(&bytes).unwrap(), archive(&[("a", "x")]));
}

#[test]
fn a_path_that_leads_elsewhere_is_refused() {
    let hidden = |part: &str| PathError::Hidden(part.to_owned());
    let character = |c: &str| PathError::Character(c.to_owned());
    for (what, name, shown, error) in [
        ("a step up", "../a", "../a", PathError::Walks),
        ("a step up within", "a/../../b", "a/../../b", PathError::Walks),
        ("a step up at the end", "a/..", "a/..", PathError::Walks),
        ("a path from the root", "/etc/passwd", "/etc/passwd", PathError::Absolute),
        ("a drive", "C:/a", "C:/a", character(":")),
        ("a stream of NTFS", "a::$DATA", "a::$DATA", character(":")),
        ("a path of Windows", "..\\a", "..\\\\a", character("\\\\")),
        ("a network path", "\\\\host\\a", "\\\\\\\\host\\\\a", character("\\\\")),
        ("a part that stays", "./a", "./a", PathError::Walks),
        ("an empty part", "a//b", "a//b", PathError::Walks),
        ("a slash at the end", "a/", "a/", PathError::Walks),
        ("no path", "", "", PathError::Empty),
        ("a hidden folder", ".git/hooks", ".git/hooks", hidden(".git")),
        ("a hidden file", "a/.bashrc", "a/.bashrc", hidden(".bashrc")),
        ("an option", "-rf", "-rf", PathError::Part("-rf".to_owned())),
        ("a device of Windows", "nul", "nul", PathError::Device("nul".to_owned())),
        ("a dot that Windows drops", "a.", "a.", PathError::Part("a.".to_owned())),
        ("a space", "a b", "a b", character(" ")),
        ("a line end", "a\nb", "a\\nb", character("\\n")),
        ("an escape sequence", "a\u{1b}[2J", "a\\u{1b}[2J", character("\\u{1b}")),
        ("a change of direction", "a\u{202e}b", "a\\u{202e}b", character("\\u{202e}")),
        ("no width", "a\u{200b}b", "a\\u{200b}b", character("\\u{200b}")),
        ("a letter of another script that looks alike", "\u{430}", "\u{430}", character("\u{430}")),
        ("one letter in two forms", "a\u{308}", "a\u{308}", character("\\u{308}")),
    ] {
        assert_eq!(Archive::read(&named(name)), Err(bad_path(shown, error)), "{what}");
    }
    let latin = tar(&[envelope(), member("a", b"x", |h| h.name[1] = 0xff)]);
    assert!(matches!(Archive::read(&latin), Err(ArchiveError::Path { .. })), "no UTF-8");
    let prefixed = tar(&[envelope(), member("passwd", b"x", |h| h.prefix[..6].copy_from_slice(b"../etc"))]);
    assert_eq!(Archive::read(&prefixed), Err(bad_path("../etc/passwd", PathError::Walks)), "a step up in the prefix");
}

#[test]
fn what_is_no_plain_file_is_refused() {
    for (typeflag, expected) in [
        (b'5', MemberKind::Folder),
        (b'1', MemberKind::HardLink),
        (b'2', MemberKind::SymbolicLink),
        (b'3', MemberKind::Device),
        (b'4', MemberKind::Device),
        (b'6', MemberKind::Pipe),
        (b'7', MemberKind::Other(b'7')),
        (b'x', MemberKind::Pax),
        (b'g', MemberKind::Pax),
        (b'X', MemberKind::Pax),
        (b'L', MemberKind::Gnu),
        (b'K', MemberKind::Gnu),
        (b'D', MemberKind::Gnu),
        (b'M', MemberKind::Gnu),
        (b'V', MemberKind::Gnu),
        (b'S', MemberKind::Sparse),
        (b'A', MemberKind::Other(b'A')),
        (b'Z', MemberKind::Other(b'Z')),
        (0, MemberKind::Other(0)),
        (0xff, MemberKind::Other(0xff)),
    ] {
        assert_eq!(Archive::read(&of_type("a", typeflag)), Err(kind("a", expected)), "{typeflag:#04x}");
    }
    let link = tar(&[
        envelope(),
        member("a", b"", |h| {
            h.typeflag = *b"2";
            h.linkname[..11].copy_from_slice(b"/etc/passwd");
        }),
    ]);
    assert_eq!(Archive::read(&link), Err(kind("a", MemberKind::SymbolicLink)));
    let pax = tar(&[envelope(), member("PaxHeaders/a", b"20 path=../../evil\n", |h| h.typeflag = *b"x"), plain("a", b"x")]);
    assert_eq!(Archive::read(&pax), Err(kind("PaxHeaders/a", MemberKind::Pax)), "a pax header that renames what follows");
    let long = tar(&[envelope(), member("././@LongLink", b"../../evil\0", |h| h.typeflag = *b"L"), plain("a", b"x")]);
    assert_eq!(Archive::read(&long), Err(kind("././@LongLink", MemberKind::Gnu)), "a long name of GNU tar");
}

#[test]
fn names_that_some_system_takes_for_one_are_refused() {
    let collision = |one: &str, other: &str| ArchiveError::Collision { one: one.to_owned(), other: other.to_owned() };
    let twice = |path: &str| ArchiveError::Twice { path: path.to_owned() };
    for (what, names, error) in [
        ("a file twice", ["a", "a"], twice("a")),
        ("two cases", ["A", "a"], collision("A", "a")),
        ("two cases of a folder", ["A/b", "a/b"], collision("A/b", "a/b")),
        ("a file that is a folder", ["a", "a/b"], collision("a", "a/b")),
        ("a file that is a folder in another case", ["A", "a/b"], collision("A", "a/b")),
        ("another order", ["b", "a"], ArchiveError::Order { path: "a".to_owned() }),
        ("the order of parts, not of bytes", ["a/b", "a-b"], ArchiveError::Order { path: "a-b".to_owned() }),
        ("the envelope in another case", ["PACK.dsse.json", "a"], collision("PACK.dsse.json", "pack.dsse.json")),
        ("the envelope as a folder", ["a", "pack.dsse.json/b"], collision("pack.dsse.json", "pack.dsse.json/b")),
        ("the envelope twice", ["a", "pack.dsse.json"], twice("pack.dsse.json")),
    ] {
        let bytes = tar(&[envelope(), plain(names[0], b"x"), plain(names[1], b"y")]);
        assert_eq!(Archive::read(&bytes), Err(error), "{what}");
    }
}

#[test]
fn the_envelope_comes_first() {
    assert_eq!(Archive::read(&tar(&[])), Err(ArchiveError::NoEnvelope), "nothing but an end");
    assert_eq!(Archive::read(&tar(&[plain("a", b"x")])), Err(ArchiveError::NoEnvelope), "no envelope");
    assert_eq!(Archive::read(&tar(&[plain("a", b"x"), envelope()])), Err(ArchiveError::NoEnvelope), "the envelope last");
    let folder = tar(&[plain("a/pack.dsse.json", b"{}")]);
    assert_eq!(Archive::read(&folder), Err(ArchiveError::NoEnvelope), "the envelope in a folder");
    // Then it is a file as any other.
    let both = tar(&[envelope(), plain("a/pack.dsse.json", b"{}")]);
    assert_eq!(Archive::read(&both).unwrap(), archive(&[("a/pack.dsse.json", "{}")]));
}

#[test]
fn fields_have_one_content() {
    let edited = |edit: fn(&mut tar::UstarHeader)| tar(&[envelope(), member("a", b"x", edit)]);
    for (what, bytes, of) in [
        ("a file that can be run", edited(|h| h.mode = *b"0000755\0"), Field::Mode),
        ("a file that runs as its owner", edited(|h| h.mode = *b"0004644\0"), Field::Mode),
        ("a mode without leading zeros", edited(|h| h.mode = *b"644\0\0\0\0\0"), Field::Mode),
        ("an owner", edited(|h| h.uid = *b"0001750\0"), Field::Owner),
        ("a group", edited(|h| h.gid = *b"0001750\0"), Field::Owner),
        ("an owner in base 256", edited(|h| h.uid = [0x80, 0, 0, 0, 0, 0, 0, 0]), Field::Owner),
        ("a time", edited(|h| h.mtime = *b"14000000000\0"), Field::Time),
        ("a time before 1970 in base 256", edited(|h| h.mtime = [0xff; 12]), Field::Time),
        ("a name of an owner", edited(|h| h.uname[..4].copy_from_slice(b"root")), Field::OwnerName),
        ("a name of a group", edited(|h| h.gname[..5].copy_from_slice(b"wheel")), Field::OwnerName),
        ("the target of a link", edited(|h| h.linkname[0] = b'/'), Field::LinkTarget),
        ("a device", edited(|h| h.dev_major = *b"0000001\0"), Field::Device),
        ("a device that isn't written", edited(|h| h.dev_minor = [0; 8]), Field::Device),
        ("something in the unused part", edited(|h| h.pad[11] = 1), Field::Rest),
        ("something behind the name", edited(|h| h.name[50] = b'z'), Field::Path),
        ("a size in base 256", edited(|h| h.size = [0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]), Field::Size),
        ("a size of base 256 that is negative", edited(|h| h.size = [0xff; 12]), Field::Size),
        ("a size with spaces", edited(|h| h.size = *b"          1\0"), Field::Size),
        ("a size with a minus", edited(|h| h.size = *b"-0000000001\0"), Field::Size),
        ("a size that ends in a space", edited(|h| h.size = *b"00000000001 "), Field::Size),
        ("a size of eight digits", edited(|h| h.size = *b"00000001\0\0\0\0"), Field::Size),
        ("a size with a digit too large", edited(|h| h.size = *b"00000000008\0"), Field::Size),
    ] {
        assert_eq!(Archive::read(&bytes), Err(field("a", of)), "{what}");
    }
    let split = tar(&[envelope(), member("b", b"x", |h| h.prefix[0] = b'a')]);
    assert_eq!(Archive::read(&split), Err(field("a/b", Field::Path)), "a short path that is split");
    let mut spaced = tar(&[envelope(), plain("a", b"x")]);
    let digits = spaced[1024 + 148..1024 + 154].to_vec();
    spaced[1024 + 148] = b' ';
    spaced[1024 + 149..1024 + 155].copy_from_slice(&digits);
    assert_eq!(Archive::read(&spaced), Err(field("a", Field::Checksum)), "a checksum that is written otherwise");
}

#[test]
fn damage_is_told_with_its_place() {
    let good = tar(&[envelope(), plain("a", b"x")]);
    let cut = |len: usize| Archive::read(&good[..len]);
    for (what, found, error) in [
        ("nothing", Archive::read(b""), ArchiveError::NotUstar),
        ("a text", Archive::read(b"hello"), ArchiveError::NotUstar),
        ("a zip file", Archive::read(&[b"PK\x03\x04".as_slice(), &[7; 600]].concat()), ArchiveError::NotUstar),
        ("a gzip stream", Archive::read(&[b"\x1f\x8b\x08".as_slice(), &[7; 600]].concat()), ArchiveError::NotUstar),
        ("an envelope cut off", cut(700), ArchiveError::Truncated { at: 0 }),
        ("a header cut off", cut(1100), ArchiveError::Truncated { at: 1024 }),
        ("a content cut off", cut(1600), ArchiveError::Truncated { at: 1024 }),
        ("a content that lacks", cut(1536), ArchiveError::Truncated { at: 1024 }),
        ("no end", cut(2048), ArchiveError::NoEnd),
        ("half an end", cut(2560), ArchiveError::NoEnd),
        ("an end cut off", cut(2561), ArchiveError::NoEnd),
        ("a byte behind the end", Archive::read(&[good.as_slice(), &[0]].concat()), ArchiveError::Trailing { at: 3072 }),
        ("zeros up to a record, as tar writes them", Archive::read(&[good.as_slice(), &[0; 7168]].concat()), ArchiveError::Trailing { at: 3072 }),
        ("another archive behind it", Archive::read(&[good.as_slice(), &good].concat()), ArchiveError::Trailing { at: 3072 }),
        ("a member behind half an end", Archive::read(&[&good[..2560], &plain("b", b"evil"), &[0; 1024]].concat()), ArchiveError::Trailing { at: 2560 }),
        ("a wrong checksum", Archive::read(&patched(1024, b"b")), ArchiveError::Checksum { at: 1024 }),
        ("no checksum", Archive::read(&patched(1024 + 148, &[0; 8])), ArchiveError::Checksum { at: 1024 }),
        ("a text behind a content", Archive::read(&patched(1537, b"evil")), ArchiveError::Padding { path: "a".to_owned() }),
    ] {
        assert_eq!(found, Err(error), "{what}");
    }
    let version7 = tar(&[envelope(), member("a", b"x", |h| h.magic = [0; 6])]);
    assert_eq!(Archive::read(&version7), Err(ArchiveError::OtherFormat { at: 1024 }), "a header of version 7");
    let gnu = tar(&[
        envelope(),
        member("a", b"x", |h| {
            h.magic = *b"ustar ";
            h.version = *b" \0";
        }),
    ]);
    assert_eq!(Archive::read(&gnu), Err(ArchiveError::OtherFormat { at: 1024 }), "a header of GNU tar");
}

#[test]
fn a_size_takes_no_memory_before_it_is_compared() {
    let huge = tar(&[envelope(), member("a", b"", |h| h.size = *b"77777777777\0")]);
    assert_eq!(Archive::read(&huge), Err(ArchiveError::Truncated { at: 1024 }));
    let first = tar(&[member("pack.dsse.json", b"", |h| h.size = *b"77777777777\0")]);
    assert_eq!(Archive::read(&first), Err(ArchiveError::Truncated { at: 0 }));
}

#[test]
fn what_cannot_be_read_is_not_written() {
    let mut unsorted = archive(&[("a", "x"), ("b", "y")]);
    unsorted.files.reverse();
    assert_eq!(unsorted.write(), Err(ArchiveError::Order { path: "a".to_owned() }));
    assert_eq!(archive(&[("a", "x"), ("a", "y")]).write(), Err(ArchiveError::Twice { path: "a".to_owned() }));
    assert!(matches!(archive(&[("Pack.dsse.json", "x")]).write(), Err(ArchiveError::Collision { .. })));
    assert_eq!(archive(&[("pack.dsse.json", "x")]).write(), Err(ArchiveError::Twice { path: "pack.dsse.json".to_owned() }));
}
