//! Whole bundles.

use reach_values::form::Form;
use reach_values::path::Platform;
use reach_values::sql::Dialect;

use super::choices::Choices;
use super::expression::{Env, FnModel, Maker, add_constant, add_place};
use super::forms::ZONE;
use super::literals::{Pool, literal};
use super::types::{FieldModel, How, Ty};

/// A declared step.
#[derive(Clone, Debug)]
pub struct ToolModel {
    /// The word of its kind.
    pub kind: &'static str,
    /// The name; of a resource, one that its glob fits.
    pub name: String,
    /// The arguments.
    pub args: Vec<FieldModel>,
    /// The facts.
    pub facts: Vec<FieldModel>,
    /// The pinned digest.
    pub pinned: Option<String>,
    /// The class that it is.
    pub class: Option<usize>,
}

/// A rule, in parts that can be changed without changing what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleText {
    /// Attributes, effect and name.
    pub head: String,
    /// What follows `on`.
    pub on: String,
    /// What follows `when`.
    pub when: Option<String>,
    /// What follows `unless`.
    pub unless: Option<String>,
    /// The clauses behind the conditions.
    pub tail: String,
}

impl RuleText {
    fn source(&self) -> String {
        let clause = |word: &str, c: &Option<String>| c.as_ref().map_or_else(String::new, |c| format!("\n  {word} {c}"));
        format!("{}\n  on {}{}{}{}\n", self.head, self.on, clause("when", &self.when), clause("unless", &self.unless), self.tail)
    }
}

/// A declaration as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeclText {
    /// Anything but a rule.
    Other(String),
    /// A rule.
    Rule(RuleText),
}

impl DeclText {
    /// Writes it.
    #[must_use]
    pub fn source(&self) -> String {
        match self {
            Self::Other(text) => text.clone(),
            Self::Rule(rule) => rule.source(),
        }
    }
}

/// A bundle with what is needed to make steps for it.
#[derive(Clone, Debug)]
pub struct GeneratedBundle {
    /// The declarations.
    pub decls: Vec<DeclText>,
    /// The declared steps.
    pub tools: Vec<ToolModel>,
    /// The fields of the context.
    pub context: Vec<FieldModel>,
    /// The constants.
    pub pool: Pool,
}

impl GeneratedBundle {
    /// Writes the source of one file.
    #[must_use]
    pub fn source(&self) -> String {
        self.decls.iter().map(DeclText::source).collect::<Vec<_>>().join("\n")
    }

    /// Writes the source as two files: what is not a rule, and the rules.
    #[must_use]
    pub fn sources(&self) -> [(&'static str, String); 2] {
        let part = |rules: bool| {
            let decls = self.decls.iter().filter(|d| matches!(d, DeclText::Rule(_)) == rules);
            decls.map(DeclText::source).collect::<Vec<_>>().join("\n")
        };
        [("declarations.reach", part(false)), ("rules.reach", part(true))]
    }
}

/// A named type with its refinement.
struct Alias {
    name: String,
    ty: Ty,
}

struct Builder<'c, 't> {
    c: &'c mut Choices<'t>,
    pool: Pool,
    decls: Vec<DeclText>,
    aliases: Vec<Alias>,
    lets: Vec<(String, Ty)>,
    fns: Vec<FnModel>,
    classes: Vec<(String, Vec<(String, Ty)>)>,
    context: Vec<FieldModel>,
    tools: Vec<ToolModel>,
    locals: usize,
}

/// Makes a bundle from a tape.
#[must_use]
pub fn generate_bundle(c: &mut Choices<'_>) -> GeneratedBundle {
    let mut b = Builder {
        c,
        pool: Pool::default(),
        decls: Vec::new(),
        aliases: Vec::new(),
        lets: Vec::new(),
        fns: Vec::new(),
        classes: Vec::new(),
        context: Vec::new(),
        tools: Vec::new(),
        locals: 0,
    };
    b.aliases();
    b.context();
    b.lets();
    b.functions();
    b.classes();
    b.tools();
    let count = 1 + b.c.below(9);
    for index in 0..count {
        b.rule(index);
    }
    GeneratedBundle { decls: b.decls, tools: b.tools, context: b.context, pool: b.pool }
}

impl<'t> Builder<'_, 't> {
    fn other(&mut self, text: String) {
        self.decls.push(DeclText::Other(text));
    }

