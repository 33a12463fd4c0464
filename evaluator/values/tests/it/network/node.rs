//! Agreement with another implementation of the WHATWG URL Standard: that of Node.js.

use std::collections::BTreeMap;

use serde_json::Value;

use reach_values::url;

use super::generate::{self, Random};

/// Prints for each line, a JSON string, what the URL is with the rewrites that are documented; `null` for what is none.
const SCRIPT: &str = r"
const special = new Set(['http:', 'https:', 'ws:', 'wss:', 'ftp:', 'file:']);
function host(url) {
  let name = url.hostname;
  if (!special.has(url.protocol)) {
    try { name = new URL('http://' + decodeURIComponent(name) + '/').hostname; } catch { return null; }
  }
  if (name.endsWith('.')) name = name.slice(0, -1);
  const mapped = /^\[::ffff:([0-9a-f]+):([0-9a-f]+)\]$/.exec(name);
  if (!mapped) return name;
  const [high, low] = mapped.slice(1).map(hex => parseInt(hex, 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
function pieces(url) {
  const { hostname, host, port, protocol, username, password } = url;
  return { hostname, host, port, protocol, username, password };
}
function read(text) {
  let url;
  try { url = new URL(text); } catch { return null; }
  // Node 20 leaves the path of `a://b/..` empty, against the standard's path state.
  const head = text.split(/[?#]/)[0];
  if (!special.has(url.protocol) && !url.pathname && /^[^:]*:\/.*\/\.{1,2}$|^[^:]*:\/\.{1,2}$/.test(head)) {
    const at = url.href.search(/[?#]|$/);
    url = { ...pieces(url), pathname: '/', href: url.href.slice(0, at) + '/' + url.href.slice(at) };
  }
  const answer = { href: url.href, host: null, port: url.port, scheme: url.protocol.slice(0, -1), path: url.pathname };
  answer.userinfo = url.username + (url.password ? ':' + url.password : '');
  if (!url.host) return answer;
  answer.host = host(url);
  const behind = url.href.slice(url.href.indexOf('//') + 2);
  const end = behind.search(/[/?#]/);
  const user = answer.userinfo ? answer.userinfo + '@' : '';
  const tail = end < 0 ? '' : behind.slice(end);
  answer.href = url.protocol + '//' + user + answer.host + (url.port ? ':' + url.port : '') + tail;
  return answer;
}
const lines = require('fs').readFileSync(0, 'utf8').split('\n');
console.log(lines.map(line => JSON.stringify(read(JSON.parse(line)))).join('\n'));
";

/// Returns why a text is refused that Node takes, by the module's documentation.
fn reason(text: &str) -> Option<&'static str> {
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Some("control or blank");
    }
    let (scheme, rest) = text.split_once(':')?;
    let scheme = scheme.to_lowercase();
    let special = ["http", "https", "ws", "wss", "ftp", "file"].contains(&&*scheme);
    let head = rest.split(['?', '#']).next().unwrap();
    if head.contains('\\') {
        return Some("backslash");
    }
    if !rest.starts_with("//") {
        let port = rest.split(['/', '?', '#']).next().unwrap();
        return match () {
            () if special && !(scheme == "file" && rest.starts_with('/')) => Some("slashes"),
            () if scheme.contains('.') || port.contains('@') || port.bytes().all(|b| b.is_ascii_digit()) => Some("no scheme"),
            () if has_encoded_dots(head) => Some("encoded dots"),
            () if head.starts_with('/') && head.contains("//") => Some("slashes"),
            () if scheme == "file" && odd_file(head) => Some("drive"),
            () if head.starts_with('/') && dots_behind_drive(head) => Some("drive"),
            () => None,
        };
    }
    let behind = &rest[2..];
    let end = behind.find(['/', '?', '#']).unwrap_or(behind.len());
    let (authority, tail) = behind.split_at(end);
    let (user, place) = authority.rsplit_once('@').unwrap_or(("", authority));
    let host = place.trim_end_matches(|c: char| c.is_ascii_digit());
    let host = host.strip_suffix(':').unwrap_or(place);
    match () {
        () if !user.chars().all(|c| c.is_ascii_alphanumeric() || ":%;._~!$&'()*+,=-".contains(c)) => Some("userinfo"),
        () if !tail.starts_with('/') && tail.contains('@') => Some("@ behind authority"),
        () if has_encoded_dots(head) => Some("encoded dots"),
        () if place.is_empty() && special && scheme != "file" => Some("slashes"),
        () if scheme == "file" && (head[2..].contains("//") || authority.contains(':')) => Some("slashes"),
        () if dots_behind_drive(head) || scheme == "file" && (odd_file(head) || !place.is_empty() && tail.contains("/C:")) => Some("drive"),
        () if host.contains('%') => Some("percent in host"),
        () if host.contains([',', '*', '!', '&', '=', '+', '$', '\'', '"', ';', '{', '}', '`', '~', '(', ')']) => {
            Some("no letter, digit, hyphen or underscore in host")
        }
        () if host.split('.').any(|part| part.starts_with('0') && part.trim_start_matches('0').len() > 1 && part.bytes().all(|b| b.is_ascii_digit())) => {
            Some("octal")
        }
        () if host.replace(['\u{3002}', '\u{ff0e}'], ".").split('.').rev().skip(1).any(str::is_empty) || host == "\u{3002}" => Some("empty label"),
        () if !host.is_ascii() && host.chars().all(|c| !c.is_alphabetic() || "xf".contains(c)) => Some("IPv4 not in ASCII"),
        () if host.contains('א') => Some("right-to-left"),
        () if host.len() > 253 => Some("long host"),
        // Node reads hosts of schemes that it doesn't know as any text.
        () if !special && url::normalize(&format!("http://{place}/")).is_err() => Some("opaque host"),
        () => None,
    }
}

fn has_encoded_dots(head: &str) -> bool {
    head.split('/').any(|s| s.contains('%') && ["..", "."].contains(&&*s.to_lowercase().replace("%2e", ".")))
}

/// Compares a normal form and its parts with what Node answers.
fn agrees(normal: &str, answer: &Value) -> bool {
    let parts = url::parts(normal);
    let port = answer["port"].as_str().filter(|p| !p.is_empty()).map(|p| p.parse().unwrap());
    let own = match parts.scheme {
        "http" | "ws" => Some(80),
        "https" | "wss" => Some(443),
        "ftp" => Some(21),
        _ => None,
    };
    answer["href"] == *normal
        && answer["scheme"] == parts.scheme
        && answer["userinfo"] == parts.userinfo.unwrap_or("")
        && answer["path"] == parts.path
        && answer["host"].as_str().map(|h| h.trim_matches(['[', ']'])) == parts.host
        && port.or(own) == parts.port
}

fn odd_file(head: &str) -> bool {
    let path = head.trim_start_matches('/');
    path.contains('|') || head.split('/').any(|s| s == "..") && (path.contains(':') || path.contains("//"))
}

fn dots_behind_drive(head: &str) -> bool {
    let segments: Vec<_> = head.split('/').collect();
    let drive = |s: &&str| s.len() == 2 && s.ends_with([':', '|']) && s.starts_with(|c: char| c.is_ascii_alphabetic());
    segments.iter().position(drive).is_some_and(|at| segments[at..].contains(&".."))
}

#[test]
fn node_reads_the_same_urls() {
    let mut random = Random(1);
    let texts: Vec<_> = (0..super::cases(8000)).map(|_| generate::url(&mut random)).collect();
    let lines: Vec<_> = texts.iter().map(|t| serde_json::to_string(t).unwrap()).collect();
    let Some(answers) = super::ask("node", &["-e", SCRIPT], &lines) else { return };
    let (mut same, mut neither, mut refused, mut differ) = (0, 0, BTreeMap::<_, usize>::new(), Vec::new());
    for (text, answer) in texts.iter().zip(answers) {
        let answer: Value = serde_json::from_str(&answer).unwrap();
        match url::normalize(text) {
            Ok(normal) => {
                same += 1;
                if !agrees(&normal, &answer) {
                    differ.push(format!("{text:?} is {normal}, to Node {answer}"));
                }
            }
            Err(_) if answer.is_null() => neither += 1,
            Err(error) => match reason(text) {
                Some(reason) => *refused.entry(reason).or_default() += 1,
                None => differ.push(format!("{text:?} is refused ({error}) for no documented reason, to Node {answer}")),
            },
        }
    }
    assert!(differ.is_empty(), "{} differ:\n{}", differ.len(), differ[..differ.len().min(30)].join("\n"));
    eprintln!("{same} read alike, {neither} refused by both, refused here: {refused:?}");
    assert!(same * 4 > texts.len() && neither * 20 > texts.len(), "the generator makes enough of both");
    assert!(refused.len() >= 12, "every reason occurs: {refused:?}");
}
