//! URLs by their parts.
//!
//! Conditions on the host and on the path of a URL are conditions on a host and on a path, so that each part is looked for alone, which is
//! a small search, and a URL is put together from what was found. The host of every URL is a host in normal form and its path, where it
//! has a value, a path in normal form: where one of the conditions on a part has a value, the part is there, and where nothing meets the
//! conditions on it, no URL does.

use std::collections::BTreeSet;
use std::sync::Arc;

use reach_compiler::ir::{Form, Part, Type};
use reach_values::path::Platform;

use super::Found;
use super::search::Search;
use crate::pred::{Func, Need, Pred, Test, Want};

/// How many values of a part are looked for.
const VALUES: usize = 3;

/// A part of a URL that is looked for alone, its type, the values that it has where nothing is asked of it, and how it is written where it
/// has no value although it is no optional part.
struct Component {
    part: Part,
    ty: Type,
    plain: &'static [&'static str],
    valueless: &'static [&'static str],
}

const COMPONENTS: [Component; 5] = [
    Component { part: Part::UrlHost, ty: Type::Form(Form::Host), plain: &["a.com"], valueless: &[""] },
    Component { part: Part::UrlPath, ty: Type::Form(Form::Path(Platform::Posix)), plain: &["/", "/a"], valueless: &["//a", "a"] },
    Component { part: Part::UrlUser, ty: Type::Text, plain: &[""], valueless: &[] },
    Component { part: Part::UrlQuery, ty: Type::Text, plain: &[""], valueless: &[] },
    Component { part: Part::UrlFragment, ty: Type::Text, plain: &[""], valueless: &[] },
];

impl Search<'_> {
    /// Looks for URLs part by part. Returns what is known already: that conditions on one part contradict each other, or that no value of a
    /// part is found, so that no URL would be.
    pub(super) fn by_components(&mut self) -> Option<Found> {
        if *self.ty != Type::Form(Form::Url) {
            return None;
        }
        let mut values: Vec<Vec<String>> = Vec::new();
        for component in COMPONENTS {
            match self.component(&component) {
                Ok(found) => values.push(found),
                Err(known) => return Some(known),
            }
        }
        if let [hosts, paths, users, queries, fragments] = values.as_slice() {
            self.together(hosts, paths, users, queries, fragments);
        }
        None
    }

    /// Looks for values of a part.
    fn component(&mut self, component: &Component) -> Result<Vec<String>, Found> {
        // The conditions, and whether each says that the part is there.
        let mut asked: Vec<(usize, bool)> = Vec::new();
        let mut wants = Vec::new();
        // A part that is not there meets whatever may have no value.
        let mut there = None;
        let mut missing = false;
        for (at, want) in self.wants.iter().enumerate() {
            let Some((Func::Part(part), mut rest)) = want.pred.steps.split_first() else { continue };
            if *part != component.part {
                continue;
            }
            if component.part.is_optional() {
                match (rest.split_first(), &want.pred.test) {
                    (Some((Func::Unwrap, behind)), _) => rest = behind,
                    // Whether it is there, or is something, is said of what may be absent.
                    (None, Test::Present) => {
                        match want.need {
                            Need::True | Need::NotFalse => there = Some(at),
                            _ => missing = true,
                        }
                        continue;
                    }
                    (None, Test::Is(_) | Test::OneOf(_)) => {
                        if want.need == Need::True {
                            there = there.or(Some(at));
                        }
                    }
                    _ => continue,
                }
            }
            let forces = want.need.excludes_none() && (want.pred.steps.len() > 1 || !component.part.is_optional());
            if forces {
                there = there.or(Some(at));
            }
            asked.push((at, forces));
            let pred = Pred { steps: rest.to_vec(), ..want.pred.as_ref().clone() };
            wants.push(Want { pred: Arc::new(pred), need: want.need });
        }
        if missing || (asked.is_empty() && there.is_none()) {
            return Ok(component.plain.iter().map(|value| (*value).to_owned()).collect());
        }
        let mut found = match self.texts.find(&component.ty, &wants, &[], VALUES) {
            Found::Values { values, .. } => values,
            Found::Empty(core) if there.is_some() => {
                let core: Vec<(usize, bool)> = core.iter().filter_map(|at| asked.get(*at).copied()).collect();
                let there = there.filter(|_| !core.iter().any(|(_, forces)| *forces));
                let core: BTreeSet<usize> = core.into_iter().map(|(at, _)| at).chain(there).collect();
                return Err(Found::Empty(core.into_iter().collect()));
            }
            Found::Unknown if there.is_some() => return Err(Found::Unknown),
            _ => Vec::new(),
        };
        if there.is_none() || found.is_empty() {
            found.extend(component.plain.iter().map(|value| (*value).to_owned()));
        }
        // What each condition on a part says of having no value may be just what is wanted.
        if there.is_none() {
            found.extend(component.valueless.iter().map(|value| (*value).to_owned()));
        }
        Ok(found)
    }

    /// Offers URLs of these parts, with the schemes and ports that conditions name.
    fn together(&mut self, hosts: &[String], paths: &[String], users: &[String], queries: &[String], fragments: &[String]) {
        let (mut schemes, mut ports) = (["https", "http", "ftp", "a"].map(str::to_owned).to_vec(), vec![String::new()]);
        for want in self.wants {
            match (want.pred.steps.first(), &want.pred.test) {
                (Some(Func::Part(Part::UrlScheme)), Test::Is(scheme)) => schemes.push(scheme.clone()),
                (Some(Func::Part(Part::UrlScheme)), Test::OneOf(some)) => schemes.extend(some.iter().cloned()),
                (Some(Func::Part(Part::UrlPort)), Test::Number(_, number)) => {
                    ports.extend([number.saturating_sub(1), *number, number.saturating_add(1)].map(|port| format!(":{port}")));
                }
                _ => {}
            }
        }
        let behind = |mark: char, part: &String| if part.is_empty() { String::new() } else { format!("{mark}{part}") };
        let pairs = |ones: &[String], others: &[String]| -> Vec<(String, String)> {
            ones.iter().flat_map(|one| others.iter().map(|other| (one.clone(), other.clone()))).collect()
        };
        for ((host, path), scheme) in pairs(hosts, paths).iter().flat_map(|pair| schemes.iter().map(move |scheme| (pair, scheme))) {
            let host = if host.contains(':') { format!("[{host}]") } else { host.clone() };
            let authority = |user: &str, port: &str| if host.is_empty() { String::new() } else { format!("//{user}{host}{port}") };
            for ((user, port), (query, fragment)) in
                pairs(users, &ports).iter().flat_map(|one| pairs(queries, fragments).into_iter().map(move |other| (one, other)))
            {
                let user = if user.is_empty() { String::new() } else { format!("{user}@") };
                let url = format!("{scheme}:{}{path}{}{}", authority(&user, port), behind('?', &query), behind('#', &fragment));
                if self.offer(&url).is_break() || self.has_enough() {
                    return;
                }
            }
        }
    }
}