    fn maker(&mut self) -> Maker<'_, 't> {
        Maker { c: self.c, pool: &mut self.pool, fns: &self.fns, locals: &mut self.locals }
    }

    fn aliases(&mut self) {
        let refinements = [
            ("Short", Ty::Text, "text where length(it) <= 6"),
            ("Positive", Ty::Int, "int where it > 0"),
            ("Amount", Ty::Decimal, "decimal where it >= 0 and it <= 1000.00"),
            ("Inside", Ty::PATH, "path where it within \"/srv\""),
            ("Web", Ty::Form(Form::Url), "url where it.scheme in { \"https\", \"http\" }"),
            ("Safe", Ty::Form(Form::Shell), "shell where not (it may run { \"rm\" })"),
            ("Reachable", Ty::HOST, "host where not (it within internal)"),
            ("Level", Ty::Enum(vec!["low".to_owned(), "high".to_owned(), "off-hours".to_owned()]), "enum { low, high, \"off-hours\" }"),
            ("Bounded", Ty::List(Box::new(Ty::Int)), "list<int> where length(it) <= 3 and all(x in it: x >= 0)"),
        ];
        for (name, ty, written) in refinements {
            if self.c.chance(25) {
                self.other(format!("type {name} = {written}\n"));
                self.aliases.push(Alias { name: name.to_owned(), ty });
            }
        }
        if self.c.chance(30) {
            let ty = Ty::Record(vec![
                ("name".to_owned(), Ty::Text),
                ("size".to_owned(), Ty::scalar(self.c)),
                ("note".to_owned(), Ty::Optional(Box::new(Ty::scalar(self.c)))),
            ]);
            self.other(format!("type Thing = {}\n", ty.written()));
            self.aliases.push(Alias { name: "Thing".to_owned(), ty });
        }
    }

    /// A field, whose type may be written through an alias.
    fn field(&mut self, name: &str, depth: usize) -> FieldModel {
        if !self.aliases.is_empty() && self.c.chance(25) {
            let alias = self.c.below(self.aliases.len());
            let alias = &self.aliases[alias];
            let (ty, written) = (alias.ty.clone(), alias.name.clone());
            if self.c.chance(25) {
                return FieldModel { name: name.to_owned(), ty: Ty::Optional(Box::new(ty)), written: format!("{written}?"), from_text: false, how: How::Plain };
            }
            return FieldModel { name: name.to_owned(), ty, written, from_text: false, how: How::Plain };
        }
        let ty = Ty::any_type(self.c, depth);
        self.field_of(name, ty)
    }

    /// A field of a type, which may be read in a way of its own.
    fn field_of(&mut self, name: &str, ty: Ty) -> FieldModel {
        let from_text = matches!(&ty, Ty::List(t) if matches!(**t, Ty::Text | Ty::Int | Ty::Form(_))) && self.c.chance(40);
        let (mut written, mut how) = (ty.written(), How::Plain);
        if self.c.chance(40)
            && let Some((plain, reading, read)) = self.reading(&ty, name)
        {
            (written, how) = (written.replacen(&plain, &format!("{plain} {reading}"), 1), read);
        }
        if from_text {
            written.push_str(" from text");
        }
        FieldModel { name: name.to_owned(), ty, written, from_text, how }
    }

