//! Addresses from a fixed seed, most of them nearly right.

/// The generator splitmix64 (S. Vigna).
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(n).unwrap()).unwrap()
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[self.below(from.len())]
    }

    fn several(&mut self, most: usize, mut piece: impl FnMut(&mut Self) -> String) -> String {
        (0..self.below(most + 1)).map(|_| piece(self)).collect()
    }
}

const LABELS: &[&str] = &[
    "example",
    "com",
    "EXAMPLE",
    "a",
    "a_b",
    "-a",
    "xn--bcher-kva",
    "xn--a",
    "XN--N3H",
    "bücher",
    "faß",
    "ⓔⓧ",
    "1",
    "0x7f",
    "08",
    "017",
    "256",
    "localhost",
    "a\u{ad}b",
    "א",
    "ー",
    "a%62",
    "a,b",
    "a*",
    "a!",
    "℀",
    "a＠b",
    "４",
];
const ADDRESSES: &[&str] = &[
    "127.0.0.1",
    "127.1",
    "0x7f.1",
    "2130706433",
    "0177.0.0.1",
    "01.2.3.4",
    "1.2.3.4.5",
    "256.1.1.1",
    "4294967296",
    "0x",
    "[::1]",
    "[::FFFF:1.2.3.4]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:0:0:1]",
    "[::127.0.0.1]",
    "[64:ff9b::1.2.3.4]",
    "[fe80::1%25eth0]",
    "[::1",
    "::1",
    "[1:2]",
    "[]",
    "[1.2.3.4]",
    "１.2.3.4",
    "[2001:DB8::1]",
];
const SCHEMES: &[&str] =
    &["http", "https", "https", "https", "HTTP", "ws", "ftp", "file", "foo", "ssh", "a+b", "data", "mailto", "javascript", "localhost", "example.com"];
const SLASHES: &[&str] = &["://", "://", "://", "://", "://", "://", "://", ":", ":/", ":///", "://///", ":\\\\", "", ":/\\"];
const USERS: &[&str] = &["user@", "user:pw@", "@", ":@", "a@b@", "good.example:80@", "a[@", "ü@", "a%40@", "a;b@", "a|b@"];
const PORTS: &[&str] = &[":80", ":443", ":", ":8080", ":65535", ":65536", ":00080", ":8a", ":-1", ":80:80"];
const SEGMENTS: &[&str] = &[
    "a", "b.c", "..", ".", "", "%2e", "%2E%2e", ".%2e", "%2f", "%zz", "ü", "a;b", "a|b", "C:", "c|", "[a]", "{a}", "\"", "<a>", "`", "a:b", "@", "...", "a\\b",
    "'", "~",
];
const TAILS: &[&str] = &["?", "#", "?a=b&c", "?a@b", "#a@b", "?'\"<>", "#`<>", "?ü", "#ü", "?a\\b", "?a#b?c", "?%zz", "#%"];
const STRAY: &[&str] = &["\t", "\n", " ", "\u{a0}", "\0", "\\", "@", "#", "?", "/", ":", "%", "\u{3002}", ".", "[", "]", "|", "\u{7f}"];

pub fn host(random: &mut Random) -> String {
    if random.one_in(3) {
        return random.pick(ADDRESSES).to_owned() + if random.one_in(8) { "." } else { "" };
    }
    let mut host = random.pick(&["example", "www.example", "a", "B"]).to_owned();
    for _ in 0..random.below(3) {
        let dot = if random.one_in(20) { random.pick(&["\u{3002}", "\u{ff0e}", ".."]) } else { "." };
        let label = if random.one_in(3) { random.pick(LABELS) } else { random.pick(&["example", "com", "net"]) };
        host = host + dot + label;
    }
    if random.one_in(30) {
        host += &".a".repeat(random.below(140));
    }
    host + if random.one_in(8) { "." } else { "" }
}

pub fn url(random: &mut Random) -> String {
    let mut url = random.pick(SCHEMES).to_owned() + random.pick(SLASHES);
    if random.one_in(4) {
        url += random.pick(USERS);
    }
    if !random.one_in(30) {
        url += &host(random);
    }
    if random.one_in(4) {
        url += random.pick(PORTS);
    }
    url += &random.several(4, |r| format!("/{}", r.pick(SEGMENTS)));
    if random.one_in(3) {
        url += random.pick(TAILS);
    }
    if random.one_in(12) {
        let at = random.below(url.chars().count() + 1);
        let at = url.char_indices().nth(at).map_or(url.len(), |(at, _)| at);
        url.insert_str(at, random.pick(STRAY));
    }
    url
}

/// Mostly what looks like an address, an IBAN, an e-mail address or a network.
pub fn any(random: &mut Random) -> String {
    match random.below(6) {
        0 => url(random),
        1 => host(random),
        2 => format!("{}@{}", random.pick(&["ann", "\"a@b\"", "a.b", "ü", "a b"]), host(random)),
        3 => random.several(12, |r| r.pick(&["::", ":", "ffff", "0", "1", ".", "127", "0x", "/8", "/64", "fe80", "2002"]).to_owned()),
        4 => {
            format!("{}{}", random.pick(&["DE89 ", "gb29NWBK", "XX00", "NO93"]), random.several(8, |r| r.pick(&["3704", "0044", " ", "6016", "A"]).to_owned()))
        }
        _ => random.several(10, |r| r.pick(STRAY).to_owned()),
    }
}
