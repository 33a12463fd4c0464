//! `@severity(high)` and its like. An unknown one is an error: `@advisry` must not enforce by accident.

use reach_codes::Diagnostic;
use reach_codes::table::name as codes;
use reach_grammar::ast::{Attribute, Decl, DeclKind};
use reach_values::time::parse_date;

use super::Checker;
use super::names::did_you_mean;
use super::suggest::listed;

const ALL: [&str; 5] = ["severity", "owner", "advisory", "allow", "reference"];
const SEVERITIES: [&str; 5] = ["info", "low", "medium", "high", "critical"];

/// What a declaration's attributes say.
#[derive(Clone, Debug, Default)]
pub(super) struct Attributes {
    pub(super) advisory: bool,
    pub(super) severity: Option<String>,
    pub(super) owner: Option<String>,
    pub(super) references: Vec<String>,
    pub(super) allows: Vec<String>,
}

impl<'a> Checker<'a> {
    pub(super) fn check_attributes(&mut self, decl: &'a Decl) -> Attributes {
        let mut out = Attributes::default();
        let mut seen: Vec<&Attribute> = Vec::new();
        for attribute in &decl.attributes {
            let name = attribute.name.text.as_str();
            if !ALL.contains(&name) {
                let near = self.suggestions.nearest(name, ALL.into_iter()).map(str::to_owned);
                let d = Diagnostic::new(codes::UNKNOWN_ATTRIBUTE, attribute.name.span, format!("there is no attribute `@{name}`"));
                if let Some(near) = near {
                    self.report(d.help(format!("did you mean `@{near}`?")).fix(attribute.name.span, near));
                    continue;
                }
                self.report(d.help(format!("the attributes are {}", listed(ALL.into_iter()))));
                continue;
            }
            let repeated = seen.iter().find(|a| a.name.text == name);
            if let (Some(first), false) = (repeated, matches!(name, "allow" | "reference")) {
                let d = Diagnostic::new(codes::REPEATED_ATTRIBUTE, attribute.span, format!("`@{name}` stands here twice"))
                    .label("again here")
                    .other(first.span, "first here")
                    .help("remove one of them");
                self.report(d);
                continue;
            }
            seen.push(attribute);
            if matches!(name, "severity" | "advisory") && !matches!(decl.kind, DeclKind::Rule(_)) {
                let d = Diagnostic::new(codes::MISPLACED_ATTRIBUTE, attribute.span, format!("`@{name}` belongs to rules"))
                    .help("put it before a `permit`, `ask`, `forbid`, `otherwise ask` or `oblige`");
                self.report(d);
                continue;
            }
            self.read_attribute(attribute, &mut out);
        }
        out
    }

    fn read_attribute(&mut self, attribute: &Attribute, out: &mut Attributes) {
        let words: Vec<&str> = attribute.arguments.iter().map(|a| a.text.as_str()).collect();
        let all_quoted = attribute.arguments.iter().all(|a| a.quoted);
        let none_quoted = attribute.arguments.iter().all(|a| !a.quoted);
        match (attribute.name.text.as_str(), words.as_slice()) {
            ("advisory", []) => out.advisory = true,
            // Since when it is on trial: nothing that decides, so lints read it where it stands.
            ("advisory", [day]) if all_quoted && parse_date(day).is_ok() => out.advisory = true,
            ("severity", [level]) if none_quoted && SEVERITIES.contains(level) => out.severity = Some((*level).to_owned()),
            ("owner", [owner]) if all_quoted => out.owner = Some((*owner).to_owned()),
            ("reference", [_, ..]) if all_quoted => out.references.extend(words.iter().map(|w| (*w).to_owned())),
            ("allow", [_, ..]) if none_quoted => out.allows.extend(words.iter().map(|w| (*w).to_owned())),
            ("severity", [level]) if none_quoted => {
                let span = attribute.arguments.first().map_or(attribute.span, |a| a.span);
                let near = self.suggestions.nearest(level, SEVERITIES.into_iter()).map(str::to_owned);
                let d = Diagnostic::new(codes::ATTRIBUTE_ARGUMENT, span, format!("there is no severity `{level}`"));
                self.report(did_you_mean(d, span, near, || format!("the severities are {}", listed(SEVERITIES.into_iter()))));
            }
            (name, _) => {
                let wanted = match name {
                    "advisory" => "it takes no argument, or the day since when it is so: `@advisory(\"2026-01-01\")`".to_owned(),
                    "severity" => format!("it takes one word, of {}: `@severity(high)`", listed(SEVERITIES.into_iter())),
                    "owner" => "it takes one text: `@owner(\"payments\")`".to_owned(),
                    "reference" => "it takes texts: `@reference(\"OWASP ASI02\")`".to_owned(),
                    _ => "it takes the names of lints: `@allow(unreachable-rule)`".to_owned(),
                };
                let d = Diagnostic::new(codes::ATTRIBUTE_ARGUMENT, attribute.span, format!("`@{name}` can't take this")).help(wanted);
                self.report(d);
            }
        }
    }
}
