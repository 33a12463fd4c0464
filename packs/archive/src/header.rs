//! The header of a member.

use reach_statement::PackPath;
use tar::{Header, UstarHeader};

use crate::error::{ArchiveError, Field, MemberKind};
use crate::{BLOCK_BYTES, ENVELOPE_PATH};

/// Seven octal digits, as GNU tar and Python's `tarfile` write what is zero.
const ZERO: [u8; 8] = *b"0000000\0";

/// Returns the header of a file, which follows from its path and size.
pub fn header(path: &PackPath, len_bytes: usize) -> Header {
    let mut header = Header::new_ustar();
    let (prefix, name) = path.prefix_and_name();
    if let Some(ustar) = header.as_ustar_mut() {
        fill(&mut ustar.name, name);
        fill(&mut ustar.prefix, prefix);
        ustar.mode = *b"0000644\0";
        ustar.uid = ZERO;
        ustar.gid = ZERO;
        ustar.mtime = *b"00000000000\0";
        ustar.typeflag = [b'0'];
        ustar.dev_major = ZERO;
        ustar.dev_minor = ZERO;
        fill(&mut ustar.size, &format!("{len_bytes:011o}"));
    }
    header.set_cksum();
    // The crate writes seven digits; other programs write six, a zero byte and a space.
    let sum = header.cksum().unwrap_or(0);
    fill(&mut header.as_old_mut().cksum, &format!("{sum:06o}\0 "));
    header
}

fn fill(field: &mut [u8], text: &str) {
    for (to, from) in field.iter_mut().zip(text.bytes()) {
        *to = from;
    }
}

/// What a header says: a path and a size.
pub struct Member {
    /// The path; nothing for the envelope.
    pub path: Option<PackPath>,
    /// The path as text without what can't be seen.
    pub shown: String,
    /// How many bytes follow.
    pub len_bytes: usize,
}

/// Reads the header that stands `at` some byte. What it says beside path and size must be what [`header`] writes.
///
/// # Errors
/// When it is damaged, of another format, of something else than a plain file, or not canonical.
pub fn parse(block: &[u8; BLOCK_BYTES], at: usize) -> Result<Member, ArchiveError> {
    let header = Header::from_byte_slice(block);
    let ustar = header.as_ustar();
    if at == 0 && ustar.is_none() && header.as_gnu().is_none() && !has_checksum(header) {
        return Err(ArchiveError::NotUstar);
    }
    if !has_checksum(header) {
        return Err(ArchiveError::Checksum { at });
    }
    // Before the format: members of GNU tar say so themselves.
    let path = joined(header);
    let shown = String::from_utf8_lossy(&path).escape_debug().to_string();
    // As it stands there: the crate reads some of them as others.
    let [typeflag] = header.as_old().linkflag;
    if let Some(kind) = kind(typeflag) {
        return Err(ArchiveError::Kind { path: shown, kind });
    }
    let ustar = ustar.ok_or(ArchiveError::OtherFormat { at })?;
    if typeflag != b'0' {
        return Err(ArchiveError::Kind { path: shown, kind: MemberKind::Other(typeflag) });
    }
    let text = String::from_utf8_lossy(&path);
    let path = PackPath::new(text.as_ref()).map_err(|error| ArchiveError::Path { path: shown.clone(), error })?;
    let len_bytes = octal(&ustar.size).ok_or_else(|| ArchiveError::Field { path: shown.clone(), field: Field::Size })?;
    if let Some(field) = other_field(ustar, &self::header(&path, len_bytes)) {
        return Err(ArchiveError::Field { path: shown, field });
    }
    Ok(Member { path: Some(path).filter(|p| p.as_str() != ENVELOPE_PATH), shown, len_bytes })
}

/// The path, as POSIX.1-1988, 10.1.1 puts it together.
fn joined(header: &Header) -> Vec<u8> {
    let end = |field: &[u8]| field.split(|b| *b == 0).next().unwrap_or_default().to_vec();
    match header.as_ustar() {
        Some(ustar) if ustar.prefix.first() != Some(&0) => [end(&ustar.prefix), end(&ustar.name)].join(&b'/'),
        Some(ustar) => end(&ustar.name),
        None => end(&header.as_old().name),
    }
}

fn kind(typeflag: u8) -> Option<MemberKind> {
    Some(match typeflag {
        b'5' => MemberKind::Folder,
        b'1' => MemberKind::HardLink,
        b'2' => MemberKind::SymbolicLink,
        b'3' | b'4' => MemberKind::Device,
        b'6' => MemberKind::Pipe,
        b'x' | b'g' | b'X' => MemberKind::Pax,
        b'S' => MemberKind::Sparse,
        b'L' | b'K' | b'D' | b'M' | b'N' | b'V' => MemberKind::Gnu,
        // `7` was once for files that lie in one piece; a zero byte is what tar wrote before there was ustar.
        _ => return None,
    })
}

/// Eleven octal digits and a zero byte.
fn octal(field: &[u8; 12]) -> Option<usize> {
    let [digits @ .., 0] = field else {
        return None;
    };
    digits.iter().try_fold(0usize, |value, digit| match digit {
        b'0'..=b'7' => value.checked_mul(8)?.checked_add(usize::from(digit - b'0')),
        _ => None,
    })
}

/// The sum of all bytes, with spaces for the sum itself, as octal digits that may have spaces and zero bytes around them.
fn has_checksum(header: &Header) -> bool {
    let bytes = header.as_bytes();
    let sum = bytes.iter().enumerate().map(|(at, b)| if (148..156).contains(&at) { u32::from(b' ') } else { u32::from(*b) }).sum::<u32>();
    let field = header.as_old().cksum;
    let digits = field.iter().skip_while(|b| **b == b' ').take_while(|b| matches!(b, b'0'..=b'7'));
    digits.fold(None, |value: Option<u32>, digit| Some(value.unwrap_or(0).wrapping_mul(8) + u32::from(digit - b'0'))) == Some(sum)
}

/// The first field that is another one than it must be.
fn other_field(found: &UstarHeader, expected: &Header) -> Option<Field> {
    let expected = expected.as_ustar()?;
    let pairs: [(Field, &[u8], &[u8]); 14] = [
        (Field::Mode, &found.mode, &expected.mode),
        (Field::Owner, &found.uid, &expected.uid),
        (Field::Owner, &found.gid, &expected.gid),
        (Field::Time, &found.mtime, &expected.mtime),
        (Field::Size, &found.size, &expected.size),
        (Field::LinkTarget, &found.linkname, &expected.linkname),
        (Field::OwnerName, &found.uname, &expected.uname),
        (Field::OwnerName, &found.gname, &expected.gname),
        (Field::Device, &found.dev_major, &expected.dev_major),
        (Field::Device, &found.dev_minor, &expected.dev_minor),
        (Field::Path, &found.name, &expected.name),
        (Field::Path, &found.prefix, &expected.prefix),
        (Field::Rest, &found.pad, &expected.pad),
        // Behind the others, each of which changes it.
        (Field::Checksum, &found.cksum, &expected.cksum),
    ];
    pairs.into_iter().find(|(_, found, expected)| found != expected).map(|(field, ..)| field)
}
