//! Comparisons: `==`, `<`, `in`, `contains`, `within`, `matches`.

use std::sync::Arc;

use reach_codes::Diagnostic;
use reach_codes::Span;
use reach_codes::table::{name as names, types as codes};
use reach_grammar::ast::{CompareOp, Expr as Ast, ExprKind as AstKind, Name};

use super::super::describe::a;
use super::super::refine::condition;
use super::super::{Checker, Env};
use super::access::behind_alias;
use super::literal::as_any;
use super::{constant, wanted};
use crate::ir::{Compare, Const, Detector, Expr, ExprKind, Form, Type};

fn is_ordered(ty: &Type) -> bool {
    matches!(ty, Type::Int | Type::Decimal | Type::Time | Type::Date | Type::Duration)
}

impl<'a> Checker<'a> {
    pub(super) fn compare(&mut self, env: &mut Env<'a>, op: CompareOp, op_span: Span, [left, right]: [&'a Ast; 2], span: Span) -> Option<Expr> {
        match op {
            CompareOp::Eq => self.equal(env, Compare::Eq, op_span, [left, right], span),
            CompareOp::Ne => self.equal(env, Compare::Ne, op_span, [left, right], span),
            CompareOp::Lt => self.order(env, Compare::Lt, op_span, [left, right], span),
            CompareOp::Le => self.order(env, Compare::Le, op_span, [left, right], span),
            CompareOp::Gt => self.order(env, Compare::Gt, op_span, [left, right], span),
            CompareOp::Ge => self.order(env, Compare::Ge, op_span, [left, right], span),
            CompareOp::In => self.member_of(env, op_span, left, right, span),
            CompareOp::NotIn => {
                let inside = self.member_of(env, op_span, left, right, span)?;
                self.fold(condition(span, ExprKind::Not(Box::new(inside))))
            }
            CompareOp::Contains => self.contains(env, op_span, left, right, span),
            CompareOp::Within => self.within(env, left, right, span),
        }
    }

    /// Types two sides, a literal as the type of the other side. Each is sure to be there.
    fn sides(&mut self, env: &mut Env<'a>, left: &'a Ast, right: &'a Ast) -> Option<(Expr, Expr)> {
        if matches!(left.kind, AstKind::Error) || matches!(right.kind, AstKind::Error) {
            // What could not be read may have been the test of the other side.
            return None;
        }
        let (bends_left, bends_right) = (self.bends(env, left), self.bends(env, right));
        if bends_left && !bends_right {
            let b = self.infer(env, right, None)?;
            let a = self.infer(env, left, wanted(Some(&b.ty)));
            return self.both_there(env, (left, a), (right, Some(b)));
        }
        let decimal = bends_left && bends_right && (has_point(left) || has_point(right));
        let a = self.infer(env, left, decimal.then_some(&Type::Decimal));
        let Some(a) = a else {
            // What a bare name or a literal should have been isn't known.
            if !bends_right {
                self.infer(env, right, None);
            }
            return None;
        };
        let b = self.infer(env, right, wanted(Some(&a.ty)));
        self.both_there(env, (left, Some(a)), (right, b))
    }

    fn both_there(&mut self, env: &Env<'a>, (left, a): (&'a Ast, Option<Expr>), (right, b): (&'a Ast, Option<Expr>)) -> Option<(Expr, Expr)> {
        let a = a.and_then(|a| self.must_be_there(env, left, a));
        let b = b.and_then(|b| self.must_be_there(env, right, b));
        Some((a?, b?))
    }

    fn unlike<T>(&mut self, op_span: Span, (left, a_ty): (&Ast, &Type), (right, b_ty): (&Ast, &Type)) -> Option<T> {
        let d = Diagnostic::new(codes::UNLIKE_TYPES, op_span, format!("{} is compared with {}", a(a_ty), a(b_ty)))
            .other(left.span, format!("this is {}", a(a_ty)))
            .other(right.span, format!("this is {}", a(b_ty)));
        // What is to be done is said of the side that is a literal, else of the right one.
        let literal_left = matches!(left.kind, AstKind::Number(_) | AstKind::Text(_));
        let help = if literal_left { self.conversion(left, a_ty, b_ty) } else { self.conversion(right, b_ty, a_ty) };
        let d = match help {
            Some(help) => d.help(help),
            None => d.help("compare values of one type"),
        };
        self.report(d);
        None
    }

    fn equal(&mut self, env: &mut Env<'a>, op: Compare, op_span: Span, [left, right]: [&'a Ast; 2], span: Span) -> Option<Expr> {
        let (mut l, mut r) = self.sides(env, left, right)?;
        if let Some(form) = found_part(&l.ty).or_else(|| found_part(&r.ty)) {
            return self.no_equality(op_span, form);
        }
        match (&l.ty, &r.ty) {
            (Type::Any, Type::Any) if !is_const(&l) && !is_const(&r) => {
                let d = Diagnostic::new(codes::UNLIKE_TYPES, op_span, "two values of type `any` can't be compared")
                    .note("`any` takes `has` and `==` with a literal")
                    .help("declare the fields with their types");
                self.report(d);
                return None;
            }
            (Type::Any, ty) if *ty != Type::Any => match as_any(&r) {
                Some(value) => r = constant(Type::Any, r.span, value),
                None => return self.unlike(op_span, (left, &l.ty), (right, &r.ty)),
            },
            (ty, Type::Any) if *ty != Type::Any => match as_any(&l) {
                Some(value) => l = constant(Type::Any, l.span, value),
                None => return self.unlike(op_span, (left, &l.ty), (right, &r.ty)),
            },
            (l_ty, r_ty) if l_ty != r_ty => return self.unlike(op_span, (left, l_ty), (right, r_ty)),
            _ => {}
        }
        if [&l, &r].into_iter().any(holds_map) && !(is_const(&l) && is_const(&r)) {
            return self.unsupported(span, "comparing with a map or object that is written out".to_owned(), "compare its members one by one");
        }
        self.fold(condition(span, ExprKind::Compare(op, Box::new(l), Box::new(r))))
    }

    /// Explains that commands and statements are only asked about.
    fn no_equality<T>(&mut self, span: Span, form: Form) -> Option<T> {
        let help = if form == Form::Command { "compare its parts: `x.program == \"git\"`" } else { "compare its parts: `s.kind == delete`" };
        let d = Diagnostic::new(codes::UNLIKE_TYPES, span, format!("{} has no equality", form.noun()))
            .note("it is a part of a value that was taken apart, and stands nowhere else")
            .help(help);
        self.report(d);
        None
    }

    fn order(&mut self, env: &mut Env<'a>, op: Compare, op_span: Span, [left, right]: [&'a Ast; 2], span: Span) -> Option<Expr> {
        let (l, r) = self.sides(env, left, right)?;
        for ty in [&l.ty, &r.ty] {
            if !is_ordered(ty) {
                // `args.amount > "500"` is about the text, not about order.
                if l.ty != r.ty && (is_ordered(&l.ty) || is_ordered(&r.ty)) {
                    return self.unlike(op_span, (left, &l.ty), (right, &r.ty));
                }
                let sign = self.sources.text(op_span).to_owned();
                let d = Diagnostic::new(codes::NOT_ORDERED, op_span, format!("`{sign}` can't order {}", values_of(ty)))
                    .other(left.span, format!("this is {}", a(&l.ty)))
                    .note("numbers, times, dates and durations have an order");
                let d = match ty {
                    Type::Text => d.help("declare it as a number, a date or a time if it is one"),
                    Type::List(_) | Type::Set(_) | Type::Map(_) => d.help("compare how many there are: `length(…)`"),
                    Type::Enum(_) => d.help("name the members that are meant: `… in { a, b }`"),
                    ty if ty.is_path() => d.help("to ask whether a path lies below another, use `within`"),
                    _ => d.help("use `==` or `!=`"),
                };
                self.report(d);
                return None;
            }
        }
        if l.ty != r.ty {
            return self.unlike(op_span, (left, &l.ty), (right, &r.ty));
        }
        self.fold(condition(span, ExprKind::Compare(op, Box::new(l), Box::new(r))))
    }

    /// `a in b`.
    fn member_of(&mut self, env: &mut Env<'a>, op_span: Span, left: &'a Ast, right: &'a Ast, span: Span) -> Option<Expr> {
        if let AstKind::Name(name) = &right.kind
            && name.text == "labels"
            && env.local("labels").is_none()
        {
            return self.labelled(env, left, name, span);
        }
        let (value, list) = if self.bends(env, left) && !self.bends(env, right) {
            let list = self.infer(env, right, None)?;
            let list = self.must_be_there(env, right, list)?;
            let of = element(&list.ty).cloned();
            let value = self.present(env, left, of.as_ref());
            (value?, list)
        } else {
            let value = self.infer(env, left, None);
            let Some(value) = value else {
                if !self.bends(env, right) {
                    self.infer(env, right, None);
                }
                return None;
            };
            let value = self.must_be_there(env, left, value);
            let Some(value) = value else {
                if !self.bends(env, right) {
                    self.infer(env, right, None);
                }
                return None;
            };
            let list = self.members_behind_in(env, right, &value.ty)?;
            let list = self.must_be_there(env, right, list)?;
            (value, list)
        };
        if let (Type::Entity(_), Type::Entity(_)) = (&value.ty, element(&list.ty).unwrap_or(&list.ty)) {
            return self.under(op_span, [value, list], span);
        }
        let Some(of) = element(&list.ty) else {
            let d = Diagnostic::new(codes::NOT_A_LIST, right.span, format!("`in` asks a list or a set, and this is {}", a(&list.ty)))
                .label(format!("this is {}", a(&list.ty)));
            let d = match (&list.ty, &value.ty) {
                (Type::Text, Type::Text) => d.help("to look for a text in a text, write `… contains …`"),
                (Type::Form(Form::Path(_) | Form::Host | Form::Network), _) => d.help("to ask whether it lies in another, write `… within …`"),
                (Type::Map(_), _) => d.help("to ask for a key of a map, write `… has \"key\"`"),
                (ty, value) if ty == value => d.help("to compare with one value, write `==`"),
                _ => d.help("write a set: `in { a, b }`"),
            };
            self.report(d);
            return None;
        };
        if let Some(form) = found_part(&value.ty) {
            return self.no_equality(op_span, form);
        }
        if *of != value.ty {
            let of = of.clone();
            let d = Diagnostic::new(codes::UNLIKE_TYPES, op_span, format!("{} is looked for among {}", a(&value.ty), values_of(&of)))
                .other(left.span, format!("this is {}", a(&value.ty)))
                .other(right.span, format!("this is {}", a(&list.ty)));
            let d = match self.conversion(left, &value.ty, &of) {
                Some(help) => d.help(help),
                None => d.help("look for a value of the members' type"),
            };
            self.report(d);
            return None;
        }
        self.fold(condition(span, ExprKind::In(Box::new(value), Box::new(list))))
    }

    /// `secret in labels`.
    fn labelled(&mut self, env: &Env<'a>, left: &'a Ast, labels: &'a Name, span: Span) -> Option<Expr> {
        let written = match &left.kind {
            AstKind::Name(name) => Some(name.clone()),
            AstKind::Chain(chain) => behind_alias(&chain.base, &chain.links)
                .filter(|(alias, _)| chain.links.len() == 1 && self.alias(&alias.text).is_some())
                .map(|(alias, name)| Name { text: format!("{}.{}", alias.text, name.text).into(), span: left.span, quoted: false }),
            _ => None,
        };
        let Some(name) = written else {
            let d = Diagnostic::new(codes::NOT_A_VALUE, left.span, "a label stands before `in labels`")
                .note("labels are marks of the policy, not texts that a step carries")
                .help("name one that is declared: `secret in labels`");
            self.report(d);
            return None;
        };
        self.in_session(env, labels.span, "`labels`")?;
        let label = self.known_label(&name)?;
        Some(condition(span, ExprKind::Labelled(label)))
    }

    /// Types what stands behind `in`; a set written there may have members that aren't constant.
    fn members_behind_in(&mut self, env: &mut Env<'a>, right: &'a Ast, of: &Type) -> Option<Expr> {
        // Entities may be looked for among those of another type, in which they lie.
        if matches!(of, Type::Entity(_)) {
            return match &right.kind {
                AstKind::Set(items) => self.set_of(env, items, right.span, None, true),
                _ => self.infer(env, right, None),
            };
        }
        match &right.kind {
            AstKind::Set(items) => self.set_of(env, items, right.span, Some(&Type::Set(Arc::new(of.clone()))), true),
            AstKind::List(_) => self.infer(env, right, Some(&Type::List(Arc::new(of.clone())))),
            AstKind::Name(_) | AstKind::Chain(..) if self.is_list_constant(right) => self.infer(env, right, Some(&Type::List(Arc::new(of.clone())))),
            _ => self.infer(env, right, Some(&Type::Set(Arc::new(of.clone())))),
        }
    }

    /// Returns the detector that a bare name stands for; reports a name that is a constant too.
    fn detector(&mut self, env: &Env<'a>, right: &Ast) -> Option<Option<Detector>> {
        let AstKind::Name(name) = &right.kind else { return None };
        let detector = Detector::from_word(&name.text)?;
        if self.is_bare(env, &name.text) {
            return Some(Some(detector));
        }
        if env.local(&name.text).is_some() || !self.is_constant(&name.text) {
            return None;
        }
        let d = Diagnostic::new(names::AMBIGUOUS_NAME, name.span, format!("`{}` is both a detector and a constant", name.text))
            .help(format!("rename the constant; behind `contains`, `{}` finds such texts", name.text));
        self.report(d);
        Some(None)
    }

    fn contains(&mut self, env: &mut Env<'a>, op_span: Span, left: &'a Ast, right: &'a Ast, span: Span) -> Option<Expr> {
        let Some(whole) = self.present(env, left, None) else {
            if !self.bends(env, right) {
                self.infer(env, right, None);
            }
            return None;
        };
        match &whole.ty {
            Type::Text => {
                if let Some(detector) = self.detector(env, right) {
                    return self.fold(condition(span, ExprKind::Detect(Box::new(whole), detector?)));
                }
                let part = self.fits(env, right, &Type::Text)?;
                self.fold(condition(span, ExprKind::Contains(Box::new(whole), Box::new(part))))
            }
            Type::List(of) | Type::Set(of) => {
                let of = of.clone();
                let part = self.fits(env, right, &of)?;
                self.fold(condition(span, ExprKind::In(Box::new(part), Box::new(whole))))
            }
            ty => {
                let d = Diagnostic::new(codes::NOT_A_LIST, op_span, format!("`contains` asks a text, a list or a set, and this is {}", a(ty)))
                    .other(left.span, format!("this is {}", a(ty)));
                let d = match ty {
                    Type::Form(Form::Path(_)) => d.help("use `matches glob\"…\"` or `within` on paths"),
                    Type::Form(Form::Email) => d.help("use its parts: `.local`, `.domain`"),
                    Type::Form(Form::Url) => d.help("use its parts: `.host`, `.path`, `.query`"),
                    Type::Form(Form::Shell) => d.help("ask what it runs: `… may run { \"git push\" }`; the text as it came is `.text`"),
                    Type::Form(Form::Sql(_)) => d.help("ask what it does: `… may write { \"users\" }`; the text as it came is `.text`"),
                    _ => d.help("compare the value itself"),
                };
                self.report(d);
                None
            }
        }
    }

    fn within(&mut self, env: &mut Env<'a>, left: &'a Ast, right: &'a Ast, span: Span) -> Option<Expr> {
        if super::super::grants::is_rights(right) {
            return self.within_rights(env, left, right.span, span);
        }
        let bends = self.bends(env, left);
        let l = self.present(env, left, bends.then_some(&Type::PATH));
        let wanted = match l.as_ref().map(|l| &l.ty) {
            Some(Type::Form(Form::Host | Form::Ip)) if self.is_network(env, right) => Type::NETWORK,
            Some(Type::Form(Form::Host)) => Type::HOST,
            Some(Type::Form(Form::Ip)) => Type::NETWORK,
            Some(ty) if ty.is_path() => ty.clone(),
            _ => Type::PATH,
        };
        let r = match &right.kind {
            AstKind::Name(name) if wanted == Type::NETWORK && self.named_network(env, name) => {
                Some(constant(Type::NETWORK, right.span, Const::Text(name.text.clone())))
            }
            _ => self.present(env, right, Some(&wanted)),
        };
        let (l, r) = (l?, r?);
        let fits = match (&l.ty, &r.ty) {
            (Type::Form(Form::Host), Type::Form(Form::Host | Form::Network)) | (Type::Form(Form::Ip), Type::Form(Form::Network)) => true,
            (a, b) => a.is_path() && a == b,
        };
        if !fits {
            return self.not_within((left, &l), (right, &r));
        }
        if let (Type::Form(Form::Host), ExprKind::Const(Const::Text(domain))) = (&r.ty, &r.kind)
            && reach_values::host::is_public_suffix(domain)
        {
            let d = Diagnostic::new(codes::PUBLIC_SUFFIX, right.span, format!("anybody can register a name below `{domain}`"))
                .note("it is a public suffix: what is within it belongs to many who have nothing to do with each other")
                .help("name the domain that was registered: `\"example.com\"`");
            self.report(d);
        }
        self.fold(condition(span, ExprKind::Within(Box::new(l), Box::new(r))))
    }

    /// Returns whether what stands right of `within` is a network and no host.
    fn is_network(&self, env: &Env<'a>, right: &Ast) -> bool {
        match &right.kind {
            AstKind::Tagged(word, _) => matches!(word.text.as_str(), "ip" | "network"),
            AstKind::Text(text) => text.contains('/'),
            AstKind::Name(name) => self.named_network(env, name),
            _ => false,
        }
    }

    /// Returns whether a name stands for a named network: it is one, and nothing else.
    fn named_network(&self, env: &Env<'a>, name: &Name) -> bool {
        self.is_bare(env, &name.text) && reach_values::ip::NAMED.iter().any(|named| named.name == name.text)
    }

    fn not_within<T>(&mut self, (left, l): (&Ast, &Expr), (right, r): (&Ast, &Expr)) -> Option<T> {
        let container = matches!(l.ty, Type::Form(Form::Path(_) | Form::Host | Form::Ip));
        let (side, value) = if container { (right, r) } else { (left, l) };
        let message = if container {
            format!("{} can't lie within {}", a(&l.ty), a(&r.ty))
        } else {
            format!("`within` asks about paths, hosts and addresses, and this is {}", a(&value.ty))
        };
        let d = Diagnostic::new(codes::TYPE_MISMATCH, side.span, message).label(format!("this is {}", a(&value.ty)));
        let text = self.source_line(side.span);
        let d = match &value.ty {
            Type::Text => d.help("declare it as `path`, `host` or `ip`, so that it is brought to its normal form when it enters"),
            Type::List(_) | Type::Set(_) => d.help("ask each member: `all(p in …: p within \"/srv\")`"),
            Type::Form(Form::Url) => d.help(format!("name the part that is meant: `{text}.host` or `{text}.path`")),
            Type::Form(Form::Email) => d.help(format!("name the part that is meant: `{text}.domain`")),
            _ => d.help("use `in` for lists and sets, `==` for one value"),
        };
        self.report(d);
        None
    }

    pub(super) fn matches(&mut self, env: &mut Env<'a>, value: &'a Ast, nocase: bool, pattern: &'a Ast, span: Span) -> Option<Expr> {
        let value_expr = self.present(env, value, None);
        let of = value_expr.as_ref().map_or(Type::Text, |v| v.ty.clone());
        let pattern = self.pattern_behind(env, pattern, &of, nocase);
        let (value_expr, pattern) = (value_expr?, pattern?);
        let is_text = matches!(value_expr.ty, Type::Text) || matches!(value_expr.ty, Type::Form(form) if !form.is_structured());
        if !is_text {
            let d =
                Diagnostic::new(codes::TYPE_MISMATCH, value.span, format!("`matches` takes a text, a path or an address, and this is {}", a(&value_expr.ty)))
                    .label(format!("this is {}", a(&value_expr.ty)));
            let d = match value_expr.ty {
                Type::Form(Form::Shell) => d.help("ask what it runs: `… may run { \"git push\" }`; a pattern on its text is evaded by quotes and variables"),
                Type::Form(Form::Sql(_)) => d.help("ask what it does: `… may write { \"users\" }`; a pattern on its text is evaded by comments and quotes"),
                Type::List(_) | Type::Set(_) => d.help("ask each member: `any(x in …: x matches …)`"),
                _ => d.help("compare it with `==`, `<` or `in`"),
            };
            self.report(d);
            return None;
        }
        self.fold(condition(span, ExprKind::Matches(Box::new(value_expr), pattern)))
    }
}

