//! What the grammar could not read, explained.
//!
//! The grammar says where it stopped and which tokens it would have taken. Here that becomes a message: first the slips
//! that people are known to make, then the general one with a list of what can stand there.

use pest::error::{Error, ErrorVariant, InputLocation};
use reach_codes::table::syntax;
use reach_codes::{Diagnostic, FileId, Span};

use crate::rules::Rule;
use crate::scan::{DECLARATION_WORDS, indented_declaration, offset};

/// A message, and where a declaration begins that stood indented.
pub(crate) struct Mistake {
    pub(crate) diagnostic: Diagnostic,
    pub(crate) indented_at: Option<usize>,
}

/// How many alternatives a message lists.
const LISTED: usize = 6;

/// Returns the word nearest to what was written, if it is near enough to be meant.
pub(crate) fn nearest<'w>(written: &str, words: &[&'w str]) -> Option<&'w str> {
    if written.len() > 40 {
        return None;
    }
    let lower = written.to_ascii_lowercase();
    let most = (written.len() / 3).max(1);
    words
        .iter()
        .map(|word| (strsim::damerau_levenshtein(&lower, word), *word))
        .filter(|(distance, word)| *distance <= most && *distance < word.len())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// Returns the message about a word in the first column that begins no declaration.
pub(crate) fn unknown_declaration(span: Span, word: &str) -> Diagnostic {
    let d = Diagnostic::new(syntax::UNKNOWN_DECLARATION, span, format!("`{word}` begins no declaration"));
    let foreign = match word {
        "rule" | "policy" | "when" => Some("a rule begins with its effect: `permit`, `ask` or `forbid`"),
        "const" | "var" | "set" | "def" => Some("a constant is declared with `let`, a function with `fn`"),
        "import" | "include" | "from" => Some("`use pack.name` takes in a pack; files of one folder share their names"),
        "func" | "function" => Some("a function is declared with `fn`"),
        "enum" | "struct" | "record" => Some("give a type its name with `type Name = enum { … }` or `type Name = { … }`"),
        _ => None,
    };
    match (foreign, nearest(word, DECLARATION_WORDS)) {
        (Some(help), _) => d.help(help),
        (None, Some(near)) => d.help(format!("did you mean `{near}`?")).fix(span, near),
        (None, None) => d
            .note("in the first column stands a word such as `permit`, `forbid`, `tool` or `let`, or an attribute")
            .help("if the line goes on with the declaration above, indent it"),
    }
}

/// What stands where the grammar stopped.
struct Found<'t> {
    at: usize,
    text: &'t str,
}

impl<'t> Found<'t> {
    fn at(text: &'t str, at: usize) -> Self {
        // The grammar may have stopped before blanks; what people see is behind them.
        let at = at + text.get(at..).map_or(0, crate::parse::blanks_and_comments);
        let rest = text.get(at..).unwrap_or("");
        let first = rest.chars().next().unwrap_or_default();
        let length = if first.is_ascii_alphanumeric() || first == '_' {
            rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len())
        } else if first == '"' || first == '\'' {
            quoted_length(rest, first)
        } else {
            ["=>", "->", "==", "!=", "<=", ">=", "&&", "||"].iter().find(|sign| rest.starts_with(**sign)).map_or(first.len_utf8(), |sign| sign.len())
        };
        Self { at, text: rest.get(..length.min(rest.len())).unwrap_or("") }
    }

    fn is_word(&self) -> bool {
        self.text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
    }

    fn begins_operand(&self) -> bool {
        self.text.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '"' | '\''))
    }
}

