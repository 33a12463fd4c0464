//! What the benches measure: a typical gate policy with an event, and large bundles.

pub mod lint;

use std::fmt::Write as _;

/// A policy as a gate has it: one tool, five conditions.
pub const GATE: &str = r#"// What a payment assistant may do.
tool send_money(
  recipient: text, amount: decimal, currency: text, subject: text, date: date?,
  source_account: text, note: text?, urgent: bool
)

context {
  user: email
  role: enum { teller, auditor }
}

let payees: set<text> = {
  "CH9300762011623852957", "GB29NWBK60161331926819", "DE89370400440532013000", "FR1420041010050500013M02606",
  "NL91ABNA0417164300", "ES9121000418450200051332", "IT60X0542811101000000123456", "AT611904300234573201"
}

permit small_payment
  on send_money
  when context.role == teller
   and args.recipient in payees
   and args.amount <= 500.00
   and args.currency == "EUR"
   and not args.urgent
"#;

/// The event that begins a session of [`GATE`].
pub const GATE_START: &str =
    r#"{"session":"s-7f3a9c52e1b04d68","type":"start","context":{"user":"ann@bank.example","role":"teller"},"at":"2026-01-01T00:00:00Z"}"#;

/// A tool call of [`GATE`] that is permitted: 643 bytes.
pub const GATE_CALL: &str = r#"{"session":"s-7f3a9c52e1b04d68","type":"call","id":"toolu_01A09q90qw90lq917835lq9","agent":"main","name":"send_money","args":{"recipient":"DE89370400440532013000","amount":249.95,"currency":"EUR","subject":"Invoice 2026-0117 of January, office supplies and chairs","date":"2026-01-31","source_account":"CH9300762011623852957","note":"Please book this under cost centre 4711 and send a copy of the receipt to accounting as soon as the transfer is through. The delivery came on Friday, complete and without damage, and the delivery note with all the signatures is filed with the order in the folder.","urgent":false},"at":"2026-01-31T09:30:00Z"}"#;

/// A bundle of `rules` rules, ten a tool, each with three conditions, beside the tool `t` with one rule.
#[must_use]
pub fn many_rules(rules: usize) -> String {
    let mut text = String::from("tool t(n: int, s: text)\n\npermit of_t\n  on t\n  when args.n < 10 and args.s == \"a\"\n\n");
    for rule in 0..rules {
        let tool = rule / 10;
        if rule % 10 == 0 {
            let _ = writeln!(text, "tool other_{tool}(amount: decimal, to: text, file: path, flag: bool?)\n");
        }
        let effect = ["permit", "forbid", "ask"][rule % 3];
        let _ = writeln!(
            text,
            "{effect} rule_{rule}\n  on other_{tool}\n  when args.amount > {rule}.50 and args.to in {{ \"p{rule}\", \"q{tool}\" }}\n  unless args.file within \"/srv/{tool}\"\n  because \"{{args.amount}} to {{args.to}}\"\n"
        );
    }
    text
}

/// A bundle of about `bytes` bytes' worth of rules in files small enough for the language.
#[must_use]
pub fn many_files(rules: usize) -> Vec<(String, String)> {
    let whole = many_rules(rules);
    let mut files = vec![String::new()];
    for declaration in whole.split_inclusive("\n\n") {
        if files.last().is_some_and(|f| f.len() + declaration.len() > 1 << 19) {
            files.push(String::new());
        }
        files.last_mut().unwrap().push_str(declaration);
    }
    files.into_iter().enumerate().map(|(n, text)| (format!("part_{n:03}.reach"), text)).collect()
}

#[cfg(test)]
mod tests {
    use super::GATE_CALL;

    #[test]
    fn the_typical_event_has_643_bytes() {
        assert_eq!(GATE_CALL.len(), 643);
    }
}
