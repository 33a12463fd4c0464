//! Machines of conditions on the parts of URLs in normal form, as `reach_values::url` takes them apart.

use super::classes::Classes;
use super::machine::{Machine, Outcomes, State};

/// The bytes between the parts.
const MARKS: &[u8] = b":/?#@[]%25cCfF";

/// In which part of a URL a byte stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Place {
    Scheme,
    Colon,
    Slash,
    Authority,
    Path,
    Query,
    Fragment,
}

impl Place {
    fn read(self, byte: u8) -> Self {
        match (self, byte) {
            (Self::Scheme, b':') => Self::Colon,
            (Self::Scheme | Self::Fragment, _) => self,
            (_, b'#') => Self::Fragment,
            (Self::Query, _) => self,
            (_, b'?') => Self::Query,
            (Self::Colon, b'/') => Self::Slash,
            (Self::Slash, b'/') => Self::Authority,
            (Self::Authority, b'/') | (Self::Colon | Self::Slash | Self::Path, _) => Self::Path,
            (Self::Authority, _) => self,
        }
    }
}

fn classes(inner: &Machine) -> Classes {
    inner.classes().apart(MARKS)
}

/// The scheme.
pub(super) fn scheme(inner: &Machine) -> Option<Machine> {
    let step = |(place, state): &(Place, State), byte: u8| {
        let next = place.read(byte);
        (next, if next == Place::Scheme { inner.step(*state, byte) } else { *state })
    };
    Machine::build(classes(inner), (Place::Scheme, 0), step, |(_, state)| inner.end(*state))
}

/// What stands behind the `?` or the `#`.
fn behind(inner: &Machine, absent: Outcomes, part: Place) -> Option<Machine> {
    let step = |(place, state): &(Place, Option<State>), byte: u8| {
        let next = place.read(byte);
        let state = match (next == part, state) {
            (true, Some(state)) => Some(inner.step(*state, byte)),
            (true, None) => Some(0),
            (false, state) => *state,
        };
        (next, state)
    };
    Machine::build(classes(inner), (Place::Scheme, None), step, |(_, state)| state.map_or(absent, |state| inner.end(state)))
}

/// The query.
pub(super) fn query(inner: &Machine, absent: Outcomes) -> Option<Machine> {
    behind(inner, absent, Place::Query)
}

/// The fragment.
pub(super) fn fragment(inner: &Machine, absent: Outcomes) -> Option<Machine> {
    behind(inner, absent, Place::Fragment)
}

/// What stands before the last `@` of the authority.
pub(super) fn user(inner: &Machine, absent: Outcomes) -> Option<Machine> {
    type Read = (Place, State, Option<State>);
    let step = |(place, here, before): &Read, byte: u8| {
        let next = place.read(byte);
        if next != Place::Authority || *place != Place::Authority {
            return (next, 0, *before);
        }
        (next, inner.step(*here, byte), if byte == b'@' { Some(*here) } else { *before })
    };
    Machine::build(classes(inner), (Place::Scheme, 0, None), step, |(_, _, before)| before.map_or(absent, |state| inner.end(state)))
}

/// Where in an authority a byte stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Host {
    /// In the host, of which something was read, or not.
    In(bool),
    /// In brackets.
    Bracketed(bool),
    /// Behind the host, of which something was read, or not.
    Behind(bool),
}

impl Host {
    /// Reads a byte of the authority; returns whether it is of the host.
    fn read(self, byte: u8) -> (Self, bool) {
        match (self, byte) {
            (_, b'@') => (Self::In(false), false),
            (Self::In(false), b'[') => (Self::Bracketed(false), false),
            (Self::In(any), b':') | (Self::Bracketed(any), b']') => (Self::Behind(any), false),
            (Self::In(_), _) => (Self::In(true), true),
            (Self::Bracketed(_), _) => (Self::Bracketed(true), true),
            (Self::Behind(any), _) => (Self::Behind(any), false),
        }
    }

    const fn any(self) -> bool {
        let (Self::In(any) | Self::Bracketed(any) | Self::Behind(any)) = self;
        any
    }
}

/// The host.
pub(super) fn host(inner: &Machine) -> Option<Machine> {
    type Read = (Place, Host, State);
    let step = |(place, host, state): &Read, byte: u8| {
        let next = place.read(byte);
        if next != Place::Authority || *place != Place::Authority {
            return (next, *host, *state);
        }
        match host.read(byte) {
            (host, true) => (next, host, inner.step(*state, byte)),
            (host, false) => (next, host, if byte == b'@' { 0 } else { *state }),
        }
    };
    let end = |(_, host, state): &Read| if host.any() { inner.end(*state) } else { Outcomes::NONE };
    Machine::build(classes(inner), (Place::Scheme, Host::In(false), 0), step, end)
}