fn quoted_length(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// What surrounds the place: the innermost open bracket, and the end of the token before it.
struct Surroundings {
    bracket: Option<char>,
    before: usize,
    /// Whether only blanks stand before the place in its line, and at least one.
    indented: bool,
}

impl Surroundings {
    fn of(text: &str, at: usize) -> Self {
        let mut brackets = Vec::new();
        let mut before = 0;
        let mut index = 0;
        while let Some(rest) = text.get(index..at).filter(|r| !r.is_empty()) {
            let first = rest.chars().next().unwrap_or_default();
            let length = match first {
                '"' | '\'' => quoted_length(rest, first),
                '/' if rest.starts_with("//") => {
                    index += rest.find('\n').unwrap_or(rest.len());
                    continue;
                }
                _ => first.len_utf8(),
            };
            match first {
                '(' | '[' | '{' => brackets.push(first),
                ')' | ']' | '}' => {
                    brackets.pop();
                }
                _ => {}
            }
            index += length;
            if !first.is_ascii_whitespace() {
                before = index;
            }
        }
        let line = text.get(..at).unwrap_or("");
        let line = line.get(line.rfind('\n').map_or(0, |n| n + 1)..).unwrap_or("");
        Self {
            bracket: brackets.pop(),
            before: before.min(at),
            indented: !line.is_empty() && line.trim().is_empty() && text.get(..at).is_some_and(|t| t.contains('\n')),
        }
    }
}

/// Explains where and why the grammar stopped in a declaration's text, which begins at `base` of the file.
pub(crate) fn explain(file: FileId, base: u32, text: &str, error: &Error<Rule>) -> Mistake {
    let stopped = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    let expected: &[Rule] = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives,
        ErrorVariant::CustomError { .. } => &[],
    };
    let found = Found::at(text, stopped);
    let around = Surroundings::of(text, found.at);
    let span = |start: usize, end: usize| Span::new(file, base + offset(start), base + offset(end));
    let here = span(found.at, found.at + found.text.len());
    if around.bracket.is_none() && around.indented && DECLARATION_WORDS.contains(&found.text) && continues_like_declaration(text, &found) {
        let line = text.get(..found.at).and_then(|t| t.rfind('\n')).map_or(0, |n| n + 1);
        return Mistake { diagnostic: indented_declaration(here, found.text, span(line, found.at)), indented_at: Some(found.at) };
    }
    let context = Context { text, expected, found: &found, around: &around, here, behind: span(around.before, around.before) };
    Mistake { diagnostic: context.known_slip().unwrap_or_else(|| context.general()), indented_at: None }
}

fn continues_like_declaration(text: &str, found: &Found<'_>) -> bool {
    let rest = text.get(found.at + found.text.len()..).unwrap_or("");
    let after = rest.trim_start_matches([' ', '\t']);
    rest.len() > after.len() && after.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '"' | '{'))
}

struct Context<'a> {
    text: &'a str,
    expected: &'a [Rule],
    found: &'a Found<'a>,
    around: &'a Surroundings,
    /// The place of what was found.
    here: Span,
    /// The place right behind the token before it.
    behind: Span,
}