    /// How texts of a type may be read besides: the type that they are of, what stands behind it, and what steps must know.
    fn reading(&mut self, ty: &Ty, name: &str) -> Option<(String, String, How)> {
        let is_context = ["user", "limit", "mode"].contains(&name);
        match ty {
            Ty::Optional(of) | Ty::List(of) | Ty::Set(of) | Ty::Map(of) => self.reading(of, name),
            Ty::Time => Some((ty.written(), format!("in \"{ZONE}\""), How::Zone)),
            Ty::Form(Form::Url) => Some((ty.written(), "default \"https\"".to_owned(), How::Scheme)),
            Ty::Form(Form::Path(_) | Form::Shell) => {
                let folder = if let Ty::Form(Form::Shell) = ty { Ty::PATH } else { ty.clone() };
                let known = self.context.iter().find(|f| f.ty == folder || f.ty == Ty::Optional(Box::new(folder.clone())));
                let at = match known {
                    Some(field) if !is_context && self.c.chance(70) => format!("at context.{}", field.name),
                    _ if folder == Ty::Form(Form::Path(Platform::Windows)) => "at \"C:/Work\"".to_owned(),
                    _ => "at \"/srv/work\"".to_owned(),
                };
                Some((ty.written(), at, How::Plain))
            }
            _ => None,
        }
    }

    fn context(&mut self) {
        let count = self.c.below(4);
        for name in ["user", "limit", "mode"].iter().take(count) {
            let field = self.field(name, 1);
            self.context.push(FieldModel { from_text: false, written: field.written.replace(" from text", ""), ..field });
        }
        if self.c.chance(50) {
            let (ty, written) = match self.c.below(6) {
                0 => (Ty::Form(Form::Path(Platform::Windows)), "path in \"windows\""),
                1 => (Ty::Optional(Box::new(Ty::PATH)), "path?"),
                _ => (Ty::PATH, "path"),
            };
            self.context.push(FieldModel { name: "cwd".to_owned(), ty, written: written.to_owned(), from_text: false, how: How::Plain });
        }
        if !self.context.is_empty() {
            let fields: Vec<String> = self.context.iter().map(|f| format!("  {}: {}\n", f.name, f.written)).collect();
            self.other(format!("context {{\n{}}}\n", fields.concat()));
        }
    }

    fn lets(&mut self) {
        let count = self.c.below(4);
        for index in 0..count {
            // Constant paths compared with each other could have no value, which is an error.
            let scalar = match Ty::scalar(self.c) {
                Ty::Form(Form::Path(_)) => Ty::Text,
                other => other,
            };
            let ty = match self.c.below(3) {
                0 => scalar,
                1 => Ty::Set(Box::new(scalar)),
                _ => Ty::List(Box::new(scalar)),
            };
            let value = literal(&ty, self.c, &mut self.pool);
            let word = if self.c.chance(20) { "param" } else { "let" };
            self.other(format!("{word} c{index}: {} = {value}\n", ty.written()));
            self.lets.push((format!("c{index}"), ty));
        }
    }

    fn let_places(&self, env: &mut Env) {
        for (name, ty) in &self.lets {
            add_constant(env, name, ty);
        }
    }

    fn functions(&mut self) {
        let count = self.c.below(3);
        for index in 0..count {
            let count = 1 + self.c.below(2);
            let params: Vec<Ty> = (0..count).map(|_| Ty::scalar(self.c)).collect();
            let result = if self.c.chance(50) { Ty::Bool } else { params[0].clone() };
            let mut env = Env::new();
            for (i, ty) in params.iter().enumerate() {
                add_place(&mut env, &format!("p{i}"), ty, false, true);
            }
            self.let_places(&mut env);
            let mut maker = self.maker();
            let body = if result == Ty::Bool { maker.condition(&env, 2) } else { maker.typed(&result, &env, 2).expect("a parameter has this type") };
            let written: Vec<String> = params.iter().enumerate().map(|(i, ty)| format!("p{i}: {}", ty.written())).collect();
            self.other(format!("fn f{index}({}) = {body}\n", written.join(", ")));
            self.fns.push(FnModel { name: format!("f{index}"), params, result });
        }
    }

