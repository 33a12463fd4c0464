//! Bundles about sessions: a handful of tools, and rules that ask of the past whatever can be asked, over values so few that
//! everything meets everything.

use super::choices::Choices;

/// The types of fields, as far as they are told apart here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `text`.
    Text,
    /// `int`.
    Int,
    /// `decimal`.
    Decimal,
    /// `path`.
    Path,
    /// `email`.
    Email,
    /// `iban`.
    Iban,
    /// `url`.
    Url,
    /// `list<text>`: names of tools.
    Names,
}

/// A step that can be taken.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// `call`, `spawn` or `model`.
    pub kind: &'static str,
    /// The name.
    pub name: &'static str,
    /// The arguments.
    pub args: &'static [(&'static str, Kind)],
    /// Whether it has facts.
    pub facts: bool,
    /// Whether its result is structured: a record, or a list of records.
    pub result: Option<bool>,
}

/// All steps. The last two of the list are agents.
pub const STEPS: [Step; 8] = [
    Step { kind: "call", name: "a", args: &[("to", Kind::Text), ("n", Kind::Int)], facts: false, result: None },
    Step { kind: "call", name: "b", args: &[("to", Kind::Text), ("n", Kind::Int), ("m", Kind::Decimal)], facts: false, result: Some(false) },
    Step { kind: "call", name: "c", args: &[("to", Kind::Text), ("p", Kind::Path)], facts: false, result: Some(true) },
    Step { kind: "call", name: "d", args: &[("who", Kind::Email), ("acct", Kind::Iban), ("m", Kind::Decimal)], facts: false, result: None },
    Step { kind: "call", name: "e", args: &[("n", Kind::Int), ("u", Kind::Url)], facts: true, result: None },
    Step { kind: "model", name: "fast", args: &[("n", Kind::Int)], facts: false, result: None },
    Step { kind: "spawn", name: "helper", args: &[("n", Kind::Int), ("tools", Kind::Names)], facts: false, result: None },
    Step { kind: "spawn", name: "clerk", args: &[], facts: false, result: None },
];

/// What a bundle may have.
#[derive(Clone, Copy, Debug)]
pub struct Allowed {
    /// Labels and what asks for them.
    pub labels: bool,
    /// Budgets; per agent alone, or also of the session.
    pub budgets: bool,
    /// Budgets of the session.
    pub shared_budgets: bool,
    /// History that isn't per agent, and provenance.
    pub shared_past: bool,
    /// How many rules at most, besides those that permit.
    pub rules: usize,
}

impl Allowed {
    /// Everything.
    pub const ALL: Self = Self { labels: true, budgets: true, shared_budgets: true, shared_past: true, rules: 12 };
}

/// Texts that arguments have.
pub const TEXTS: [&str; 7] = ["x1", "alpha", "beta7", "alpha beta7", "gamma.delta", "Ünï4", "x2"];
/// Paths that arguments have.
pub const PATHS: [&str; 5] = ["/w/a", "/w/b", "w/a", "./w/a", "/w"];
/// Addresses that arguments have.
pub const EMAILS: [&str; 3] = ["ann@x.example", "bob@x.example", "Ann@X.example"];
/// Accounts that arguments have.
pub const IBANS: [&str; 2] = ["GB29NWBK60161331926819", "CH9300762011623852957"];
/// Addresses of the web that arguments have.
pub const URLS: [&str; 3] = ["https://x.example/a", "https://X.example/a", "https://y.example/alpha"];
/// Decimals that arguments have.
pub const DECIMALS: [&str; 5] = ["0.5", "1", "2.25", "1234.5", "2"];
/// Names of tools.
pub const NAMES: [&str; 4] = ["a", "b", "e", "nobody"];

/// Writes a bundle.
#[must_use]
pub fn generate_session_bundle(c: &mut Choices<'_>, allowed: &Allowed) -> String {
    let mut g = Writer { c, allowed: *allowed, out: String::new(), rules: 0, locals: 0 };
    g.declarations();
    g.spending();
    g.permits();
    if allowed.shared_past && g.c.chance(25) {
        // What one is asked about may be asked about by another rule too when the answer comes.
        g.line("ask at_once\n  on a, b\n  when args.n < 3 and count(call e over 30s) < 2\nask later\n  on a, b\n  when count(call e over 10s) > 0");
    }
    let rules = 1 + g.c.below(allowed.rules);
    for _ in 0..rules {
        g.rule();
    }
    g.out
}