impl Context<'_> {
    fn expects(&self, rule: Rule) -> bool {
        self.expected.contains(&rule)
    }

    fn expects_operand(&self) -> bool {
        [Rule::expr, Rule::postfix, Rule::bare, Rule::condition, Rule::branch, Rule::paren].into_iter().any(|rule| self.expects(rule))
    }

    fn known_slip(&self) -> Option<Diagnostic> {
        let found = self.found.text;
        let after = self.text.get(self.found.at + found.len()..).unwrap_or("");
        if found == "@" {
            let length = after.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-')).unwrap_or(after.len());
            let span = Span { end: self.here.end + offset(length), ..self.here };
            let d = Diagnostic::new(syntax::MISPLACED_ATTRIBUTE, span, "an attribute stands before the declaration that it is about");
            return Some(d.help("move it to the line above the declaration's first word"));
        }
        if found == "if" && self.expects_operand() {
            let d = Diagnostic::new(syntax::UNPARENTHESISED_IF, self.here, "this `if` stands where more follows it")
                .note("without brackets, `if a then b else c` reaches as far right as it can");
            return Some(d.help("put brackets around it: `(if … then … else …)`"));
        }
        if matches!(found, "/" | "%" | "^" | "&" | "|" | "?" | "~" | "**" | "++") && !self.expects_operand() {
            let d = Diagnostic::new(syntax::FOREIGN_OPERATOR, self.here, format!("there is no operator `{found}`"));
            return Some(match found {
                "/" | "%" => {
                    d.note("numbers are added, subtracted and multiplied; there is no division").help("compare products: `a > 2 * b` in place of `a / 2 > b`")
                }
                "?" => d.help("choose with `if … then … else …`"),
                "&" => d.help("write `and`"),
                "|" => d.help("write `or`"),
                _ => d,
            });
        }
        if self.expects(Rule::comma) && self.found.begins_operand() && matches!(self.around.bracket, Some('(' | '[' | '{')) && self.same_item_could_end() {
            let d = Diagnostic::new(syntax::MISSING_COMMA, self.behind_place(), format!("a comma is missing before `{found}`"));
            return Some(d.help("items in brackets are separated by commas").fix(self.behind, ","));
        }
        if self.expected.iter().any(|r| matches!(r, Rule::item | Rule::step | Rule::step_item | Rule::say_step | Rule::named_step | Rule::step_kind))
            && self.found.is_word()
            && after.starts_with('(')
        {
            let d = Diagnostic::new(syntax::MISSING_STEP_KIND, self.here, format!("`{found}` does not say what kind of step it is"));
            return Some(d.help(format!("a call of a tool is written `call {found}(…)`")).fix(self.here, format!("call {found}")));
        }
        if !self.expected.is_empty()
            && self.expected.iter().all(|r| matches!(r, Rule::rule_name | Rule::ident | Rule::name | Rule::word | Rule::text | Rule::dotted))
            && !self.found.begins_operand()
            || self.expected == [Rule::rule_name]
        {
            return Some(self.missing_name());
        }
        if self.expects_operand() && (!self.found.begins_operand() || is_word_of_clauses(found)) {
            let d = Diagnostic::new(syntax::MISSING_VALUE, self.behind_place(), format!("a value is missing before {}", self.found_name()));
            return Some(d.label("something must follow here"));
        }
        None
    }

    /// Whether what stands before could be the end of an item: a word, a literal or a closing bracket.
    fn same_item_could_end(&self) -> bool {
        let before = self.text.get(..self.around.before).unwrap_or("");
        before.ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '"' | '\'' | ')' | ']' | '}' | '?' | '>'))
    }

    /// The token before, which is shown when what is wrong is that nothing follows it.
    fn behind_place(&self) -> Span {
        let before = self.text.get(..self.around.before).unwrap_or("");
        let last = before.chars().next_back().unwrap_or(' ');
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let length = if word(last) { before.len() - before.trim_end_matches(word).len() } else { last.len_utf8() };
        Span { start: self.behind.start.saturating_sub(offset(length)), ..self.behind }
    }

    fn found_name(&self) -> String {
        if self.found.text.is_empty() { "the end of the declaration".to_owned() } else { format!("`{}`", self.found.text) }
    }

    fn missing_name(&self) -> Diagnostic {
        let word = self.text.get(self.behind_range()).unwrap_or("");
        let d = Diagnostic::new(syntax::MISSING_NAME, self.behind_place(), format!("a name is missing behind `{word}`"));
        if matches!(word, "permit" | "ask" | "forbid" | "oblige") {
            return d.note("decisions and messages name their rules").help(format!("name the rule, as in `{word} large_payments`"));
        }
        d.help("names are made of letters, digits and `_`")
    }

    fn behind_range(&self) -> std::ops::Range<usize> {
        let place = self.behind_place();
        let length = place.len_bytes() as usize;
        self.around.before.saturating_sub(length)..self.around.before
    }

    fn general(&self) -> Diagnostic {
        let mut names: Vec<String> = Vec::new();
        let operators = self.expects(Rule::op_and);
        for rule in self.expected {
            // Where any operator can stand, those that are words of their own need no mention.
            if operators && matches!(rule, Rule::kw_as | Rule::kw_from | Rule::dot | Rule::field_link | Rule::index_link) {
                continue;
            }
            if let Some(name) = describe(*rule)
                && !names.contains(&name)
            {
                names.push(name);
            }
        }
        names.sort_by_key(|name| (name.starts_with("an operator"), name.starts_with("the end")));
        let words: Vec<&str> = names.iter().filter_map(|name| name.strip_prefix('`')?.strip_suffix('`')).collect();
        let near = if self.found.is_word() { nearest(self.found.text, &words).map(str::to_owned) } else { None };
        if names.len() > LISTED {
            names.truncate(LISTED);
            names.push("something else".to_owned());
        }
        let list = match names.split_last() {
            None => String::new(),
            Some((only, [])) => format!("expected {only}"),
            Some((last, rest)) => format!("expected {} or {last}", rest.join(", ")),
        };
        if self.found.text.is_empty() {
            let d = Diagnostic::new(syntax::UNEXPECTED_END, self.behind_place(), "the declaration ends too early");
            return d.label(list);
        }
        let shown: String = self.found.text.chars().take(40).collect();
        let message = if shown.starts_with(['"', '\'']) { "a text stands where it cannot".to_owned() } else { format!("`{shown}` stands where it cannot") };
        let d = Diagnostic::new(syntax::UNEXPECTED_TOKEN, self.here, message).label(list);
        if self.found.text == "->" && self.expects(Rule::arrow) {
            return d.help("what is expected of a step stands behind `=>`").fix(self.here, "=>");
        }
        if self.expected.iter().all(|rule| matches!(rule, Rule::colon | Rule::colon_only)) {
            return d.help("a name and what it stands for are joined by `:`, as in `amount: decimal`");
        }
        match near {
            Some(near) => d.help(format!("did you mean `{near}`?")).fix(self.here, near),
            None => d,
        }
    }
}