    fn classes(&mut self) {
        let count = self.c.below(2) + usize::from(self.c.chance(20));
        for index in 0..count {
            let mut fields = vec![("body".to_owned(), Ty::scalar(self.c))];
            if self.c.chance(60) {
                fields.push(("to".to_owned(), Ty::List(Box::new(self.c.pick(&[Ty::Text, Ty::EMAIL, Ty::PATH, Ty::Form(Form::Shell)]).clone()))));
            }
            if self.c.chance(30) {
                fields.push(("extra".to_owned(), Ty::Optional(Box::new(Ty::scalar(self.c)))));
            }
            let written: Vec<String> = fields.iter().map(|(n, t)| format!("{n}: {}", t.written())).collect();
            self.other(format!("class k{index}({})\n", written.join(", ")));
            self.classes.push((format!("k{index}"), fields));
        }
    }

    fn tools(&mut self) {
        let count = 1 + self.c.below(4);
        for index in 0..count {
            self.tool(index);
        }
        if self.c.chance(20) {
            let field = self.field("tokens", 1);
            self.other(format!("model m1(tokens: {})\n", field.written));
            self.tools.push(ToolModel { kind: "model", name: "m1".to_owned(), args: vec![field], facts: Vec::new(), pinned: None, class: None });
        }
        if self.c.chance(20) {
            self.other("resource glob\"file:///srv/*\"\n".to_owned());
            self.tools.push(ToolModel { kind: "read", name: "file:///srv/a".to_owned(), args: Vec::new(), facts: Vec::new(), pinned: None, class: None });
        }
        let text = FieldModel { name: "text".to_owned(), ty: Ty::Text, written: "text".to_owned(), from_text: false, how: How::Plain };
        self.tools.push(ToolModel { kind: "say", name: String::new(), args: vec![text], facts: Vec::new(), pinned: None, class: None });
    }

    fn tool(&mut self, index: usize) {
        let names = ["amount", "target", "items", "when_due", "options", "from"];
        let count = self.c.below(names.len() + 1);
        // What has the most ways of having no value stands in many tools.
        let often = [Ty::Form(Form::Shell), Ty::Form(Form::Sql(Dialect::Generic)), Ty::PATH, Ty::Form(Form::Shell)];
        let field = |b: &mut Self, name: &&str| {
            if matches!(*name, "target" | "items") && b.c.chance(60) {
                let ty = b.c.pick(&often).clone();
                return b.field_of(name, ty);
            }
            b.field(name, 2)
        };
        let mut args: Vec<FieldModel> = names.iter().take(count).map(|n| field(self, n)).collect();
        // Tools often share fields, so that rules on several of them have something to read.
        if let Some(first) = self.tools.first().and_then(|t| t.args.first()).cloned()
            && self.c.chance(60)
            && !args.is_empty()
        {
            args[0] = first;
        }
        let mut facts = Vec::new();
        if self.c.chance(35) {
            let count = 1 + self.c.below(2);
            facts = ["real", "hash"].iter().take(count).map(|n| self.field(n, 1)).collect();
        }
        let pinned = self.c.chance(8).then(|| format!("sha256:{}", "ab".repeat(32)));
        let class = (!self.classes.is_empty() && self.c.chance(50)).then(|| self.c.below(self.classes.len()));
        let name = if self.c.chance(15) { format!("grp.t{index}") } else { format!("t{index}") };
        let written: Vec<String> = args.iter().map(|f| format!("{}: {}", f.name, f.written)).collect();
        let mut text = format!("tool {name}({})", written.join(", "));
        if !facts.is_empty() {
            let written: Vec<String> = facts.iter().map(|f| format!("{}: {}", f.name, f.written)).collect();
            text.push_str(&format!("\n  facts {{ {} }}", written.join(", ")));
        }
        if let Some(class) = class {
            let (name, fields) = self.classes[class].clone();
            let mut env = Env::new();
            for arg in &args {
                add_place(&mut env, &arg.name, &arg.ty, false, false);
            }
            let mut values = Vec::new();
            for (field, ty) in &fields {
                let (ty, optional) = match ty {
                    Ty::Optional(inner) => ((**inner).clone(), true),
                    other => (other.clone(), false),
                };
                let direct = env.iter().find(|p| optional && p.ty == Ty::Optional(Box::new(ty.clone()))).map(|p| p.text.clone());
                let value = direct.unwrap_or_else(|| self.maker().operand(&ty, &env, 1));
                values.push(format!("{field}: {value}"));
            }
            text.push_str(&format!("\n  is {name}({})", values.join(", ")));
        }
        if let Some(pinned) = &pinned {
            text.push_str(&format!("\n  pinned \"{pinned}\""));
        }
        self.other(text + "\n");
        self.tools.push(ToolModel { kind: "call", name, args, facts, pinned, class });
    }

