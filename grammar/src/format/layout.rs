//! From the pairs of a declaration to its layout.
//!
//! Every token of the grammar is a leaf of the pairs, so a layout only decides what stands between leaves: the tree cannot
//! change but by a mistake that the caller finds. A comment goes out with the leaf before it (at the end of its line) or
//! before the leaf behind it (on a line of its own).

use super::doc::{ALIGN, Doc, concat, group, indent, text};
use crate::build::Node;
use crate::rules::Rule;
use crate::scan::{RawComment, offset};

pub(super) struct Layout<'t> {
    /// The text of the declaration.
    text: &'t str,
    /// The comments within it, with places in it.
    comments: &'t [RawComment],
    next: usize,
}

/// How the items between brackets are separated when each has its own line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Separator {
    Comma,
    LineEnd,
}

/// When brackets are laid out over several lines although they fit in one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Breaking {
    /// Never.
    Width,
    /// When the source has a line end behind the opening bracket.
    AsWritten,
    Always,
}

impl<'t> Layout<'t> {
    pub(super) fn new(text: &'t str, comments: &'t [RawComment]) -> Self {
        Self { text, comments, next: 0 }
    }

    /// The layout of a whole declaration, its attributes on lines of their own.
    pub(super) fn piece(&mut self, node: Node<'_>) -> Doc {
        let mut docs = Vec::new();
        for node in node.into_inner() {
            // Between attributes everything stands in the first column.
            for doc in self.comments_before(node.as_span().start()) {
                docs.push(if matches!(doc, Doc::Apart) { Doc::Hard } else { doc });
            }
            match node.as_rule() {
                Rule::EOI => {}
                Rule::attribute => docs.extend([self.tight(node), Doc::Hard]),
                _ => docs.push(self.node(node)),
            }
        }
        concat(docs)
    }

    /// Own-line comments, and whatever is left of others, before a place.
    fn comments_before(&mut self, at: usize) -> Vec<Doc> {
        let mut docs = Vec::new();
        while let Some(comment) = self.comments.get(self.next).filter(|c| (c.start as usize) < at) {
            self.next += 1;
            docs.extend([Doc::Apart, text(self.comment_text(comment)), Doc::Apart]);
        }
        docs
    }

