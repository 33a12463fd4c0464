//! What differs, for people.

use reach_analysis::{Change, ChangeKind, Difference};

use super::{KINDS, words};
use crate::policy::report::{BOLD, about, decision, ink, session};

/// Returns the differences by kind, each with its example.
pub fn text(difference: &Difference, color: bool) -> String {
    let mut out = String::new();
    for kind in KINDS {
        let changes: Vec<&Change> = difference.changes.iter().filter(|c| c.kind == kind).collect();
        if changes.is_empty() {
            continue;
        }
        out.push_str(&format!("{}\n\n", ink(color, BOLD, words(kind))));
        for change in changes {
            of_change(change, color, &mut out);
            out.push('\n');
        }
    }
    if difference.more > 0 {
        out.push_str(&format!("at least {} more\n\n", difference.more));
    }
    if !difference.unknown.is_empty() {
        out.push_str(&format!("{}\n\n", ink(color, BOLD, "not known")));
        for unknown in &difference.unknown {
            out.push_str(&format!("  {}\n", about(unknown)));
        }
        out.push('\n');
    }
    if out.is_empty() {
        return "nothing differs\n".to_owned();
    }
    out.pop();
    out
}

fn of_change(change: &Change, color: bool, out: &mut String) {
    for line in session(&change.witness.events) {
        out.push_str(&format!("  {line}\n"));
    }
    let with = change.kind == ChangeKind::ObligationsChanged;
    for (word, decided) in [("before", &change.before), ("after", &change.after)] {
        for (n, line) in decision(decided, color, with).into_iter().enumerate() {
            let head = if n == 0 { word } else { "" };
            out.push_str(&format!("    {head:<6}  {line}\n"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::made::{bank, change, desk, difference};

    #[test]
    fn differences_read_like_this() {
        let (old, new) = (
            bank("old", ["ceiling: decimal = 5000.00", "ceiling: decimal = 50000.00"]),
            bank("new", ["free_amount: decimal = 500.00", "free_amount: decimal = 900.00"]),
        );
        let send = |amount: &str| {
            format!(r#"{{"type":"call","id":"a","name":"send_money","args":{{"recipient":"GB29NWBK60161331926819","amount":{amount},"subject":"x"}}}}"#)
        };
        let bank = [change(&old, &new, "call send_money", &[&send("900")]), change(&old, &new, "call send_money", &[&send("5000.01")])];
        let (old, new) = (desk("old", ["notify \"bank\", set", "set"]), desk("new", ["risk < 3", "risk < 2"]));
        let pay = r#"{"type":"call","id":"a","name":"pay","args":{"to":"bob","amount":1.50}}"#;
        let desk = [
            change(&old, &new, "call pay", &[r#"{"type":"start","context":{"user":"ann","limit":5}}"#, pay]),
            change(&old, &new, "call pay", &[pay, r#"{"type":"approval","step":"a","granted":true,"by":"ann"}"#]),
            change(&old, &new, "call open", &[r#"{"type":"call","id":"a","name":"open","args":{"page":"https://a.example/"},"facts":{"risk":2}}"#]),
        ];
        let all = difference(bank.into_iter().chain(desk).collect());
        insta::assert_snapshot!(text(&all, false));
        assert!(text(&all, true).contains("\u{1b}[31mforbid\u{1b}[0m by `above_ceiling`"));
        assert_eq!(text(&Difference::default(), false), "nothing differs\n");
        let data = super::super::DiffData {
            old: "old".into(),
            new: "new `x`".into(),
            difference: all,
            failed: vec![super::super::Gate::NoNewPermit],
            written: vec![],
            left_out: vec![],
        };
        insta::assert_snapshot!("markdown", super::super::markdown::markdown(&data));
        let place = |folder: &'static str| move |file: &str| Some(format!("{folder}/{file}"));
        let sarif = super::super::sarif::sarif(&data, &place("pol icies/new"), &place("old")).unwrap();
        insta::assert_snapshot!("sarif", sarif.replace(crate::answer::ENGINE_VERSION, "[version]"));
        insta::assert_snapshot!(super::super::summary(&data.difference), @r##"9 steps compared: 1 newly permitted, 2 newly forbidden, 2 with other obligations, 2 more, 2 not known"##);
    }
}
