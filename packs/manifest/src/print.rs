//! A manifest as `pack.reach` writes it.

use std::collections::BTreeSet;

use reach_grammar::{is_word, quoted};
use reach_statement::{Kind, Manifest, Spawn};

/// Words that mean something where a value stands.
const RESERVED: [&str; 14] = ["and", "or", "not", "if", "then", "else", "true", "false", "when", "unless", "because", "elif", "AND", "OR"];

/// Returns a name as manifests write it: plain where it can be, else in quotes.
pub(crate) fn name(text: &str) -> String {
    let plain = text.split('.').all(is_word) && !text.split('.').any(|word| RESERVED.contains(&word) || word == "NOT");
    if plain { text.to_owned() } else { quoted(text) }
}

fn glob(text: &str) -> String {
    // Raw text ends at a quote, and a backslash stands for itself there.
    if text.contains(['"', '\\']) { quoted(text) } else { format!("glob\"{text}\"") }
}

fn list(items: &BTreeSet<String>, write: impl Fn(&str) -> String) -> String {
    let items: Vec<String> = items.iter().map(|item| write(item)).collect();
    format!("[{}]", items.join(", "))
}

/// Returns the manifest as the text of a `pack.reach`, formatted. Read again, it is the same.
#[must_use]
pub fn text(manifest: &Manifest) -> String {
    let mut lines = vec![
        format!("description: {}", quoted(&manifest.description)),
        format!("license: {}", quoted(&manifest.license)),
        format!("kind: {}", if manifest.kind == Kind::Policy { "policy" } else { "connector" }),
        format!("reach: {}", quoted(&manifest.reach.to_string())),
    ];
    if !manifest.needs.is_empty() {
        let needs: Vec<String> = manifest.needs.iter().map(|(pack, versions)| format!("{pack}: {}", quoted(&versions.to_string()))).collect();
        lines.push(format!("needs: {{ {} }}", needs.join(", ")));
    }
    let names = [("tools", Some(&manifest.tools)), ("readers", Some(&manifest.readers))];
    lines.extend(names.into_iter().filter_map(|(entry, items)| Some(format!("{entry}: {}", list(items.filter(|i| !i.is_empty())?, name)))));
    let names = [("exports", &manifest.exports), ("parameters", &manifest.parameters)];
    lines.extend(names.into_iter().filter_map(|(entry, items)| Some(format!("{entry}: {}", list(items.as_ref()?, name)))));
    let rights = rights(manifest);
    if !rights.is_empty() {
        lines.push(format!("permissions {{\n    {}\n  }}", rights.join("\n    ")));
    }
    lines.push(format!("policies: {}", list(&manifest.policies, glob)));
    let text = format!("pack {} {} {{\n  {}\n}}\n", manifest.name, quoted(&manifest.version.to_string()), lines.join("\n  "));
    reach_grammar::format(&text, &reach_grammar::Limits::LANGUAGE).unwrap_or(text)
}

fn rights(manifest: &Manifest) -> Vec<String> {
    let permissions = &manifest.permissions;
    let mut lines = Vec::new();
    for (entry, items) in [("read", &permissions.read), ("write", &permissions.write)] {
        if !items.is_empty() {
            lines.push(format!("{entry}: {}", list(items, glob)));
        }
    }
    if !permissions.network.is_empty() {
        lines.push(format!("network: {}", list(&permissions.network, quoted)));
    }
    if !permissions.run.is_empty() {
        lines.push(format!("run: {}", list(&permissions.run, name)));
    }
    if let Some(Spawn { children, depth }) = permissions.spawn {
        lines.push(format!("spawn: {{ children: {children}, depth: {depth} }}"));
    }
    if !permissions.spend.is_empty() {
        let amounts: Vec<String> = permissions.spend.iter().map(|(of, amount)| format!("{}: {amount}", name(of))).collect();
        lines.push(format!("spend: {{ {} }}", amounts.join(", ")));
    }
    lines
}
