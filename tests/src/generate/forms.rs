//! Texts of the forms: plain ones, hostile ones, ones that can't be known, and ones that aren't valid.

use reach_values::form::Form;
use reach_values::path::Platform;
use reach_values::url;
use reach_values::zone::Zone;

use super::choices::Choices;
use super::types::How;

const PATHS: &[&str] = &[
    "/srv/data",
    "a",
    "/",
    "/srv/data/x.pem",
    "../a",
    "a/b.txt",
    "/etc",
    ".",
    "/etc/passwd",
    "/srv//data/./y/..",
    "..",
    "x.pem",
    "~/a",
    "/srv/data.old",
    "~root/.ssh",
    "./~a",
    "/srv/data/../../etc/shadow",
];
const WINDOWS_PATHS: &[&str] = &[
    r"C:\Users\Ann\a.txt",
    "c:/users/ann",
    r"\\server\share\x",
    r"\\?\C:\Windows",
    r"a\b.pem",
    r"..\x",
    r"C:\",
    r"C:\Windows\System32\..\..\Users\ANN",
    r"~\x",
    r"C:\USERS\ann\A.TXT.",
    r"D:\x",
    "x.pem",
    ".",
    r"C:relative",
    r"C:\PROGRA~1\x",
    r"C:\a.txt::$DATA",
    r"\rooted",
    "CON",
    r"C:\a*b",
];
const MACOS_PATHS: &[&str] = &[
    "/Users/Ann/a.txt",
    "/users/ann",
    "/private/etc/passwd",
    "/etc/passwd",
    "/System/Volumes/Data/Users/ann",
    "a/B.pem",
    "~/Library",
    "../x",
    "/tmp/cafe\u{301}",
    "/tmp/caf\u{e9}",
    ".",
    "/",
    "/Users/Ann/a\u{200d}.txt",
    "/var/x",
    "x.PEM",
];
const EMAILS: &[&str] = &[
    "ann@bank.example",
    "bob@bank.example",
    "a.b+c@x.example",
    "ann@BANK.example",
    "ann@Bank.Example",
    "eve@evil.example",
    "Ann@bank.example",
    "ann@sub.bank.example",
    "ann@b\u{fc}cher.example",
    "ann@",
    "two@at@signs.example",
];
const URLS: &[&str] = &[
    "https://example.com/a",
    "http://user:pw@evil.example:8080/x?q=1#f",
    "https://EXAMPLE.com:443/%2e%2e/etc",
    "http://169.254.169.254/latest/meta-data",
    "http://[::1]/",
    "http://0x7f.1/",
    "https://b\u{fc}cher.example/",
    "mailto:ann@bank.example",
    "file:///etc/passwd",
    "data:text/plain,x",
    "http://localhost",
    "https://a.example.com.",
    "http://[::ffff:10.0.0.1]/x",
    "https://example.com@evil.example/",
    "https://shop.example.co.uk",
    "http://[64:ff9b::10.0.0.1]/",
    "example.com/x",
    "//example.com/y",
    "localhost:8080",
    "http://",
    "not a url",
    "http://a b/",
];
const HOSTS: &[&str] = &[
    "example.com",
    "a.example.com",
    "EVIL.example",
    "10.0.0.1",
    "::1",
    "localhost",
    "169.254.169.254",
    "b\u{fc}cher.example",
    "shop.example.co.uk",
    "example.com.",
    "::ffff:10.0.0.1",
    "64:ff9b::10.0.0.1",
    "2002:a00:1::",
    "8.8.8.8",
    "metadata.google.internal",
    "notexample.com",
    "a..b",
    "10.0.0.256",
    "",
];
const IPS: &[&str] = &[
    "10.0.0.1",
    "127.0.0.1",
    "169.254.169.254",
    "8.8.8.8",
    "::1",
    "::ffff:10.0.0.1",
    "fe80::1",
    "2001:db8::1",
    "64:ff9b::10.0.0.1",
    "2002:a00:1::",
    "::10.0.0.1",
    "255.255.255.255",
    "0.0.0.0",
    "100.64.0.1",
    "fd00:ec2::254",
    "010.0.0.1",
    "10.0.0",
    "fe80::1%eth0",
];
const NETWORKS: &[&str] = &[
    "10.0.0.0/8",
    "::1/128",
    "192.168.0.0/16",
    "::ffff:0:0/96",
    "0.0.0.0/0",
    "::/0",
    "2002::/16",
    "169.254.169.254/32",
    "fc00::/7",
    "64:ff9b::/96",
    "10.0.0.1/8",
    "10.0.0.0/33",
];
const IBANS: &[&str] = &[
    "CH9300762011623852957",
    "GB29 NWBK 6016 1331 9268 19",
    "gb29nwbk60161331926819",
    "DE89370400440532013000",
    "NO9386011117947",
    "CH9300762011623852958",
    "XX00",
];
const COMMAND_LINES: &[&str] = &[
    "git status",
    "ls",
    "ls -la /srv/data",
    "git push --force origin main",
    "cat /etc/passwd | grep root",
    "rm -rf /srv/data/x && echo done",
    "A=1 env B=2 ls",
    "cat < a/b.txt > /etc/motd",
    "sudo -u root rm /etc/hosts",
    "xargs rm < list.txt",
    "find . -name '*.pem' -exec rm {} \\;",
    "sh -c 'git push'",
    "echo $(cat ~/.ssh/id_rsa)",
    "eval \"$X\"",
    "$CMD --now",
    "python3 -c 'print(1)'",
    "bash < script.sh",
    "if true; then ls; fi",
    "'unterminated",
    "PATH=/tmp ls",
    "rm $FILE",
    "cp a/b.txt \"$DEST\"",
    "echo hi > /dev/null",
    "",
    "# nothing",
    "cd /etc && cat passwd",
    "tee a/x < /etc/passwd",
    "A=$B git status",
    "ls *.pem",
    "git -C /srv status; eval x",
    "echo x > \"$OUT\"",
    "git status $MORE",
];
const QUERIES: &[&str] = &[
    "select 1",
    "select * from users",
    "select a, b from analytics.events where a = 1 limit 10",
    "insert into users values (1)",
    "update users set a = 1",
    "delete from public.users where id = 1",
    "drop table users",
    "select pg_read_file('/etc/passwd')",
    "with x as (delete from users returning *) select * from x",
    "select 1; drop table users",
    "explain analyze delete from users",
    "copy users to program 'sh'",
    "selec 1",
    "select 'unterminated",
    "",
    "select * from analytics.events, sales.orders",
    "select * from \"Users\" /* x */",
    "create table t as select * from users",
    "call p()",
    "select lower(a) from users",
];

