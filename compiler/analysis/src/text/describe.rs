//! The machine of a condition.

use std::cmp::Ordering;

use reach_compiler::ir::{Compare, Form, Part, Type};

use super::machine::{Machine, Outcomes};
use super::patterns::{Patterns, platform};
use super::{globs, networks, parts, paths, regular, urls};
use crate::pred::{Func, Pred, Test};

/// The most characters that are counted.
const MAX_LENGTH: usize = 4_096;

/// Makes the machine of a condition on values of a type; one that knows nothing where there is none.
pub(super) fn machine(patterns: &mut Patterns, ty: &Type, pred: &Pred) -> Machine {
    Describe { patterns, test: &pred.test }.of(ty, &pred.steps).unwrap_or_else(Machine::unknown)
}

/// Returns whether a number compares with another as asked.
pub(super) fn compares(op: Compare, ordering: Ordering) -> bool {
    match op {
        Compare::Eq => ordering.is_eq(),
        Compare::Ne => ordering.is_ne(),
        Compare::Lt => ordering.is_lt(),
        Compare::Le => ordering.is_le(),
        Compare::Gt => ordering.is_gt(),
        Compare::Ge => ordering.is_ge(),
    }
}

struct Describe<'d> {
    patterns: &'d mut Patterns,
    test: &'d Test,
}

impl Describe<'_> {
    /// Makes the machine of the test of what the steps make of a value of a type.
    fn of(&mut self, ty: &Type, steps: &[Func]) -> Option<Machine> {
        match steps.split_first() {
            None => self.tested(ty),
            Some((Func::Unwrap, rest)) => self.of(ty, rest),
            Some((Func::Lower, rest)) => parts::lower(&self.of(&Type::Text, rest)?),
            Some((Func::Part(part), rest)) => self.part(ty, *part, rest),
        }
    }

    /// What the condition comes to where an optional part is absent.
    fn absent(&self, rest: &[Func]) -> Outcomes {
        match (rest.first(), self.test) {
            (Some(Func::Unwrap), _) => Outcomes::NONE,
            (None, Test::Is(_) | Test::OneOf(_) | Test::Present) => Outcomes::FALSE,
            _ => Outcomes::ALL,
        }
    }

    fn part(&mut self, ty: &Type, part: Part, rest: &[Func]) -> Option<Machine> {
        let of = match ty.of_part(part) {
            Type::Optional(inner) => (*inner).clone(),
            of => of,
        };
        let absent = self.absent(rest);
        match part {
            Part::ShellText | Part::SqlText => self.of(&of, rest),
            Part::PathName => parts::name(&self.of(&of, rest)?),
            Part::PathExtension => parts::extension(&self.of(&of, rest)?, absent),
            Part::PathParent => parts::parent(&self.of(&of, rest)?, absent),
            Part::PathAbsolute if rest.is_empty() && *self.test == Test::Truth => parts::absolute(),
            Part::EmailLocal => parts::local(&self.of(&of, rest)?),
            Part::EmailDomain => parts::domain(&self.of(&of, rest)?),
            Part::UrlScheme => urls::scheme(&self.of(&of, rest)?),
            Part::UrlHost => urls::host(&self.of(&of, rest)?),
            Part::UrlPath => urls::path(&self.of(&of, rest)?),
            Part::UrlQuery => urls::query(&self.of(&of, rest)?, absent),
            Part::UrlFragment => urls::fragment(&self.of(&of, rest)?, absent),
            Part::UrlUser => urls::user(&self.of(&of, rest)?, absent),
            Part::UrlPort if rest.iter().all(|func| *func == Func::Unwrap) => match self.test {
                Test::Number(op, than) => urls::port(*than, |ordering| Outcomes::of(Some(compares(*op, ordering))), absent),
                Test::Present => urls::port(0, |_| Outcomes::TRUE, absent),
                _ => None,
            },
            Part::HostIp => networks::address(&self.of(&of, rest)?, absent),
            Part::HostRegistrable => self.registrable(rest),
            Part::IpVersion if rest.is_empty() => match self.test {
                Test::Number(op, than) => {
                    let answer = |version: i128| Outcomes::of(Some(compares(*op, version.cmp(than))));
                    networks::version(answer(4), answer(6))
                }
                _ => None,
            },
            Part::IbanCountry => parts::country(&self.of(&of, rest)?),
            _ => None,
        }
    }

    /// What somebody registered is known only by a list; but a host lies within it.
    fn registrable(&self, rest: &[Func]) -> Option<Machine> {
        if !rest.iter().all(|func| *func == Func::Unwrap) {
            return None;
        }
        let names: Vec<&String> = match self.test {
            Test::Is(name) => vec![name],
            Test::OneOf(names) => names.iter().collect(),
            _ => return None,
        };
        let machines = names.iter().map(|name| networks::within_domain(name)).collect::<Option<Vec<_>>>()?;
        Machine::join(&machines.iter().collect::<Vec<_>>(), |outcomes| {
            if outcomes.iter().any(|outcomes| outcomes.meets(Outcomes::TRUE)) { Outcomes::ALL } else { Outcomes::FALSE.or(Outcomes::NONE) }
        })
    }

    /// Makes the machine of the test of a value of a type.
    fn tested(&mut self, ty: &Type) -> Option<Machine> {
        let is_text = matches!(ty, Type::Text) || matches!(ty, Type::Form(form) if !form.is_structured());
        match self.test {
            Test::Present => Some(Machine::constant(Outcomes::TRUE)),
            Test::Is(text) if ty.is_path() => paths::same(text),
            Test::Is(text) => Machine::literals([text.as_str()]),
            Test::OneOf(texts) if ty.is_path() => one_of(texts),
            Test::OneOf(texts) => Machine::literals(texts.iter().map(String::as_str)),
            Test::Within(of, text) => match (ty, of) {
                (Type::Form(Form::Host), Type::Form(Form::Host)) => networks::within_domain(text),
                (Type::Form(Form::Host | Form::Ip), Type::Form(Form::Network)) => networks::within(text),
                (ty, of) if ty.is_path() && ty == of => paths::within(text),
                _ => None,
            },
            Test::Matches(pattern) if is_text => {
                let compiled = self.patterns.get(pattern)?;
                match platform(pattern.kind) {
                    Some(platform) => {
                        (*ty == Type::Form(Form::Path(platform))).then(|| globs::glob(platform, &compiled, &pattern.text, pattern.nocase)).flatten()
                    }
                    None => regular::search(compiled.expression(), pattern.nocase),
                }
            }
            Test::Contains(text) if is_text => regular::containing(text),
            Test::Length(op, than) if is_text => {
                let most = usize::try_from((*than).max(0)).ok()?.checked_add(1).filter(|most| *most <= MAX_LENGTH)?;
                parts::length(most, |count| compares(*op, i128::try_from(count).unwrap_or(i128::MAX).cmp(than)))
            }
            _ => None,
        }
    }
}

/// Makes the machine of paths that are one of these: true where one is, else none where one can't be compared, else false.
fn one_of(texts: &[String]) -> Option<Machine> {
    let mut all = Machine::constant(Outcomes::FALSE);
    for text in texts {
        all = Machine::join(&[&all, &paths::same(text)?], |outcomes| {
            let [so_far, one] = outcomes else { return Outcomes::ALL };
            [Outcomes::TRUE, Outcomes::NONE].into_iter().find(|outcome| so_far == outcome || one == outcome).unwrap_or(Outcomes::FALSE)
        })?;
    }
    Some(all)
}