struct Writer<'c, 't> {
    c: &'c mut Choices<'t>,
    allowed: Allowed,
    out: String,
    rules: usize,
    locals: usize,
}

/// What a condition can read.
#[derive(Clone, Copy)]
struct View<'v> {
    fields: &'v [(&'static str, Kind)],
}

impl Writer<'_, '_> {
    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn declarations(&mut self) {
        let labels = self.allowed.labels;
        if labels {
            self.line("label secret\nlabel untrusted\nlabel tainted");
        }
        self.line("context {\n  user: email\n  limit: int\n  mode: enum { open, closed }\n}");
        self.line("class outbound(to: text, k: int)");
        let returns = |g: &mut Self, of: &[&str]| -> String {
            if !labels {
                return String::new();
            }
            let mut seen = String::new();
            for part in of {
                if g.c.chance(55) {
                    seen.push_str(if seen.is_empty() { " returns " } else { ", " });
                    seen.push_str(part);
                }
            }
            seen
        };
        let a = returns(self, &["untrusted", "secret when args.n > 1"]);
        let b = returns(self, &["untrusted in body", "secret when context.limit > 2", "tainted"]);
        let c = returns(self, &["secret when args.to == \"x1\"", "untrusted"]);
        let d = returns(self, &["tainted when context.mode == open"]);
        let e = returns(self, &["secret when facts.size > 1"]);
        self.line(&format!("tool a(to: text, n: int){a} is outbound(to: to, k: n + 1)"));
        self.line(&format!("tool b(to: text, n: int, m: decimal?) -> {{ status: enum {{ good, bad }}, n: int, body: text }} from json{b}"));
        self.line(&format!("tool c(to: text, p: path) -> list<{{ sender: text, body: text, k: int? }}> from json{c} is outbound(to: to, k: 1)"));
        self.line(&format!("tool d(who: email, acct: iban, m: decimal){d}"));
        self.line(&format!("tool e(n: int, u: url){e} facts {{ size: int, when: time? }}"));
        self.line("model fast(n: int)\nagent helper(n: int, tools: list<text>)\nagent clerk()");
    }

    fn over(&mut self) -> String {
        if self.c.chance(35) { format!(" over {}", self.c.pick(&["10s", "30s", "3s", "2m"])) } else { String::new() }
    }

    fn spending(&mut self) {
        if !self.allowed.budgets {
            return;
        }
        if self.allowed.shared_budgets && self.c.chance(60) {
            let limit = *self.c.pick(&["9", "5.5", "if context.mode == open then 12.0 else 4.0", "20"]);
            let over = self.over();
            let opening = *self.c.pick(&["", "", " opening 1.5", " opening if context.limit > 2 then 2.0 else 0.5"]);
            self.line(&format!("budget spend: decimal limit {limit} per session{over}{opening}"));
            let by = *self.c.pick(&["args.m", "args.m * 0.5", "args.m - 1.0", "1"]);
            let when = *self.c.pick(&["", " when args.who == context.user", " when context.limit > 1"]);
            self.line(&format!("charge spend by {by} on d{when}"));
            if self.c.chance(50) {
                self.line("charge spend by if count(call a) > 3 then 0.75 else 0.25 on a, helper");
            }
        }
        if self.c.chance(60) {
            let limit = *self.c.pick(&["6", "context.limit + 3", "12"]);
            let over = self.over();
            let opening = *self.c.pick(&["", "", " opening 1"]);
            self.line(&format!("budget calls: int limit {limit} per agent{over}{opening}"));
            let charge = *self.c.pick(&["call", "a, b", "outbound", "e, fast"]);
            let by = match charge {
                "a, b" => "args.n",
                "outbound" => "args.k",
                _ => "1",
            };
            self.line(&format!("charge calls by {by} on {charge}"));
        }
    }

    fn has_budget(&self, name: &str) -> bool {
        self.out.contains(&format!("budget {name}:"))
    }

