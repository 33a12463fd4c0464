//! A claim about a bundle: one line that stands in no file of it.

use pest::Parser;
use reach_codes::table::{limit, syntax};
use reach_codes::{Diagnostic, FileId, Span};

use crate::ast::Claim;
use crate::build::Builder;
use crate::read::Forbidden;
use crate::rules::{Grammar, Rule};
use crate::scan::{Scan, scan};
use crate::{Limits, slips, with_stack};

/// Parses a claim such as `never permit send_money when args.amount > 1000`. Places are those of the text as it was given.
///
/// # Errors
/// What is wrong with it.
pub fn parse_claim(id: FileId, text: &str, limits: &Limits) -> Result<Claim, Vec<Diagnostic>> {
    with_stack(|| parse(id, text, limits))
}

fn parse(id: FileId, text: &str, limits: &Limits) -> Result<Claim, Vec<Diagnostic>> {
    if text.len() > limits.source_bytes {
        let message = format!("the claim is {} bytes long; it has at most {}", text.len(), limits.source_bytes);
        return Err(vec![Diagnostic::new(limit::SOURCE_TOO_LARGE, Span::new(id, 0, 0), message)]);
    }
    if text.trim().is_empty() {
        let d = Diagnostic::new(syntax::UNEXPECTED_END, Span::new(id, 0, 0), "the claim is empty");
        return Err(vec![d.help("say what is to hold, as in `never permit send_money when args.amount > 1000`")]);
    }
    let mut diagnostics = Vec::new();
    Forbidden::find(text).report(id, text, &mut diagnostics);
    // What is nested too deeply must not reach the grammar.
    let Scan { comments, diagnostics: found, .. } = scan(id, text, limits);
    diagnostics.extend(found);
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Err(diagnostics.into_iter().map(of_claim).collect());
    }
    let mut pairs = Grammar::parse(Rule::claim, text).map_err(|error| vec![of_claim(slips::explain(id, 0, text, &error).diagnostic)])?;
    let mut builder = Builder::new(id, text, 0, limits, &comments);
    let claim = pairs.next().and_then(|node| builder.claim(node));
    let found = builder.diagnostics;
    match claim {
        Some(claim) if !found.iter().any(Diagnostic::is_error) => Ok(claim),
        _ if found.is_empty() => Err(vec![Diagnostic::new(syntax::UNEXPECTED_TOKEN, Span::new(id, 0, 0), "this claim cannot be read")]),
        _ => Err(found),
    }
}

/// Says `claim` where the messages about files say `declaration`.
fn of_claim(mut d: Diagnostic) -> Diagnostic {
    let texts = std::iter::once(&mut d.message).chain(d.primary.iter_mut().map(|label| &mut label.text));
    for text in texts {
        // What the author wrote stands in backticks.
        let parts: Vec<String> =
            text.split('`').enumerate().map(|(i, part)| if i % 2 == 0 { part.replace("declaration", "claim") } else { part.to_owned() }).collect();
        *text = parts.join("`");
    }
    d
}
