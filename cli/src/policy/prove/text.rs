//! Answers to claims, for people.

use reach_analysis::{Proof, Verdict};
use reach_codes::render::plain;

use crate::policy::report::{about, decision, ink, session};

/// Returns the answers, each with the session that breaks it or why it is not known.
pub fn text(proofs: &[Proof], color: bool) -> String {
    proofs.iter().map(|proof| of_proof(proof, color)).collect()
}

fn of_proof(proof: &Proof, color: bool) -> String {
    let (word, code) = match proof.verdict {
        Verdict::Proved => ("proved", "32"),
        Verdict::Violated => ("violated", "31"),
        Verdict::Unknown => ("unknown", "33"),
    };
    let claim = plain(&proof.claim).replace('\n', " ");
    let mut out = format!("{}: {claim}", ink(color, code, word));
    if proof.verdict == Verdict::Proved {
        let states = if proof.states == 1 { "state" } else { "states" };
        out.push_str(&format!(" ({} {states})", proof.states));
    }
    out.push('\n');
    if let Some(witness) = &proof.witness {
        session(&witness.events).iter().for_each(|line| out.push_str(&format!("  {line}\n")));
    }
    if let Some(decided) = &proof.decided {
        decision(decided, color, true).iter().for_each(|line| out.push_str(&format!("    {line}\n")));
    }
    for unknown in &proof.unknown {
        out.push_str(&format!("  {}\n", about(unknown)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::made::{decided, desk, difference};

    #[test]
    fn answers_read_like_this() {
        let desk = desk("desk", ["risk < 3", "risk < 3"]);
        let proof = |claim: &str, verdict, states| Proof { claim: claim.to_owned(), verdict, states, witness: None, decided: None, unknown: vec![] };
        let breaks = |claim: &str, lines: &[&str]| {
            let (witness, decided) = decided(&desk, lines);
            Proof { witness: Some(witness), decided: Some(decided), ..proof(claim, Verdict::Violated, 2) }
        };
        let pay = r#"{"type":"call","id":"a","name":"pay","args":{"to":"bob","amount":1.50}}"#;
        let proofs = [
            proof("never permit pay", Verdict::Proved, 1),
            proof("nobody is\npaid twice", Verdict::Proved, 3),
            breaks("never permit look", &[r#"{"type":"call","id":"a","name":"look","args":{}}"#]),
            breaks("never permit pay", &[pay, r#"{"type":"approval","step":"a","granted":true,"by":"ann"}"#]),
            Proof { unknown: difference(vec![]).unknown, ..proof("always ask open", Verdict::Unknown, 7) },
        ];
        insta::assert_snapshot!(text(&proofs, false));
        assert!(text(&proofs, true).starts_with("\u{1b}[32mproved\u{1b}[0m: "));
        insta::assert_snapshot!(super::super::summary(&proofs), @r##"5 claims: 2 proved, 2 violated, 1 unknown"##);
    }
}