    /// What a rule is on: the text, the tools that it covers, and the class through which it looks.
    fn targets(&mut self) -> (String, Vec<usize>, Option<usize>) {
        let calls: Vec<usize> = self.tools.iter().enumerate().filter(|(_, t)| t.kind == "call").map(|(i, _)| i).collect();
        let used: Vec<usize> = (0..self.classes.len()).filter(|k| self.tools.iter().any(|t| t.class == Some(*k))).collect();
        match self.c.below(14) {
            0..=5 => {
                let tool = *self.c.pick(&calls);
                (self.tools[tool].name.clone(), vec![tool], None)
            }
            6 | 7 => {
                let count = 1 + self.c.below(calls.len());
                let names: Vec<String> = calls.iter().take(count).map(|i| self.tools[*i].name.clone()).collect();
                (names.join(", "), calls.into_iter().take(count).collect(), None)
            }
            8 if !used.is_empty() => {
                let class = *self.c.pick(&used);
                let tools = calls.into_iter().filter(|i| self.tools[*i].class == Some(class)).collect();
                (self.classes[class].0.clone(), tools, Some(class))
            }
            9 => ("call".to_owned(), calls, None),
            10 => ("*".to_owned(), (0..self.tools.len()).collect(), None),
            11 => {
                let covered: Vec<usize> = calls.iter().copied().filter(|i| self.tools[*i].name.starts_with('t')).collect();
                if covered.is_empty() { ("call".to_owned(), calls, None) } else { ("t*".to_owned(), covered, None) }
            }
            12 => ("say".to_owned(), vec![self.tools.len() - 1], None),
            13 => match self.tools.iter().position(|t| t.kind == "model" || t.kind == "read") {
                Some(index) => (self.tools[index].kind.to_owned(), vec![index], None),
                None => ("undeclared".to_owned(), Vec::new(), None),
            },
            _ => {
                let tool = *self.c.pick(&calls);
                (format!("call {}", self.tools[tool].name), vec![tool], None)
            }
        }
    }

