//! Decisions kept as text that diffs well: one line each, sorted by session and number.
//!
//! The first line is `reach decisions 1`. Each other one is a JSON array: session, number of the event in it, `id`, effect, rules.

use std::collections::BTreeMap;

use reach_engine::{Decision, Effect};

/// The first line.
const HEADER: &str = "reach decisions 1";

/// A decision that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The step's `id`.
    pub id: String,
    /// The effect.
    pub effect: Effect,
    /// The rules that decided, or the one reserved reason.
    pub rules: Vec<String>,
}

impl Kept {
    /// Returns what is kept of a decision.
    #[must_use]
    pub fn of(decision: &Decision) -> Self {
        Self { id: decision.id.clone(), effect: decision.effect, rules: decision.rules.iter().map(|reason| reason.rule.clone()).collect() }
    }
}

/// Decisions by session and number of the event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// The decisions.
    pub decisions: BTreeMap<(String, u64), Kept>,
}

/// A text is no snapshot.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// The first line is another one.
    #[error("its first line is not `{HEADER}`")]
    Header,
    /// A line is no decision.
    #[error("line {0} is no decision: a session, a number, an `id`, an effect and rules in a JSON array")]
    Line(usize),
    /// A decision is there twice.
    #[error("line {0} is of an event of which a line before it is too")]
    Twice(usize),
}

impl Snapshot {
    /// Returns the text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = format!("{HEADER}\n");
        for ((session, number), kept) in &self.decisions {
            // Texts and numbers can always be written.
            let line = serde_json::to_string(&(session, number, &kept.id, kept.effect.word(), &kept.rules)).unwrap_or_default();
            out.push_str(&line);
            out.push('\n');
        }
        out
    }

    /// Reads a text.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &str) -> Result<Self, SnapshotError> {
        let mut lines = text.lines().zip(1..);
        if lines.next().map(|(line, _)| line) != Some(HEADER) {
            return Err(SnapshotError::Header);
        }
        let mut snapshot = Self::default();
        for (line, at) in lines {
            let (session, number, id, effect, rules): (String, u64, String, String, Vec<String>) =
                serde_json::from_str(line).map_err(|_| SnapshotError::Line(at))?;
            let all = [Effect::Permit, Effect::Ask, Effect::Forbid];
            let effect = all.into_iter().find(|one| one.word() == effect).ok_or(SnapshotError::Line(at))?;
            if snapshot.decisions.insert((session, number), Kept { id, effect, rules }).is_some() {
                return Err(SnapshotError::Twice(at));
            }
        }
        Ok(snapshot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_sorted_and_read_again() {
        let kept = |id: &str, effect, rules: &[&str]| Kept { id: id.to_owned(), effect, rules: rules.iter().map(|r| (*r).to_owned()).collect() };
        let decisions = [
            (("s2".to_owned(), 1), kept("c1", Effect::Permit, &["a"])),
            (("s1".to_owned(), 10), kept("c\n\"2\"", Effect::Forbid, &["b", "c"])),
            (("s1".to_owned(), 9), kept("", Effect::Ask, &[])),
        ];
        let snapshot = Snapshot { decisions: decisions.into_iter().collect() };
        insta::assert_snapshot!(snapshot.text(), @r#"
        reach decisions 1
        ["s1",9,"","ask",[]]
        ["s1",10,"c\n\"2\"","forbid",["b","c"]]
        ["s2",1,"c1","permit",["a"]]
        "#);
        assert_eq!(Snapshot::parse(&snapshot.text()), Ok(snapshot));
        assert_eq!(Snapshot::parse("reach decisions 1\n"), Ok(Snapshot::default()));
    }

    #[test]
    fn what_is_no_snapshot_is_refused() {
        let line = r#"["s",1,"c","ask",["a"]]"#;
        let table = [
            (String::new(), SnapshotError::Header),
            ("reach decisions 2\n".to_owned(), SnapshotError::Header),
            (format!("{HEADER}\n{line}\n\n"), SnapshotError::Line(3)),
            (format!("{HEADER}\n{}\n", line.replace("ask", "deny")), SnapshotError::Line(2)),
            (format!("{HEADER}\n{}\n", line.replace('1', "-1")), SnapshotError::Line(2)),
            (format!("{HEADER}\n{line}\n{line}\n"), SnapshotError::Twice(3)),
        ];
        for (text, error) in table {
            assert_eq!(Snapshot::parse(&text), Err(error), "{text}");
        }
    }
}