fn is_word_of_clauses(word: &str) -> bool {
    matches!(word, "and" | "or" | "then" | "else" | "when" | "unless" | "because")
}

/// What a rule of the grammar is called in messages; none for what would not help.
fn describe(rule: Rule) -> Option<String> {
    let name = format!("{rule:?}");
    if let Some(word) = name.strip_prefix("kw_") {
        return Some(format!("`{word}`"));
    }
    if name.starts_with("op_") && !matches!(rule, Rule::op_not | Rule::op_minus)
        || matches!(rule, Rule::as_tail | Rule::from_tail | Rule::has_tail | Rule::named_tail | Rule::where_tail)
    {
        return Some("an operator".to_owned());
    }
    let text = match rule {
        Rule::EOI => "the end of the declaration",
        Rule::l_paren | Rule::params | Rule::arguments => "`(`",
        Rule::r_paren => "`)`",
        Rule::l_brace | Rule::fields | Rule::bindings | Rule::block | Rule::items => "`{`",
        Rule::r_brace => "`}`",
        Rule::r_bracket => "`]`",
        Rule::l_angle => "`<`",
        Rule::r_angle => "`>`",
        Rule::comma => "`,`",
        Rule::colon | Rule::colon_only => "`:`",
        Rule::dot => "`.`",
        Rule::thin_arrow | Rule::result_clause => "`->`",
        Rule::arrow => "`=>`",
        Rule::assign => "`=`",
        Rule::text => "a text in double quotes",
        Rule::pattern => "a pattern such as `glob\"…\"`",
        Rule::word | Rule::kebab | Rule::dotted | Rule::name | Rule::ident | Rule::rule_name | Rule::prefix_name => "a name",
        Rule::field_name | Rule::field | Rule::binding | Rule::entry | Rule::dotted_path => "the name of a field",
        Rule::type_expr | Rule::plain_type | Rule::named_type | Rule::generic_type | Rule::enum_type | Rule::record_type => "a type",
        Rule::expr | Rule::condition | Rule::branch | Rule::postfix | Rule::paren | Rule::bare => "an expression",
        Rule::targets | Rule::target | Rule::target_name | Rule::target_kind => "the name of a tool",
        Rule::on_clause => "`on`",
        Rule::when_clause => "`when`",
        Rule::unless_clause => "`unless`",
        Rule::by_clause => "`by`",
        Rule::expires_clause => "`expires`",
        Rule::grants_clause => "`grants`",
        Rule::with_clause => "`with`",
        Rule::because_clause => "`because`",
        Rule::example_clause => "`example`",
        Rule::type_where => "`where`",
        Rule::since => "`since`",
        Rule::per_agent => "`per agent`",
        Rule::obligation | Rule::redact_obligation => "an obligation such as `redact` or `notify`",
        Rule::item | Rule::step_item | Rule::step | Rule::named_step | Rule::say_step | Rule::step_kind => "a step such as `call name(…)`",
        Rule::event_pattern | Rule::event_kind | Rule::qualifier | Rule::short_pattern => "a kind of event such as `call`",
        Rule::effect | Rule::effect_word | Rule::expectation => "an effect",
        Rule::claim_word => "`never` or `always`",
        Rule::returns_clause => "`returns`",
        Rule::facts_clause => "`facts`",
        Rule::is_clause => "`is`",
        Rule::pinned_clause => "`pinned`",
        _ => return None,
    };
    Some(text.to_owned())
}