    fn permits(&mut self) {
        match self.c.below(10) {
            0 => self.line("permit base\n  on a, b, c, e, helper, clerk"),
            1 => self.line("permit base\n  on *\n  when context.mode == open or step.kind == call"),
            _ => self.line("permit base\n  on *"),
        }
        if self.c.chance(75) {
            let mut grants: Vec<String> = Vec::new();
            for grant in
                ["a", "b where args.n < 2", "b where args.to == \"alpha\"", "outbound where args.k < 3", "c", "d", "e, ", "fast", "helper", "clerk", "say"]
            {
                if self.c.chance(45) {
                    grants.push(grant.trim_end_matches(", ").to_owned());
                }
            }
            for (budget, amount) in [("spend", "1.5"), ("calls", "args.n")] {
                if self.has_budget(budget) && self.c.chance(60) {
                    grants.push(format!("budget {budget}: {amount}"));
                }
            }
            if self.c.chance(8) {
                grants.clear();
            }
            let when = *self.c.pick(&["", "\n  when args.n < 3", "\n  when args.n > 0"]);
            self.line(&format!("permit kids\n  on helper{when}\n  grants {{ {} }}", grants.join(", ")));
        }
        if self.c.chance(25) {
            self.line("permit clerks\n  on clerk, helper\n  grants { a, e, clerk, helper }");
        }
    }