/// Returns the texts of a form, valid or not.
fn all(form: Form) -> &'static [&'static str] {
    match form {
        Form::Path(Platform::Posix) => PATHS,
        Form::Path(Platform::Windows) => WINDOWS_PATHS,
        Form::Path(Platform::MacOs) => MACOS_PATHS,
        Form::Email => EMAILS,
        Form::Url => URLS,
        Form::Host => HOSTS,
        Form::Ip => IPS,
        Form::Network => NETWORKS,
        Form::Iban => IBANS,
        Form::Shell | Form::Command => COMMAND_LINES,
        Form::Sql(_) | Form::Statement => QUERIES,
    }
}

fn is_valid(form: Form, how: How, text: &str) -> bool {
    match (form, how) {
        (Form::Url, How::Scheme) => url::normalize_with(text, "https").is_ok(),
        _ => form.normalize(text).is_ok(),
    }
}

/// Picks a text that has the form.
pub fn valid(form: Form, how: How, c: &mut Choices<'_>) -> &'static str {
    let valid: Vec<&str> = all(form).iter().copied().filter(|text| is_valid(form, how, text)).collect();
    c.pick::<&str>(&valid)
}

/// Picks a text that mostly has the form.
pub fn any(form: Form, how: How, c: &mut Choices<'_>) -> &'static str {
    let invalid: Vec<&str> = all(form).iter().copied().filter(|text| !is_valid(form, how, text)).collect();
    if !invalid.is_empty() && c.chance(2) { c.pick::<&str>(&invalid) } else { valid(form, how, c) }
}

/// The zone of generated local times.
pub const ZONE: &str = "Europe/Berlin";

/// Picks a time that may be a local one; some come never or twice.
pub fn local_time(c: &mut Choices<'_>) -> &'static str {
    const TIMES: [&str; 8] = [
        "2026-01-01T01:00",
        "2026-06-01T12:00:00",
        "2026-03-29T01:59:59.999",
        "2026-03-29T03:00",
        "2026-01-01T00:00:00Z",
        "1890-01-01T00:00",
        "2026-03-29T02:30",
        "2026-10-25T02:30",
    ];
    let zone = Zone::find(ZONE).expect("it is in the database");
    let (valid, invalid): (Vec<&str>, Vec<&str>) = TIMES.iter().copied().partition(|text| zone.parse(text).is_ok());
    if c.chance(3) { c.pick::<&str>(&invalid) } else { c.pick::<&str>(&valid) }
}

/// The zones whose clocks conditions ask.
pub const ZONES: [&str; 4] = [ZONE, "UTC", "America/New_York", "Asia/Kathmandu"];

/// The commands that `runs only` and `may run` ask for.
pub const COMMANDS: [&str; 10] = ["ls", "git status", "git push", "rm", "cat", "git push --force", "rm -rf", "echo", "git", "grep root"];

/// The tables that `reads only` and `may write` ask for.
pub const TABLES: [&str; 6] = ["users", "analytics.*", "*", "public.users", "sales.orders", "t"];

/// The domains that hosts may lie in.
pub const DOMAINS: [&str; 4] = ["example.com", "evil.example", "bank.example", "metadata.google.internal"];

/// Texts in which something sensitive stands, or nearly.
pub const TELLING: [&str; 12] = [
    "4111 1111 1111 1111",
    "key AKIAIOSFODNN7EXAMPLE",
    "mail ann@bank.example, bob@bank.example",
    "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "GB29NWBK60161331926819",
    "at 10.0.0.1 and ::1",
    "call +41 44 668 18 00",
    "4111 1111 1111 1112",
    "hello 4111111111111111 hello",
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.TJVA95OrM7E2cBab30RMHrHDcEfxjoYZgeFONFh7HgQ",
    "4111111111111111ann@bank.example",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_has_texts_that_have_it() {
        for form in Form::DECLARED.into_iter().chain(Platform::ALL.iter().copied().map(Form::Path)) {
            let valid = all(form).iter().filter(|text| is_valid(form, How::Plain, text)).count();
            assert!(valid >= 5 || (form == Form::Iban && valid >= 4), "{form}: {valid}");
        }
    }
}
