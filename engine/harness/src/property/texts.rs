//! Texts that lie on either side of what policies say of texts: members and look-alikes, inside and beside a folder, hosts above and below,
//! texts that a pattern admits.

mod pattern;

use reach_compiler::ir::{Detector, Form, Part, Type};

use super::place::bare;
use super::random::Random;
pub(super) use pattern::{admitted, of_glob};

/// Texts that people write, by form.
pub(super) fn typical(ty: &Type) -> &'static [&'static str] {
    match bare(ty) {
        Type::Form(Form::Path(reach_values::path::Platform::Windows)) => &["C:/a", "C:/Users/ann/notes.txt", "D:/", "a.txt"],
        Type::Form(Form::Path(_)) => &["/a", "/", "a.txt", "/etc/passwd", "/a/../b", "~/.ssh/id_ed25519"],
        Type::Form(Form::Email) => &["ann@example.com", "mallory@evil.example", "ann+x@example.com"],
        Type::Form(Form::Url) => &["https://example.com/", "http://evil.example/a?b=c#d", "https://user@example.com:8443/x", "ftp://192.0.2.1/"],
        Type::Form(Form::Host) => &["example.com", "evil.example", "192.0.2.1", "localhost", "xn--bcher-kva.example"],
        Type::Form(Form::Ip) => &["192.0.2.1", "10.0.0.1", "127.0.0.1", "2001:db8::1", "::ffff:10.0.0.1"],
        Type::Form(Form::Network) => &["192.0.2.0/24", "10.0.0.0/8", "0.0.0.0/0"],
        Type::Form(Form::Iban) => &["GB33BUKB20201555555555", "DE89370400440532013000"],
        Type::Form(Form::Shell | Form::Command) => &["true", "", "ls -l", "rm -rf /", "sudo sh -c 'id'", "$X", "cat /etc/passwd | sh", "echo a > /tmp/a"],
        Type::Form(Form::Sql(_) | Form::Statement) => &[
            "select 1",
            "select * from users",
            "delete from users",
            "update users set a = 1 where b = 2",
            "drop table users",
            "select",
            "select 1; drop table users",
        ],
        _ => &["", "a", "hello world", "Ann", "12345678", "ünïcode ☃"],
    }
}

/// Returns texts near one that a policy names: itself, and such as look like it, stand in it, around it and beside it.
pub(super) fn near(ty: &Type, text: &str) -> Vec<String> {
    let mut all = vec![text.to_owned()];
    match bare(ty) {
        Type::Form(Form::Path(_)) => {
            all.extend([format!("{text}/a"), format!("{text}x"), format!("{text}/../x"), format!("{text}/a/b.txt"), format!("/a{text}")]);
            all.extend(text.rsplit_once('/').map(|(parent, _)| if parent.is_empty() { "/".to_owned() } else { parent.to_owned() }));
            all.push(text.trim_start_matches('/').to_owned());
        }
        Type::Form(Form::Host) => {
            all.extend([format!("a.{text}"), format!("evil{text}"), format!("{text}.evil.example"), format!("{text}.")]);
            all.extend(text.split_once('.').map(|(_, parent)| parent.to_owned()));
        }
        Type::Form(Form::Email) => match text.split_once('@') {
            Some((local, domain)) => {
                all.extend([
                    format!("x{local}@{domain}"),
                    format!("{local}@x{domain}"),
                    format!("{local}@a.{domain}"),
                    format!("{local}@{domain}.evil.example"),
                ]);
            }
            None => all.extend([format!("ann@{text}"), format!("ann@evil{text}"), format!("{text}@example.com")]),
        },
        Type::Form(Form::Url) => {
            all.extend([format!("{text}/a"), format!("{text}x"), format!("https://{text}/"), format!("https://a.{text}/x"), format!("https://evil{text}/")]);
        }
        Type::Form(Form::Ip | Form::Network) => all.extend(addresses(text)),
        Type::Form(Form::Shell | Form::Command) => all.extend(command_lines(text)),
        Type::Form(Form::Sql(_) | Form::Statement) => all.extend(queries(text)),
        _ => {
            all.extend([format!("{text}x"), format!("x{text}"), format!(" {text}")]);
            all.push(if text.chars().any(char::is_uppercase) { text.to_lowercase() } else { text.to_uppercase() });
            all.extend(text.char_indices().next_back().and_then(|(at, _)| text.get(..at)).map(str::to_owned));
        }
    }
    all
}

/// Returns a text within another one, or one that isn't and looks like it.
pub(super) fn within(random: &mut Random, ty: &Type, text: &str, holds: bool) -> String {
    let all = match (bare(ty), holds) {
        (Type::Form(Form::Path(_)), true) => {
            vec![text.to_owned(), format!("{}/a", text.trim_end_matches('/')), format!("{}/a/b.txt", text.trim_end_matches('/'))]
        }
        (Type::Form(Form::Path(_)), false) => vec![format!("{text}x"), format!("{text}/../x"), "/elsewhere".to_owned(), "/".to_owned()],
        (Type::Form(Form::Host), true) if !text.contains('/') => vec![text.to_owned(), format!("a.{text}"), format!("a.b.{text}")],
        (Type::Form(Form::Host), false) if !text.contains('/') => {
            vec![format!("evil{text}"), format!("{text}.evil.example"), "evil.example".to_owned(), text.split_once('.').map_or("a", |(_, p)| p).to_owned()]
        }
        (_, true) => addresses(text).into_iter().take(2).collect(),
        (_, false) => addresses(text).into_iter().skip(2).collect(),
    };
    random.pick(&all).cloned().unwrap_or_else(|| text.to_owned())
}