/// Returns the type of a list's or set's members.
pub(in super::super) fn element(ty: &Type) -> Option<&Type> {
    match ty {
        Type::List(of) | Type::Set(of) => Some(of),
        _ => None,
    }
}

/// Returns the form of which values are only parts of others, if the type is one, or holds such.
fn found_part(ty: &Type) -> Option<Form> {
    match ty {
        Type::Form(form) if !form.is_declarable() => Some(*form),
        Type::List(of) | Type::Set(of) | Type::Map(of) | Type::Optional(of) => found_part(of),
        _ => None,
    }
}

fn is_const(e: &Expr) -> bool {
    matches!(e.kind, ExprKind::Const(_))
}

/// Returns whether a constant has a map in it, which the machine's constants don't.
fn holds_map(e: &Expr) -> bool {
    fn inside(c: &Const) -> bool {
        match c {
            Const::Map(_) => true,
            Const::List(items) | Const::Record(items) => items.iter().any(inside),
            Const::Absent | Const::Bool(_) | Const::Num(_) | Const::Text(_) => false,
        }
    }
    match &e.kind {
        ExprKind::Const(c) if !matches!(e.ty, Type::Text | Type::Int | Type::Decimal) => inside(c),
        _ => false,
    }
}

/// Returns whether a literal has decimal places.
pub(super) fn has_point(e: &Ast) -> bool {
    match &e.kind {
        AstKind::Number(digits) => digits.contains('.'),
        AstKind::Negate(inner) => has_point(inner),
        AstKind::Sum(first, rest) => has_point(first) || rest.iter().any(|(_, e)| has_point(e)),
        AstKind::Product(items) => items.iter().any(has_point),
        _ => false,
    }
}

fn values_of(ty: &Type) -> String {
    match ty {
        Type::Text => "texts".to_owned(),
        Type::Form(Form::Path(_)) => "paths".to_owned(),
        Type::Form(Form::Email) => "e-mail addresses".to_owned(),
        Type::Form(Form::Url) => "URLs".to_owned(),
        Type::Form(Form::Host) => "hosts".to_owned(),
        Type::Form(Form::Ip) => "IP addresses".to_owned(),
        Type::Form(Form::Shell) => "command lines".to_owned(),
        Type::Form(Form::Sql(_)) => "queries".to_owned(),
        Type::Bool => "truth values".to_owned(),
        Type::Int | Type::Decimal => format!("numbers of type `{ty}`"),
        ty => format!("values of type `{ty}`"),
    }
}
