//! Which texts are values of a type, as machines. What has the form but isn't in normal form may be among them; what is, always.

use reach_compiler::ir::{Form, Type};
use reach_values::path::Platform;

use super::machine::Machine;
use super::regular::whole;

/// A label of a name.
const LABEL: &str = "[a-z0-9_-]+";
/// An IPv4 address.
const FOUR: &str = r"(?:(?:[0-9]|[1-9][0-9]|1[0-9][0-9]|2[0-4][0-9]|25[0-5])(?:\.(?:[0-9]|[1-9][0-9]|1[0-9][0-9]|2[0-4][0-9]|25[0-5])){3})";
/// What may be an IPv6 address.
const SIX: &str = "[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}";

/// Expressions of the values of a type: the first ones are of values that people would write, the last is of all.
pub(crate) fn expressions(ty: &Type) -> Vec<String> {
    let name = format!(r"(?:{LABEL}\.)*(?:[a-z_-]|[a-z0-9_-]*[a-z_-])[a-z0-9_-]*");
    match ty {
        Type::Form(Form::Path(Platform::Posix)) => vec![paths(r"[^/\x00]", r"[^/.\x00]", r"[^/.~\x00]", "")],
        Type::Form(Form::Path(Platform::MacOs)) => vec![paths(r"[^/\x00A-Z]", r"[^/.\x00A-Z]", r"[^/.~\x00A-Z]", "")],
        Type::Form(Form::Path(Platform::Windows)) => {
            let head = r"|//[a-z]:/NAMES?|//[^/:\x00A-Z][^/\x00A-Z]*/[^/\x00A-Z]+(?:/NAMES)?";
            vec![paths(r#"[^/\x00-\x1f<>"|?*:\\A-Z]"#, r#"[^/.\x00-\x1f<>"|?*:\\A-Z]"#, r#"[^/.~\x00-\x1f<>"|?*:\\A-Z]"#, head)]
        }
        Type::Form(Form::Host) => vec![r"[a-z][a-z0-9]*(?:\.[a-z][a-z0-9]*)+".to_owned(), format!("{name}|{FOUR}"), format!("{name}|{FOUR}|{SIX}")],
        Type::Form(Form::Ip) => vec![FOUR.to_owned(), format!("{FOUR}|{SIX}")],
        Type::Form(Form::Network) => vec![format!("[a-z_]+|{FOUR}/[0-9]{{1,2}}|{SIX}/[0-9]{{1,3}}")],
        Type::Form(Form::Email) => {
            let domain = r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?";
            let atom = r"(?:[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]|[^\x00-\x7f])+";
            vec![r"[a-z]+@[a-z]+(?:\.[a-z]+)+".to_owned(), format!(r#"(?:{atom}(?:\.{atom})*|"[^\x00- \x7f]*")@{domain}"#)]
        }
        Type::Form(Form::Url) => {
            let host = r"[a-z][a-z0-9]*(?:\.[a-z][a-z0-9]*)+";
            vec![
                format!(r"https://{host}/[a-zA-Z0-9._/-]*"),
                format!(r"https?://(?:[a-zA-Z0-9:]+@)?{host}(?::[1-9][0-9]*)?/[!-~]*"),
                format!(r"[a-z][a-z0-9+.-]*://(?:[!-~]+@)?(?:{name}|{FOUR}|\[{SIX}\])(?::[1-9][0-9]*)?(?:/[!-~]*)?"),
                r"[a-z][a-z0-9+.-]*:[!-~]*".to_owned(),
            ]
        }
        Type::Form(Form::Iban) => vec!["[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}".to_owned()],
        _ => vec![".*".to_owned()],
    }
}

/// The expression of paths, of whose names a character, one that is no dot, and one that is no dot or tilde are given.
fn paths(any: &str, first: &str, plain: &str, more: &str) -> String {
    let tail = format!(r"(?:{first}{any}*|\.{first}{any}*|\.\.{any}+)");
    let begin = format!(r"(?:{plain}{any}*|\.{first}{any}*|\.\.{any}+)");
    let names = format!("{tail}(?:/{tail})*");
    let more = more.replace("NAMES?", &format!("(?:{names})?")).replace("NAMES", &names);
    // `..` may stand before all names where the beginning isn't the root.
    format!(r"/(?:{names})?|\.|{begin}(?:/{tail})*|\./~{any}*(?:/{tail})*|\.\.(?:/\.\.)*(?:/{names})?|~{any}*(?:/\.\.)*(?:/{names})?{more}")
}

/// Makes the machines of the values of a type; the last is of all.
pub(super) fn machines(ty: &Type) -> Vec<Machine> {
    expressions(ty).iter().map(|expression| whole(expression).unwrap_or_else(Machine::unknown)).collect()
}