    /// Returns the targets of a rule, and the fields that they share.
    fn targets(&mut self) -> (String, Vec<(&'static str, Kind)>) {
        match self.c.below(12) {
            0 => ("a, b".to_owned(), vec![("to", Kind::Text), ("n", Kind::Int)]),
            1 => ("outbound".to_owned(), vec![("to", Kind::Text), ("k", Kind::Int)]),
            2 => ("*".to_owned(), Vec::new()),
            3 => ("b, a, e".to_owned(), vec![("n", Kind::Int)]),
            _ => {
                let step = *self.c.pick(&STEPS);
                // `m` of `b` is optional.
                let fields = step.args.iter().copied().filter(|(name, _)| !(step.name == "b" && *name == "m")).collect();
                (step.name.to_owned(), fields)
            }
        }
    }

    fn rule(&mut self) {
        self.rules += 1;
        let name = format!("r{}", self.rules);
        let (targets, fields) = self.targets();
        let view = View { fields: &fields };
        let effect = *self.c.pick(&["forbid", "forbid", "forbid", "ask", "ask", "permit", "otherwise ask", "oblige"]);
        let on_undeclared = effect != "permit" && self.c.chance(9);
        if self.c.chance(4) {
            self.line("@advisory");
        }
        let targets = if on_undeclared && effect != "oblige" && effect != "otherwise ask" { "undeclared".to_owned() } else { targets };
        let view = if targets == "undeclared" { View { fields: &[] } } else { view };
        self.line(&format!("{effect} {name}\n  on {targets}"));
        // A rule that always holds tells nothing; one condition is enough to be told apart.
        let (condition, shown) = self.condition(view);
        self.line(&format!("  when {condition}"));
        if self.c.chance(20) {
            let (unless, _) = self.condition(view);
            self.line(&format!("  unless {unless}"));
        }
        if effect == "ask" {
            match self.c.below(6) {
                0 => self.line("  by other than context.user"),
                1 => self.line("  by one of [\"bob@x.example\", \"cy\"]"),
                2 => self.line("  by other than \"Ann\""),
                3 if fields.iter().any(|(f, _)| *f == "who") && targets == "d" => self.line("  by other than args.who"),
                _ => {}
            }
            if self.c.chance(40) {
                let expires = *self.c.pick(&["10s", "30s", "5s"]);
                self.line(&format!("  expires {expires}"));
            }
        }
        let mut with = Vec::new();
        if effect == "ask" && self.allowed.labels && self.c.chance(40) {
            with.push(format!("clear {}", self.c.pick(&["secret", "untrusted", "tainted"])));
        }
        if !matches!(effect, "forbid" | "otherwise ask") && (effect == "oblige" || self.c.chance(15)) {
            with.push("notify \"someone\"".to_owned());
        }
        if !with.is_empty() && targets != "undeclared" {
            self.line(&format!("  with {{ {} }}", with.join(", ")));
        }
        if let Some(shown) = shown {
            self.line(&format!("  because \"it was {shown}\""));
        }
    }

    /// A condition, and what of it can be shown in a message.
    fn condition(&mut self, view: View<'_>) -> (String, Option<String>) {
        let first = self.term(view);
        let mut text = match self.c.below(10) {
            0 if first.1.is_none() => format!("not ({})", first.0),
            _ => first.0,
        };
        if self.c.chance(30) {
            let (other, names) = self.term(view);
            if first.1.is_some() || names.is_some() || self.c.chance(60) {
                text = format!("{text} and ({other})");
            } else {
                text = format!("({text}) or ({other})");
            }
        }
        (text, first.1)
    }

    fn field(&mut self, view: View<'_>, kinds: &[Kind]) -> Option<(&'static str, Kind)> {
        let fitting: Vec<_> = view.fields.iter().copied().filter(|(_, kind)| kinds.contains(kind)).collect();
        if fitting.is_empty() { None } else { Some(*self.c.pick(&fitting)) }
    }

    fn term(&mut self, view: View<'_>) -> (String, Option<String>) {
        let plain = |text: String| (text, None);
        match self.c.below(22) {
            0..=2 => {
                let pattern = self.pattern(view);
                plain(format!("ever({pattern})"))
            }
            3..=5 => {
                let pattern = self.pattern(view);
                let k = self.c.below(4);
                let op = *self.c.pick(&[">=", ">", "==", "<"]);
                plain(format!("count({pattern}) {op} {k}"))
            }
            6 | 7 => self.sum(view),
            8..=10 => self.latest(view),
            11..=13 if self.allowed.shared_past => {
                let kinds = [Kind::Text, Kind::Int, Kind::Decimal, Kind::Path, Kind::Email, Kind::Iban, Kind::Url];
                match self.field(view, &kinds) {
                    Some((field, _)) => {
                        let source = self.source();
                        plain(format!("args.{field} from {source}"))
                    }
                    None => plain("count(prompt) > 2".to_owned()),
                }
            }
            14 if self.allowed.shared_past => match self.field(view, &[Kind::Text, Kind::Email, Kind::Path, Kind::Url]) {
                Some((field, _)) => plain(format!("args.{field} named by user and context.limit >= 0")),
                None => plain("ever(prompt where text contains \"alpha\")".to_owned()),
            },
            15 | 16 if self.allowed.labels => plain(format!("{} in labels", self.c.pick(&["secret", "untrusted", "tainted"]))),
            17 | 19 => match self.field(view, &[Kind::Names]) {
                Some((field, _)) => plain(format!("args.{field} within agent.rights")),
                None => plain(format!("[\"a\", \"{}\"] within agent.rights", self.c.pick(&["b", "b", "e", "d"]))),
            },
            20 if view.fields.iter().any(|(f, _)| *f == "u") => plain("facts.size > 1 or facts.size < 0".to_owned()),
            18 if !self.allowed.shared_past => plain((*self.c.pick(&["agent.depth > 0", "agent.name == \"helper\""])).to_owned()),
            18 => plain((*self.c.pick(&["agent.live_children > 0", "agent.depth > 0", "agent.name == \"helper\"", "agent.live_children > 1"])).to_owned()),
            _ => plain(match self.field(view, &[Kind::Int, Kind::Text, Kind::Decimal]) {
                Some((field, Kind::Int)) => format!("args.{field} > {}", self.c.below(3)),
                Some((field, Kind::Text)) => format!("args.{field} == \"alpha\""),
                Some((field, _)) => format!("args.{field} > 1.5"),
                None => "context.limit > 2".to_owned(),
            }),
        }
    }

    fn sum(&mut self, view: View<'_>) -> (String, Option<String>) {
        let (of, names) =
            *self.c.pick(&[("args.n", "a"), ("args.n", "b, a"), ("args.m", "d"), ("args.n * 2", "e"), ("args.k", "outbound"), ("facts.size", "e")]);
        let kind = *self.c.pick(&["call", "call", "attempted call", "denied call", "result"]);
        let event: Vec<(&'static str, Kind)> = match names {
            "a" | "b, a" => vec![("to", Kind::Text), ("n", Kind::Int)],
            "d" => vec![("who", Kind::Email), ("m", Kind::Decimal)],
            "outbound" => vec![("to", Kind::Text), ("k", Kind::Int)],
            _ => vec![("n", Kind::Int)],
        };
        let pattern = self.qualified(kind, names, &event, None, view);
        let than = if of == "args.m" { *self.c.pick(&["1.5", "0.5", "3.25"]) } else { *self.c.pick(&["1", "3", "5", "0"]) };
        let op = *self.c.pick(&[">", "<=", ">="]);
        (format!("sum({of} of {pattern}) {op} {than}"), None)
    }

    fn latest(&mut self, view: View<'_>) -> (String, Option<String>) {
        self.locals += 1;
        let local = format!("e{}", self.locals);
        let names = *self.c.pick(&["a", "b", "c", "e", "d"]);
        let step = STEPS.iter().find(|s| s.name == names).expect("it is there");
        let kind = *self.c.pick(&["call", "result", "result", "denied call", "attempted call"]);
        let event: Vec<_> = step.args.iter().copied().filter(|(f, _)| !(names == "b" && *f == "m")).collect();
        let pattern = self.qualified(kind, names, &event, step.result.filter(|_| kind == "result"), view);
        let more = match (names, kind) {
            ("b", "result") => *self.c.pick(&["{e}.result.status == bad", "{e}.result.n > 1", "{e}.ok", "{e}.args.n > 0"]),
            (_, "result") => *self.c.pick(&["{e}.ok", "not ({e}.ok)", "{e}.text contains \"alpha\"", "{e}.at > 2026-01-01T00:00:10Z"]),
            ("e", _) => *self.c.pick(&["{e}.facts.size > 1", "{e}.args.n > 0"]),
            ("a" | "b", _) => *self.c.pick(&["{e}.args.n > 0", "{e}.args.to == \"alpha\"", "{e}.agent == \"main\""]),
            _ => *self.c.pick(&["{e}.agent == \"helper\"", "{e}.name == \"c\""]),
        };
        if self.c.chance(15) {
            return (format!("latest({pattern}) as {local}"), Some(format!("{{{local}.name}}")));
        }
        (format!("latest({pattern}) as {local} and {}", more.replace("{e}", &local)), Some(format!("{{{local}.name}} of {{{local}.agent}} at {{{local}.at}}")))
    }

    /// A pattern that `ever` and `count` can be about.
    fn pattern(&mut self, view: View<'_>) -> String {
        if self.allowed.shared_past && self.c.chance(10) {
            let condition = *self.c.pick(&["", " where text contains \"alpha\"", " where text == step.args.to"]);
            let condition = if condition.contains("step") && !view.fields.iter().any(|(f, _)| *f == "to") { "" } else { condition };
            let over = self.over();
            let per = if self.c.chance(20) { " per agent" } else { "" };
            let since = if self.c.chance(30) { self.since(view) } else { String::new() };
            return format!("prompt{condition}{over}{per}{since}");
        }
        let (names, event): (&str, Vec<(&'static str, Kind)>) = match self.c.below(10) {
            0 => ("a, b", vec![("to", Kind::Text), ("n", Kind::Int)]),
            1 => ("outbound", vec![("to", Kind::Text), ("k", Kind::Int)]),
            2 => ("helper", vec![("n", Kind::Int)]),
            _ => {
                let step = *self.c.pick(&STEPS[..5]);
                (step.name, step.args.iter().copied().filter(|(f, _)| !(step.name == "b" && *f == "m")).collect())
            }
        };
        let kind = if names == "helper" {
            *self.c.pick(&["spawn", "attempted spawn", "denied spawn"])
        } else {
            *self.c.pick(&["call", "call", "attempted call", "denied call", "result", "result", "result"])
        };
        let result = STEPS.iter().find(|s| s.name == names).and_then(|s| s.result).filter(|_| kind == "result");
        self.qualified(kind, names, &event, result, view)
    }

    /// Writes a pattern with its qualifiers. `result`: what is known of it.
    fn qualified(&mut self, kind: &str, names: &str, event: &[(&'static str, Kind)], result: Option<bool>, view: View<'_>) -> String {
        let mut text = format!("{kind} {names}");
        let each = result == Some(true) && self.c.chance(70);
        if each {
            text.push_str(" each m");
        }
        let mut terms = Vec::new();
        if self.c.chance(65) {
            for _ in 0..1 + self.c.below(2) {
                let term = self.where_term(kind, event, result, each, view);
                if !terms.contains(&term) {
                    terms.push(term);
                }
            }
        }
        if !terms.is_empty() {
            text.push_str(&format!(" where {}", terms.join(" and ")));
        }
        text.push_str(&self.over());
        if !self.allowed.shared_past || self.c.chance(25) {
            text.push_str(" per agent");
        }
        if self.c.chance(30) {
            text.push_str(&self.since(view));
        }
        text
    }

    fn where_term(&mut self, kind: &str, event: &[(&'static str, Kind)], result: Option<bool>, each: bool, view: View<'_>) -> String {
        let mut joins: Vec<String> = Vec::new();
        for (field, ty) in event {
            for (own, _) in view.fields.iter().filter(|(_, own)| own == ty && *ty != Kind::Names) {
                joins.push(format!("args.{field} == step.args.{own}"));
            }
        }
        if !joins.is_empty() && self.c.chance(50) {
            return self.c.pick(&joins).clone();
        }
        let is_result = kind == "result";
        match self.c.below(9) {
            0 | 1 if is_result => (*self.c.pick(&["ok", "ok", "not ok"])).to_owned(),
            2 if is_result => "text contains \"alpha\"".to_owned(),
            3 | 4 if each => {
                let to = view.fields.iter().any(|(f, _)| *f == "to");
                (*self.c.pick(if to {
                    &["m.sender == step.args.to", "m.sender == \"alpha\"", "m.k > 0"][..2]
                } else {
                    &["m.sender == \"alpha\"", "m.sender == \"x1\"", "m.k else 0 > 0"][..2]
                }))
                .to_owned()
            }
            3 | 4 if result == Some(false) => (*self.c.pick(&["result.status == bad", "result.n > 0", "result.body == \"alpha\""])).to_owned(),
            5 if self.allowed.shared_past && event.iter().any(|(f, _)| *f == "to") => {
                format!("args.to from {}", if self.allowed.labels { *self.c.pick(&["user", "untrusted"]) } else { "user" })
            }
            6 => (*self.c.pick(&["context.limit > 2", "context.mode == open"])).to_owned(),
            7 if event.iter().any(|(f, _)| *f == "u") => (*self.c.pick(&["facts.size > 1", "facts.size > 0"])).to_owned(),
            _ => match event.iter().find(|(_, ty)| matches!(ty, Kind::Int | Kind::Text | Kind::Decimal)) {
                Some((field, Kind::Int)) => format!("args.{field} > {}", self.c.below(2)),
                Some((field, Kind::Text)) => format!("args.{field} == \"{}\"", self.c.pick(&["alpha", "x1"])),
                Some((field, _)) => format!("args.{field} > 1.0"),
                None => "context.limit > 1".to_owned(),
            },
        }
    }

    fn since(&mut self, view: View<'_>) -> String {
        let name = *self.c.pick(&["a", "b", "e"]);
        let kind = *self.c.pick(&["call", "call", "result", "denied call", "attempted call", "prompt"]);
        if kind == "prompt" {
            return if self.allowed.shared_past { " since prompt".to_owned() } else { String::new() };
        }
        if self.c.chance(50) {
            return if kind.contains("ed ") { format!(" since ({kind} {name})") } else { format!(" since {kind} {name}") };
        }
        let fields = STEPS.iter().find(|s| s.name == name).expect("it is there").args;
        let mut terms = vec!["args.n > 0".to_owned()];
        for (field, ty) in fields.iter().filter(|(field, _)| !(name == "b" && *field == "m")) {
            for (own, _) in view.fields.iter().filter(|(_, own)| own == ty) {
                terms.push(format!("args.{field} == step.args.{own}"));
            }
        }
        if kind == "result" {
            terms.push("ok".to_owned());
        }
        if name == "e" {
            terms.push("facts.size > 1".to_owned());
        }
        let term = self.c.pick(&terms).clone();
        format!(" since ({kind} {name} where {term})")
    }

    fn source(&mut self) -> String {
        let mut sources =
            vec!["user", "results of a", "results of b", "(result a where args.n > 0)", "(result b where ok)", "(result e where args.n == 1 and ok)"];
        sources.extend([
            "body in (result b where args.n > 0)",
            "body in (result c each m where m.sender == \"alpha\")",
            "sender in (result c each m)",
            "body in (result b where ok)",
            "body in (result c each m)",
            "(result a where args.to from user)",
        ]);
        if self.allowed.labels {
            sources.extend(["untrusted", "untrusted", "secret", "tainted"]);
        }
        (*self.c.pick(&sources)).to_owned()
    }
}