/// The schemes with a port, and it.
const PORTS: [(&str, i128); 5] = [("https", 443), ("http", 80), ("wss", 443), ("ws", 80), ("ftp", 21)];

/// A port as far as it was read: how many digits, and how they compare with as many of the constant's.
type Digits = (usize, std::cmp::Ordering);

/// A URL as far as it was read, for its port.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Port {
    place: Place,
    scheme: Vec<u8>,
    host: Host,
    digits: Digits,
}

/// The port, compared with a constant. `judge` gets how the port compares with it.
pub(super) fn port(than: i128, judge: impl Fn(std::cmp::Ordering) -> Outcomes, absent: Outcomes) -> Option<Machine> {
    use std::cmp::Ordering::{Equal, Greater};
    let written = than.to_string();
    let letters: Vec<u8> = PORTS.iter().flat_map(|(scheme, _)| scheme.bytes()).collect();
    let classes = Classes::one().apart(MARKS).apart(b"0123456789").apart(&letters);
    let default = |scheme: &[u8]| PORTS.iter().find(|(name, _)| name.as_bytes() == scheme).map(|(_, port)| *port);
    let start = Port { place: Place::Scheme, scheme: Vec::new(), host: Host::In(false), digits: (0, Equal) };
    let step = |read: &Port, byte: u8| {
        let mut next = read.clone();
        next.place = read.place.read(byte);
        if next.place == Place::Scheme {
            next.scheme.push(byte);
            if !PORTS.iter().any(|(name, _)| name.as_bytes().starts_with(&next.scheme)) {
                // None of them begins like that, nor does what goes on behind it.
                next.scheme = b"-".to_vec();
            }
        }
        if next.place == Place::Authority && read.place == Place::Authority {
            if byte == b'@' {
                next.digits = (0, Equal);
            } else if matches!(read.host, Host::Behind(_)) && byte.is_ascii_digit() {
                let (count, so_far) = read.digits;
                let expected = written.as_bytes().get(count);
                next.digits = ((count + 1).min(8), so_far.then(expected.map_or(Greater, |expected| byte.cmp(expected))));
            }
            next.host = read.host.read(byte).0;
        }
        next
    };
    let end = |read: &Port| {
        let (count, digits) = read.digits;
        match (read.host.any(), count, default(&read.scheme)) {
            (false, ..) | (true, 0, None) => absent,
            (true, 0, Some(port)) => judge(port.cmp(&than)),
            // Ports have no leading zeros, so that the longer one is the greater one.
            (true, ..) => judge(if than < 0 { Greater } else { count.cmp(&written.len()).then(digits) }),
        }
    };
    Machine::build(classes, start, step, end)
}

/// The path of a URL as far as it was read.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Path {
    place: Place,
    state: State,
    /// Whether more was read than slashes.
    any: bool,
    /// Whether it begins with a slash; none before it begins.
    rooted: Option<bool>,
    /// Whether a slash was read that is none of the path if nothing follows.
    slash: bool,
    /// What stands behind a percent sign.
    encoded: Option<u8>,
    /// Whether servers disagree on it.
    odd: bool,
}

impl Path {
    fn odd(self, byte: u8) -> bool {
        matches!((self.encoded, byte), (Some(b'2'), b'f' | b'F') | (Some(b'5'), b'c' | b'C')) || (self.slash && byte == b'/')
    }
}

/// The path, in the normal form of paths.
pub(super) fn path(inner: &Machine) -> Option<Machine> {
    let step = |read: &Path, byte: u8| {
        let place = read.place.read(byte);
        let mut next = Path { place, ..*read };
        // The first slash behind the colon is of the path, if no second one follows.
        let in_path = matches!(place, Place::Path | Place::Slash);
        if place == Place::Authority && read.place == Place::Slash {
            return Path { place, ..START };
        }
        if !in_path {
            return next;
        }
        next.odd |= read.odd(byte);
        next.encoded = match (byte, read.encoded) {
            (b'%', _) => Some(b'%'),
            (b'2' | b'5', Some(b'%')) => Some(byte),
            _ => None,
        };
        let rooted = *next.rooted.get_or_insert(byte == b'/');
        next.slash = byte == b'/';
        if rooted && !next.slash {
            let slash: &[u8] = if read.slash { b"/" } else { b"" };
            next.state = inner.step(inner.run(read.state, slash), byte);
            next.any = true;
        }
        next
    };
    let end = |read: &Path| match read.rooted {
        Some(true) if !read.odd => {
            let root: &[u8] = if read.slash && !read.any { b"/" } else { b"" };
            inner.end(inner.run(read.state, root))
        }
        _ => Outcomes::NONE,
    };
    Machine::build(classes(inner), START, step, end)
}

const START: Path = Path { place: Place::Scheme, state: 0, any: false, rooted: None, slash: false, encoded: None, odd: false };
