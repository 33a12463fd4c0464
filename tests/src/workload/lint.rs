//! Large bundles in which lints find nothing: every rule is of use.

use std::fmt::Write as _;

/// How rules and tools go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Ten rules a tool, of ten kinds.
    TenATool,
    /// A tool for each rule.
    OneATool,
    /// All rules about one tool; they differ in a constant.
    OneTool,
}

/// Returns a bundle of so many rules, in files small enough for the language.
#[must_use]
pub fn files(shape: Shape, rules: usize) -> Vec<(String, String)> {
    let mut files = vec![String::new()];
    for rule in 0..rules {
        if files.last().is_some_and(|f| f.len() > 1 << 19) {
            files.push(String::new());
        }
        if let Some(text) = files.last_mut() {
            // Writing to a text can't fail.
            let _ = match shape {
                Shape::TenATool => ten_a_tool(text, rule),
                Shape::OneATool => writeln!(
                    text,
                    "tool pay_{rule}(amount: decimal, to: text)\n\npermit small_{rule}\n  on pay_{rule}\n  when args.amount <= {rule}.00 and args.to in {{ \"ann_{rule}\", \"bob_{rule}\" }}\n"
                ),
                Shape::OneTool => {
                    if rule == 0 {
                        text.push_str("tool pay(amount: decimal, to: text)\n\n");
                    }
                    writeln!(text, "permit small_{rule}\n  on pay\n  when args.amount <= 500.00 and args.to == \"ann_{rule}\"\n")
                }
            };
        }
    }
    files.into_iter().enumerate().map(|(n, text)| (format!("part_{n:03}.reach"), text)).collect()
}

fn ten_a_tool(text: &mut String, rule: usize) -> std::fmt::Result {
    let tool = rule / 10;
    if rule.is_multiple_of(10) {
        writeln!(text, "tool t_{tool}(amount: decimal, to: text, file: path, page: url?, flag: bool?, note: text)\n")?;
    }
    let (effect, when) = match rule % 10 {
        0 => ("permit", format!("args.amount <= {rule}.50 and args.file within \"/srv/{tool}\"")),
        1 => ("forbid", "args.amount > 900000.00".to_owned()),
        2 => ("ask", format!("args.to in {{ \"ann_{rule}\", \"bob_{rule}\" }} and args.amount > 10.00")),
        3 => ("permit", format!("args.file matches glob\"/data/{tool}/**/*.txt\"")),
        4 => ("forbid", "args.note contains \"password\"".to_owned()),
        5 => ("ask", format!("args has page and args.page.host within \"site{tool}.example.com\"")),
        6 => ("permit", "args.flag else false".to_owned()),
        7 => ("forbid", format!("args.to matches re\"^x{rule}-[a-z]+$\" and args.to from user")),
        8 => ("ask", format!("count(attempted call t_{tool} over 1h) >= 50")),
        _ => ("permit", format!("args.to == \"carl_{rule}\"")),
    };
    writeln!(text, "{effect} rule_{rule}\n  on t_{tool}\n  when {when}\n  because \"{{args.amount}} to {{args.to}}\"\n")
}