    fn rule(&mut self, index: usize) {
        let (on, tools, class) = self.targets();
        let undeclared = on == "undeclared";
        let effect = if undeclared {
            *self.c.pick(&["ask", "forbid"])
        } else {
            *self.c.pick(&["permit", "permit", "permit", "forbid", "ask", "oblige", "otherwise ask"])
        };
        let mut env = Env::new();
        let mut messages = vec!["step.name".to_owned(), "step.at".to_owned()];
        let mut settable = Vec::new();
        let args: Vec<(String, Ty)> = match class {
            Some(class) => self.classes[class].1.clone(),
            None => self.shared(&tools, |t| &t.args),
        };
        for (name, ty) in &args {
            add_place(&mut env, &format!("args.{name}"), ty, true, false);
            messages.push(format!("args.{name}"));
            if class.is_none() {
                settable.push((name.clone(), ty.clone()));
            }
        }
        for (name, ty) in self.shared(&tools, |t| &t.facts) {
            add_place(&mut env, &format!("facts.{name}"), &ty, true, false);
            messages.push(format!("facts.{name}"));
        }
        for field in &self.context {
            add_place(&mut env, &format!("context.{}", field.name), &field.ty, true, false);
            messages.push(format!("context.{}", field.name));
        }
        self.let_places(&mut env);
        add_place(&mut env, "step.name", &Ty::Text, false, false);
        add_place(&mut env, "step.at", &Ty::Time, false, false);
        add_place(&mut env, "agent.name", &Ty::Text, false, false);
        add_place(&mut env, "agent.depth", &Ty::Int, false, false);

        let when = self.c.chance(85).then(|| self.maker().condition(&env, 3));
        let unless = self.c.chance(35).then(|| self.maker().condition(&env, 2));
        let mut tail = String::new();
        if effect == "oblige" || (matches!(effect, "permit" | "ask") && self.c.chance(30)) {
            let obligations = self.obligations(&env, &settable);
            tail.push_str(&format!("\n  with {{ {} }}", obligations.join(", ")));
        }
        if self.c.chance(40) {
            let (first, second) = (self.c.pick(&messages).clone(), self.c.pick(&messages).clone());
            tail.push_str(&format!("\n  because \"{effect}: {{{first}}} {{{{x}} {{{second}}}\""));
        }
        let advisory = if !undeclared && self.c.chance(15) { "@advisory\n" } else { "" };
        let severity = if self.c.chance(10) { "@severity(high)\n" } else { "" };
        self.decls.push(DeclText::Rule(RuleText { head: format!("{advisory}{severity}{effect} r{index}"), on, when, unless, tail }));
    }

    /// The fields that all tools share, with one type.
    fn shared(&self, tools: &[usize], fields: impl Fn(&ToolModel) -> &[FieldModel]) -> Vec<(String, Ty)> {
        let Some((first, rest)) = tools.split_first() else { return Vec::new() };
        let shared =
            fields(&self.tools[*first]).iter().filter(|f| rest.iter().all(|t| fields(&self.tools[*t]).iter().any(|g| g.name == f.name && g.ty == f.ty)));
        shared.map(|f| (f.name.clone(), f.ty.clone())).collect()
    }

    fn obligations(&mut self, env: &Env, settable: &[(String, Ty)]) -> Vec<String> {
        let count = 1 + self.c.below(2);
        (0..count)
            .map(|_| match self.c.below(4) {
                0 => format!("notify \"{}\"", self.c.pick(&["security", "ops"])),
                1 => format!("require \"{}\"", self.c.pick(&["pin-address", "dry-run"])),
                2 => {
                    let texts: Vec<&(String, Ty)> = settable.iter().filter(|(_, ty)| *ty == Ty::Text || *ty == Ty::Optional(Box::new(Ty::Text))).collect();
                    if texts.is_empty() {
                        return "notify \"ops\"".to_owned();
                    }
                    if self.c.chance(50) {
                        let finding = *self.c.pick(&[
                            "card",
                            "card, iban",
                            "secret",
                            "email, phone, ip",
                            "aws_key, card, email, github_token, iban, ip, jwt, phone, private_key",
                        ]);
                        return format!("redact args.{} finding {finding}", self.c.pick(&texts).0);
                    }
                    format!("redact args.{} matching re\"{}\"", self.c.pick(&texts).0, self.c.pick(&["l+", "[0-9]", "^a"]))
                }
                _ => {
                    let settable: Vec<&(String, Ty)> = settable.iter().filter(|(_, ty)| ty.has_literals()).collect();
                    if settable.is_empty() {
                        return "notify \"security\"".to_owned();
                    }
                    let (name, ty) = (*self.c.pick(&settable)).clone();
                    let ty = if let Ty::Optional(inner) = ty { *inner } else { ty };
                    format!("set args.{name}: {}", self.maker().operand(&ty, env, 2))
                }
            })
            .collect()
    }
}