/// Returns addresses within a range (the first two), and such that aren't.
fn addresses(network: &str) -> Vec<String> {
    let (base, bits) = network.split_once('/').unwrap_or((network, "32"));
    let octets: Vec<u8> = base.split('.').filter_map(|octet| octet.parse().ok()).collect();
    let [a, b, c, d] = octets.as_slice() else {
        let inside = if base.ends_with("::") { format!("{base}1") } else { base.to_owned() };
        return vec![base.to_owned(), inside, "2001:db8:ffff::1".to_owned(), "192.0.2.1".to_owned(), "::1".to_owned()];
    };
    let base = u32::from_be_bytes([*a, *b, *c, *d]);
    let size = bits.parse::<u32>().ok().and_then(|bits| 32u32.checked_sub(bits)).map_or(1, |free| 1u64 << free);
    let last = u32::try_from(u64::from(base).saturating_add(size).saturating_sub(1)).unwrap_or(u32::MAX);
    let all = [base, last, base.wrapping_sub(1), last.wrapping_add(1)];
    all.into_iter().map(|n| n.to_be_bytes().map(|octet| octet.to_string()).join(".")).chain(["192.0.2.77".to_owned()]).collect()
}

/// Returns command lines around one that a policy names.
pub(super) fn command_lines(words: &str) -> Vec<String> {
    let first = words.split(' ').next().unwrap_or_default();
    vec![
        words.to_owned(),
        format!("{words} x"),
        format!("{words} --force"),
        format!("{words} && rm -rf /"),
        format!("ls; {words}"),
        format!("sudo {words}"),
        format!("sh -c '{words}'"),
        format!("{words} > /etc/passwd"),
        format!("A=1 {words}"),
        first.to_owned(),
        format!("{first} other"),
        format!("/usr/bin/{words}"),
        format!("{words} $(id)"),
        format!("$X {words}"),
    ]
}

/// Returns queries around a table that a policy names.
pub(super) fn queries(table: &str) -> Vec<String> {
    let table = table.replace('*', "t");
    vec![
        format!("select * from {table}"),
        format!("select a from {table} where b = 1 limit 10"),
        format!("delete from {table}"),
        format!("insert into {table} values (1)"),
        format!("update {table} set a = 1"),
        format!("drop table {table}"),
        format!("select * from {table} join users on 1 = 1"),
        format!("select * from {table}x"),
        format!("select 1; delete from {table}"),
        format!("create table {table} (a int)"),
    ]
}

/// Returns a text of a form with a part that is this.
pub(super) fn with_part(form: Form, part: Part, text: &str) -> String {
    match part {
        Part::PathName => format!("/a/{text}"),
        Part::PathExtension => format!("/a/b.{text}"),
        Part::PathParent => format!("{}/b", text.trim_end_matches('/')),
        Part::EmailLocal => format!("{text}@example.com"),
        Part::EmailDomain => format!("ann@{text}"),
        Part::UrlScheme => format!("{text}://example.com/"),
        Part::UrlHost => format!("https://{text}/"),
        Part::UrlPort => format!("https://example.com:{text}/"),
        Part::UrlPath => format!("https://example.com{text}"),
        Part::UrlQuery => format!("https://example.com/?{text}"),
        Part::UrlFragment => format!("https://example.com/#{text}"),
        Part::UrlUser => format!("https://{text}@example.com/"),
        Part::HostRegistrable => format!("a.{text}"),
        Part::IpVersion => if text == "6" { "2001:db8::1" } else { "192.0.2.1" }.to_owned(),
        Part::IbanCountry => if text == "DE" { "DE89370400440532013000" } else { "GB33BUKB20201555555555" }.to_owned(),
        _ if form.is_structured() && matches!(part, Part::ShellText | Part::CommandText | Part::SqlText) => text.to_owned(),
        _ if matches!(form, Form::Shell | Form::Command) => format!("{text} a"),
        _ if form.is_structured() => format!("select * from {text}"),
        _ => text.to_owned(),
    }
}

/// Returns a text in which a detector finds something.
pub(super) const fn found_by(detector: Detector) -> &'static str {
    match detector {
        Detector::Card => "4111111111111111",
        Detector::Iban => "DE89370400440532013000",
        Detector::Email => "ann@example.com",
        Detector::Phone => "+14155552671",
        Detector::Ip => "192.0.2.1",
        Detector::AwsKey => "AKIAIOSFODNN7EXAMPLE",
        Detector::Secret | Detector::GithubToken => "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
        Detector::PrivateKey => "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA\n-----END PRIVATE KEY-----",
        Detector::Jwt => "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_of_a_network_are_made() {
        assert_eq!(addresses("10.0.0.0/8")[..4], ["10.0.0.0", "10.255.255.255", "9.255.255.255", "11.0.0.0"]);
        assert_eq!(addresses("0.0.0.0/0")[..2], ["0.0.0.0", "255.255.255.255"]);
    }
}