    fn comment_text(&self, comment: &RawComment) -> &'t str {
        self.text.get(comment.start as usize..comment.end as usize).unwrap_or("")
    }

    /// The comments that stand behind a leaf in its line.
    fn comments_behind(&mut self, end: usize) -> Vec<Doc> {
        let mut docs = Vec::new();
        if let Some(comment) = self.comments.get(self.next) {
            let between = self.text.get(end..comment.start as usize).unwrap_or("x");
            if comment.trailing && between.chars().all(|c| matches!(c, ' ' | '\t' | ',' | ';')) {
                self.next += 1;
                docs.push(Doc::Suffix(self.comment_text(comment).to_owned()));
            }
        }
        docs
    }

    fn leaf(&mut self, node: &Node<'_>) -> Doc {
        let span = node.as_span();
        let mut docs = self.comments_before(span.start());
        docs.push(text(one_blank(node.as_str(), node.as_rule())));
        docs.extend(self.comments_behind(span.end()));
        concat(docs)
    }

    /// Children without blanks between them.
    fn tight(&mut self, node: Node<'_>) -> Doc {
        if node.as_rule() == Rule::comma {
            return concat(vec![self.leaf(&node), text(" ")]);
        }
        let mut inner = node.clone().into_inner().peekable();
        if inner.peek().is_none() {
            return self.leaf(&node);
        }
        concat(inner.map(|child| self.tight(child)).collect())
    }

    /// Children with blanks between them, as many lines as commas if it gets too wide.
    fn spaced(&mut self, node: Node<'_>) -> Doc {
        let mut docs = Vec::new();
        let mut last = None;
        for child in node.into_inner() {
            let rule = child.as_rule();
            let doc = self.node(child);
            let bound = matches!(rule, Rule::comma | Rule::colon | Rule::colon_only | Rule::params) || rule == Rule::arguments && last != Some(Rule::kw_with);
            if !(docs.is_empty() || bound) {
                docs.push(text(" "));
            }
            docs.push(doc);
            last = Some(rule);
        }
        concat(docs)
    }

    /// A head, and parts that stand in its line or each in its own.
    fn clauses(&mut self, node: Node<'_>, begins: impl Fn(Rule) -> bool) -> Doc {
        let mut head = Vec::new();
        let mut rest = Vec::new();
        for child in node.into_inner() {
            let rule = child.as_rule();
            let doc = self.node(child);
            let tight = head.is_empty() || matches!(rule, Rule::comma | Rule::colon | Rule::colon_only | Rule::params);
            if begins(rule) {
                rest.extend([Doc::Line, doc]);
            } else {
                let docs = if rest.is_empty() { &mut head } else { &mut rest };
                if !tight {
                    docs.push(text(" "));
                }
                docs.push(doc);
            }
        }
        head.push(group(vec![indent(rest)], false));
        concat(head)
    }

    fn node(&mut self, node: Node<'_>) -> Doc {
        match node.as_rule() {
            Rule::tool_decl => {
                self.clauses(node, |r| matches!(r, Rule::result_clause | Rule::returns_clause | Rule::facts_clause | Rule::is_clause | Rule::pinned_clause))
            }
            Rule::budget_decl => self.clauses(node, |r| matches!(r, Rule::kw_limit | Rule::kw_per | Rule::kw_over | Rule::kw_opening)),
            Rule::charge_decl => self.clauses(node, |r| matches!(r, Rule::on_clause | Rule::kw_when)),
            Rule::label_decl | Rule::targets | Rule::returns_clause | Rule::is_clause => self.listed(node),
            Rule::rule_decl => self.rule(node),
            Rule::property_decl => self.property(node),
            Rule::context_decl | Rule::entity_decl => {
                let mut docs = Vec::new();
                for child in node.into_inner() {
                    let rule = child.as_rule();
                    if !(docs.is_empty() || rule == Rule::comma) {
                        docs.push(text(" "));
                    }
                    docs.push(if rule == Rule::fields { self.brackets(child, Separator::LineEnd, Breaking::Always) } else { self.node(child) });
                }
                concat(docs)
            }
            Rule::params | Rule::arguments => self.brackets(node, Separator::Comma, Breaking::Width),
            Rule::fields | Rule::bindings => self.brackets(node, Separator::LineEnd, Breaking::AsWritten),
            Rule::record => {
                let mut inner = node.into_inner();
                inner.next().map_or(concat(Vec::new()), |bindings| self.brackets(bindings, Separator::Comma, Breaking::AsWritten))
            }
            Rule::block | Rule::items => self.brackets(node, Separator::LineEnd, Breaking::Always),
            Rule::grants_clause | Rule::with_clause | Rule::entities_item => self.brackets(node, Separator::LineEnd, Breaking::AsWritten),
            Rule::enum_type | Rule::list | Rule::set => self.brackets(node, Separator::Comma, Breaking::AsWritten),
            Rule::call => self.brackets(node, Separator::Comma, Breaking::Width),
            Rule::paren
            | Rule::history
            | Rule::quantifier
            | Rule::pattern_source
            | Rule::part_source
            | Rule::results_source
            | Rule::since
            | Rule::index_link => self.enclosed(node),
            Rule::attribute | Rule::dotted_path | Rule::argument_path | Rule::tagged | Rule::field_link => self.tight(node),
            Rule::postfix | Rule::effect => concat(node.into_inner().map(|child| self.node(child)).collect()),
            Rule::generic_type => self.generic(node),
            Rule::type_expr | Rule::plain_type => {
                let mut docs = Vec::new();
                for child in node.into_inner() {
                    if child.as_rule() == Rule::type_where {
                        docs.push(text(" "));
                    }
                    docs.push(self.node(child));
                }
                concat(docs)
            }
            Rule::event_pattern => self.clauses(node, |r| matches!(r, Rule::kw_each | Rule::kw_where | Rule::kw_over | Rule::per_agent | Rule::since)),
            Rule::expr | Rule::condition | Rule::branch => self.chain(node.into_inner().collect(), true),
            Rule::step_item | Rule::approval_item => self.expecting(node),
            _ => {
                if node.clone().into_inner().next().is_none() {
                    return self.leaf(&node);
                }
                self.spaced(node)
            }
        }
    }

    /// Items with commas, each in its own line where they are too wide.
    fn listed(&mut self, node: Node<'_>) -> Doc {
        let mut docs = Vec::new();
        for child in node.into_inner() {
            let rule = child.as_rule();
            let doc = self.node(child);
            if rule == Rule::comma {
                docs.extend([doc, Doc::Line]);
            } else {
                if matches!(docs.last(), Some(Doc::Concat(..))) {
                    docs.push(text(" "));
                }
                docs.push(doc);
            }
        }
        let rest = docs.split_off(docs.len().min(1));
        docs.push(indent(rest));
        group(docs, false)
    }

    fn generic(&mut self, node: Node<'_>) -> Doc {
        let mut docs = Vec::new();
        for child in node.into_inner() {
            if child.as_rule() == Rule::from_text {
                docs.push(text(" "));
            }
            docs.push(self.node(child));
        }
        concat(docs)
    }

    fn rule(&mut self, node: Node<'_>) -> Doc {
        let mut head = Vec::new();
        let mut clauses = Vec::new();
        for child in node.into_inner() {
            if head.len() < 3 {
                if !head.is_empty() {
                    head.push(text(" "));
                }
                head.push(self.node(child));
            } else {
                clauses.extend([Doc::Hard, self.node(child)]);
            }
        }
        head.push(indent(clauses));
        concat(head)
    }

    fn property(&mut self, node: Node<'_>) -> Doc {
        let mut head = Vec::new();
        let mut body: Vec<Doc> = Vec::new();
        let mut close = None;
        let mut in_body = false;
        for child in node.into_inner() {
            match child.as_rule() {
                Rule::r_brace => {
                    body.extend(self.comments_before(child.as_span().start()));
                    close = Some(self.leaf(&child));
                }
                Rule::kw_given | Rule::kw_expect => {
                    in_body = true;
                    body.extend([Doc::Hard, self.leaf(&child)]);
                }
                rule => {
                    let doc = self.node(child);
                    let docs = if in_body { &mut body } else { &mut head };
                    if !docs.is_empty() && rule != Rule::comma {
                        docs.push(text(" "));
                    }
                    docs.push(doc);
                }
            }
        }
        head.push(indent(body));
        head.push(Doc::Hard);
        head.extend(close);
        concat(head)
    }

    /// Whatever stands before a bracket, then its items, then whatever stands behind it.
    fn brackets(&mut self, node: Node<'_>, separator: Separator, breaking: Breaking) -> Doc {
        let mut head = Vec::new();
        let mut items: Vec<Doc> = Vec::new();
        let mut open_end = None;
        let mut braces = false;
        let mut force = breaking == Breaking::Always;
        let mut close = Vec::new();
        let mut tail = Vec::new();
        let children: Vec<_> = node.into_inner().collect();
        let count = children.iter().filter(|c| !matches!(c.as_rule(), Rule::comma)).count();
        let close_at = children.iter().rposition(|c| matches!(c.as_rule(), Rule::r_paren | Rule::r_brace | Rule::r_bracket)).unwrap_or(count);
        for (index, child) in children.into_iter().enumerate() {
            let rule = child.as_rule();
            let start = child.as_span().start();
            let end = child.as_span().end();
            if open_end.is_none() {
                let opens = matches!(rule, Rule::l_paren | Rule::l_brace | Rule::l_bracket);
                braces = rule == Rule::l_brace;
                if braces && !head.is_empty() {
                    head.push(text(" "));
                }
                head.push(self.node(child));
                if opens {
                    open_end = Some(end);
                    let gap = self.text.get(end..).unwrap_or("");
                    let ends_line = gap.trim_start_matches([' ', '\t', '\r']).starts_with(['\n', '/']);
                    force |= breaking == Breaking::AsWritten && ends_line;
                }
            } else if index == close_at {
                if separator == Separator::Comma && !items.is_empty() {
                    items.push(Doc::IfBroken(","));
                }
                items.extend(self.comments_before(start));
                close.push(self.leaf(&child));
            } else if index > close_at {
                tail.extend([text(" "), self.node(child)]);
            } else if rule != Rule::comma {
                if !items.is_empty() {
                    items.push(if separator == Separator::Comma { text(",") } else { Doc::IfFlat(",") });
                    items.push(Doc::Line);
                    if self.blank_line_before(start) {
                        items.push(Doc::Blank);
                    }
                }
                items.push(self.node(child));
            }
        }
        if items.is_empty() {
            head.extend(close);
            head.extend(tail);
            return concat(head);
        }
        let edge = || if braces { Doc::Line } else { Doc::Soft };
        let mut inner = vec![edge()];
        inner.extend(items);
        // The bracket is of the group, so that a comment behind it breaks the group.
        let mut docs: Vec<Doc> = head.pop().into_iter().collect();
        docs.extend([indent(inner), edge()]);
        docs.extend(close);
        head.push(group(docs, force));
        head.extend(tail);
        concat(head)
    }

    /// Whether an empty line stands before what begins at `at`, comments right before it included.
    fn blank_line_before(&self, at: usize) -> bool {
        let at = self.comments.get(self.next).map_or(at, |c| (c.start as usize).min(at));
        let before = self.text.get(..at).unwrap_or("");
        let gap = before.get(before.trim_end_matches([' ', '\t', '\r', '\n', ';']).len()..).unwrap_or("");
        gap.matches('\n').count() > 1
    }

    /// A bracket around one thing.
    fn enclosed(&mut self, node: Node<'_>) -> Doc {
        let rule = node.as_rule();
        let mut before = Vec::new();
        let mut inner = Vec::new();
        let mut behind = Vec::new();
        let mut open = false;
        for child in node.into_inner() {
            match child.as_rule() {
                Rule::l_paren | Rule::l_bracket => {
                    if matches!(rule, Rule::part_source | Rule::results_source | Rule::since) {
                        before.push(text(" "));
                    }
                    before.push(self.leaf(&child));
                    open = true;
                }
                Rule::r_paren | Rule::r_bracket => {
                    inner.extend(self.comments_before(child.as_span().start()));
                    behind.push(self.leaf(&child));
                }
                child_rule => {
                    let doc = if rule == Rule::paren { self.chain(child.into_inner().collect(), false) } else { self.node(child) };
                    let docs = if open { &mut inner } else { &mut before };
                    if !(docs.is_empty() || matches!(child_rule, Rule::comma | Rule::colon_only)) {
                        docs.push(text(" "));
                    }
                    docs.push(doc);
                }
            }
        }
        if !open {
            return concat(before);
        }
        inner.insert(0, Doc::Soft);
        let mut docs: Vec<Doc> = before.pop().into_iter().collect();
        docs.extend([indent(inner), Doc::Soft]);
        docs.extend(behind);
        before.push(group(docs, false));
        concat(before)
    }

    /// A line of a test that may end in `=> …`.
    fn expecting(&mut self, node: Node<'_>) -> Doc {
        let mut docs = Vec::new();
        for child in node.into_inner() {
            match child.as_rule() {
                Rule::arrow => docs.extend([text(ALIGN), self.leaf(&child)]),
                _ => {
                    if !docs.is_empty() {
                        docs.push(text(" "));
                    }
                    docs.push(self.node(child));
                }
            }
        }
        concat(docs)
    }

    /// A flat expression, broken at its loosest operator: `or`, else `and`, else `+` and `-`. Where it hangs behind
    /// something, its further lines are further in.
    fn chain(&mut self, nodes: Vec<Node<'_>>, hangs: bool) -> Doc {
        // What follows `if … else` or `x where` belongs to it, however loose its operators are.
        let reach = nodes.iter().position(|n| matches!(n.as_rule(), Rule::if_head | Rule::where_tail)).unwrap_or(nodes.len());
        let own = nodes.get(..reach).unwrap_or_default();
        let breaks_at = |node: &Node<'_>, level: usize| match level {
            0 => node.as_rule() == Rule::op_or,
            1 => node.as_rule() == Rule::op_and,
            _ => matches!(node.as_rule(), Rule::op_plus | Rule::op_sub | Rule::op_sub_spaced),
        };
        let Some(level) = (0..3).find(|level| own.iter().any(|node| breaks_at(node, *level))) else { return self.flat(nodes) };
        let force = own.iter().any(|node| breaks_at(node, level) && self.first_in_line(node.as_span().start()));
        let mut segments: Vec<(Option<Node<'_>>, Vec<Node<'_>>)> = vec![(None, Vec::new())];
        for (index, node) in nodes.into_iter().enumerate() {
            if index < reach && breaks_at(&node, level) {
                segments.push((Some(node), Vec::new()));
            } else if let Some((_, last)) = segments.last_mut() {
                last.push(node);
            }
        }
        let mut segments = segments.into_iter();
        let mut docs: Vec<Doc> = segments.next().map(|(_, first)| self.chain(first, true)).into_iter().collect();
        let mut rest = Vec::new();
        for (operator, segment) in segments {
            if let Some(operator) = operator {
                rest.extend([Doc::Line, self.leaf(&operator), text(" ")]);
            }
            rest.push(self.chain(segment, true));
        }
        if hangs {
            docs.push(indent(rest));
        } else {
            docs.extend(rest);
        }
        group(docs, force)
    }

    fn first_in_line(&self, at: usize) -> bool {
        let before = self.text.get(..at).unwrap_or("");
        before.trim_end_matches([' ', '\t']).ends_with('\n')
    }

    /// A part of an expression without operators that break; what `if … else` or `x where` reaches is a chain again.
    fn flat(&mut self, nodes: Vec<Node<'_>>) -> Doc {
        let mut docs = Vec::new();
        let mut tight = true;
        let mut nodes = nodes.into_iter();
        while let Some(node) = nodes.next() {
            let rule = node.as_rule();
            if !std::mem::take(&mut tight) {
                docs.push(text(" "));
            }
            match rule {
                Rule::if_head => {
                    let rest = self.conditional(node, nodes.by_ref().collect());
                    docs.push(rest);
                }
                Rule::where_tail => {
                    docs.extend([self.spaced(node), text(" ")]);
                    docs.push(self.chain(nodes.by_ref().collect(), true));
                }
                Rule::op_minus => {
                    docs.push(self.leaf(&node));
                    tight = true;
                }
                _ => docs.push(self.node(node)),
            }
        }
        concat(docs)
    }

    /// `if a then b else if c then d else e`: in one line, or each `else` in its own.
    fn conditional(&mut self, first: Node<'_>, rest: Vec<Node<'_>>) -> Doc {
        let mut docs = Vec::new();
        let mut rest = rest.into_iter().peekable();
        let mut head = Some(first);
        while let Some(node) = head.take() {
            for child in node.into_inner() {
                if child.as_rule() == Rule::kw_else {
                    docs.push(Doc::Line);
                } else if !docs.is_empty() {
                    docs.push(text(" "));
                }
                docs.push(self.node(child));
            }
            head = rest.next_if(|node| node.as_rule() == Rule::if_head);
        }
        docs.extend([text(" "), self.chain(rest.collect(), true)]);
        group(vec![indent(docs)], false)
    }
}

/// A token as it is written; blanks within it are one blank.
fn one_blank(raw: &str, rule: Rule) -> String {
    match rule {
        Rule::op_not_in
        | Rule::op_may_touch
        | Rule::op_may_write
        | Rule::op_reads_only
        | Rule::op_runs_only
        | Rule::op_may_run
        | Rule::op_matches
        | Rule::op_named_by
        | Rule::rule_word
        | Rule::per_agent
        | Rule::from_text => raw.split_ascii_whitespace().collect::<Vec<_>>().join(" "),
        _ => raw.to_owned(),
    }
}

/// Returns comments within `start..end` of a file, with places counted from `start`.
pub(super) fn comments_within(comments: &[RawComment], start: u32, end: u32) -> Vec<RawComment> {
    let first = comments.partition_point(|c| c.start < start);
    let rest = comments.get(first..).unwrap_or_default();
    rest.iter().take_while(|c| c.start < end).map(|c| RawComment { start: c.start - start, end: c.end.min(offset(end as usize)) - start, ..*c }).collect()
}
