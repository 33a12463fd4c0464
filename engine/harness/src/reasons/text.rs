//! Reasons for people.

use reach_codes::render::{Ink, plain};
use reach_engine::{AdvisoryEffect, Condition, Effect, Truth};

use super::{Change, Changed, Found, Reasons, Role, RuleReason, Why, WhyNot};
use crate::witness::{self, Json};

/// To how many characters values are brought to one width.
const WIDE: usize = 60;

struct Page {
    out: String,
    color: bool,
}

impl Reasons {
    /// Returns the reasons for people, a section for each question; colours are ANSI escapes.
    #[must_use]
    pub fn text(&self, color: bool) -> String {
        let mut page = Page { out: String::new(), color };
        page.why(&self.why);
        if let Some(why_not) = &self.why_not {
            page.out.push('\n');
            page.why_not(why_not);
        }
        if !self.changes.is_empty() {
            page.out.push('\n');
            page.heading("what would change it", "");
            self.changes.iter().for_each(|change| page.change(change));
        }
        page.out
    }
}

impl Why {
    /// Returns what suffices, in a sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        if let Some(reserved) = &self.reserved {
            return format!("`{reserved}` suffices, whatever the rules say");
        }
        match (self.rules.is_empty(), self.conditions) {
            (true, _) => "no rule about the step matches, since there is none".to_owned(),
            (false, 0) => "no condition matters".to_owned(),
            (false, 1) => "1 condition suffices".to_owned(),
            (false, n) if self.smallest => format!("{n} conditions suffice, and no fewer"),
            (false, n) => format!("{n} conditions suffice"),
        }
    }
}

impl WhyNot {
    /// Returns what would have to be otherwise, in a sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        let mut said: Vec<String> = self.besides.iter().cloned().collect();
        match self.conditions {
            0 => {}
            1 => said.push("1 condition would have to be otherwise".to_owned()),
            n if self.smallest => said.push(format!("{n} conditions would have to be otherwise, and no fewer")),
            n => said.push(format!("{n} conditions would have to be otherwise")),
        }
        said.join("; ")
    }
}

impl Change {
    /// Returns what would have to change, in a sentence that goes on behind the effect.
    #[must_use]
    pub fn sentence(&self) -> String {
        let because = || if self.why.is_empty() { String::new() } else { format!(": {}", plain(&self.why.join("; "))) };
        match self.found {
            Found::Found => {
                let by: Vec<String> = self.by.iter().map(|rule| format!("`{}`", plain(rule))).collect();
                let fewer = if self.smallest || self.values.len() == 1 { "" } else { " (whether fewer are enough is not known)" };
                format!("by {}, with{fewer}", by.join(" and "))
            }
            Found::None => format!("never, whatever these values are{}", because()),
            Found::Unknown => format!("is not known to come about{}", because()),
        }
    }
}

impl Changed {
    /// Returns both values for people.
    #[must_use]
    pub fn shown(&self) -> (String, String) {
        let shown = |json: Option<&String>| match json {
            None => "nothing".to_owned(),
            Some(json) => plain(&Json::read(json).map_or_else(|| json.clone(), |json| witness::value(&json))).replace('\n', "\\n"),
        };
        (shown(self.from.as_ref()), shown(self.to.as_ref()))
    }
}

const fn effect_ink(effect: Effect) -> Ink {
    match effect {
        Effect::Permit => Ink::Good,
        Effect::Ask => Ink::Doubt,
        Effect::Forbid => Ink::Bad,
    }
}

impl RuleReason {
    /// Returns what the rule does, in a few words.
    #[must_use]
    pub fn does(&self) -> &'static str {
        match (self.role, self.conditions.is_empty()) {
            (Role::Decides, _) => "decides",
            (Role::Matches, _) => "matches",
            (Role::DoesNotMatch, _) => "does not match",
            (Role::MustMatch, true) => "is nearest, and matches",
            (Role::MustMatch, false) => "is nearest, but for",
            (Role::MustMatchToo, _) => "must match too, but for",
            (Role::MustNotMatch, true) => "stands in the way, whatever else",
            (Role::MustNotMatch, false) => "stands in the way, since",
        }
    }
}

/// Returns the word of an effect as rules have it.
#[must_use]
pub const fn effect_word(effect: AdvisoryEffect) -> &'static str {
    match effect {
        AdvisoryEffect::Permit => "permit",
        AdvisoryEffect::Ask => "ask",
        AdvisoryEffect::Forbid => "forbid",
        AdvisoryEffect::OtherwiseAsk => "otherwise ask",
        AdvisoryEffect::Oblige => "oblige",
    }
}

impl Page {
    fn why(&mut self, why: &Why) {
        self.heading("why", &why.sentence());
        why.rules.iter().for_each(|rule| self.rule(rule));
    }

    fn why_not(&mut self, why_not: &WhyNot) {
        self.heading(&format!("why not {}", why_not.wanted.word()), &why_not.sentence());
        why_not.nearest.iter().chain(&why_not.in_the_way).for_each(|rule| self.rule(rule));
    }

    fn change(&mut self, change: &Change) {
        let effect = self.ink(effect_ink(change.effect), change.effect.word());
        self.line(1, &format!("{effect} {}", change.sentence()));
        let shown: Vec<(String, (String, String))> = change.values.iter().map(|v| (plain(&v.value), v.shown())).collect();
        let names = shown.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        let values = shown.iter().map(|(_, (_, to))| to.chars().count()).max().unwrap_or(0).min(WIDE);
        for (name, (from, to)) in &shown {
            let was = self.ink(Ink::Quiet, &format!("instead of {from}"));
            self.line(2, &format!("{name:<names$}  {to:<values$}  {was}"));
        }
    }

    fn heading(&mut self, title: &str, sentence: &str) {
        let title = self.ink(Ink::Strong, title);
        self.line(0, &if sentence.is_empty() { title } else { format!("{title}: {sentence}") });
    }

    fn rule(&mut self, rule: &RuleReason) {
        let place = self.ink(Ink::Quiet, &format!("({}:{}:{})", plain(&rule.file), rule.line, rule.column));
        self.line(1, &format!("{} {} {place} {}", effect_word(rule.effect), rule.rule, rule.does()));
        rule.conditions.iter().for_each(|condition| self.condition(condition));
    }

    fn condition(&mut self, condition: &Condition) {
        let (word, ink) = match condition.value {
            Truth::True => ("true", Ink::Good),
            Truth::False => ("false", Ink::Bad),
            Truth::None => ("no value", Ink::Doubt),
        };
        let value = self.ink(ink, &format!("{word:<8}"));
        self.line(2, &format!("{value}  {}", plain(&condition.source)));
        for (below, line) in condition.details() {
            let line = self.ink(Ink::Quiet, &line);
            self.line(7 + below, &line);
        }
    }

    fn line(&mut self, indent: usize, text: &str) {
        for _ in 0..indent {
            self.out.push_str("  ");
        }
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn ink(&self, ink: Ink, text: &str) -> String {
        ink.on(self.color, text)
    }
}
