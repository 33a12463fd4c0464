//! Patterns of earlier events, and where values come from.

use smallvec::smallvec;

use super::Reader;
use crate::ast::{EventPattern, ProvenanceSource, Targets};
use crate::words::STOP;

impl Reader<'_> {
    pub(super) fn event_pattern(&mut self) -> Option<EventPattern> {
        let start = self.at;
        let mut qualifier = None;
        if matches!(self.word_at(start), "denied" | "attempted") {
            let name = self.word()?;
            if !self.ends(self.at) {
                return None;
            }
            qualifier = Some(name);
            self.skip();
        }
        let mut pattern = self.short_pattern()?;
        pattern.qualifier = qualifier;
        if self.next_keyword("each") {
            self.skip();
            pattern.each = Some(self.word()?);
        }
        if self.next_keyword("where") {
            self.skip();
            pattern.condition = Some(self.expr()?);
        }
        if self.next_keyword("over") {
            self.skip();
            pattern.over = Some(self.nested_postfix()?);
        }
        pattern.per_agent = self.per_agent();
        if self.next_keyword("since") {
            self.skip();
            pattern.since = Some(Box::new(if self.byte() == b'(' { self.pattern_in_brackets()? } else { self.short_pattern()? }));
        }
        pattern.span = self.span(start);
        Some(pattern)
    }

    /// A kind with names behind it in its line.
    fn short_pattern(&mut self) -> Option<EventPattern> {
        let start = self.at;
        let kind = self.word()?;
        self.builder.check_event_kind(&kind);
        let mut names = Targets::new();
        let at = self.beside();
        if self.begins_target(at) {
            self.at = at;
            names = self.targets()?;
        } else if STOP.contains(&self.word_at(at)) && !self.ends(self.word_end(at)) {
            return None;
        }
        let span = self.span(start);
        Some(EventPattern { span, qualifier: None, kind, names, each: None, condition: None, over: None, per_agent: false, since: None })
    }

    fn pattern_in_brackets(&mut self) -> Option<EventPattern> {
        self.open(b'(')?;
        let pattern = self.event_pattern()?;
        self.close(b')')?;
        Some(pattern)
    }

    fn per_agent(&mut self) -> bool {
        let per = self.ahead();
        let end = self.word_end(per);
        let agent = self.beside_of(end);
        let found = self.slice(per, end) == "per" && agent > end && self.is_keyword(agent, "agent");
        if found {
            self.at = agent + "agent".len();
        }
        found
    }

    /// What stands behind `from`.
    pub(super) fn source(&mut self) -> Option<ProvenanceSource> {
        if self.byte() == b'(' {
            return Some(ProvenanceSource::Pattern(self.pattern_in_brackets()?));
        }
        // Quoted parts are left to the grammar.
        let end = self.dotted_end(self.at);
        let keyword = self.beside_of(end);
        if end == self.at {
            return None;
        }
        if self.word_at(keyword) == "in" && self.byte_at(self.beside_of(keyword + 2)) == b'(' {
            let path = self.dotted_path()?;
            self.skip();
            self.keyword("in")?;
            self.skip();
            return Some(ProvenanceSource::PartOf(path, self.pattern_in_brackets()?));
        }
        if self.word_at(self.at) == "results" {
            let start = self.at;
            self.keyword("results")?;
            self.skip();
            self.keyword("of")?;
            let span = self.span(start);
            self.skip();
            if self.byte() != b'(' {
                return Some(ProvenanceSource::ResultsOf(span, smallvec![self.target(&mut None)?]));
            }
            self.open(b'(')?;
            let targets = self.targets()?;
            self.close(b')')?;
            return Some(ProvenanceSource::ResultsOf(span, targets));
        }
        Some(ProvenanceSource::Name(self.dotted()?))
    }
}
