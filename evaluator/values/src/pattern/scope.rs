//! What of a path a glob sees, and when its answer is certain.
//!
//! A glob's alternatives begin at a root, a drive, a share, a home folder, at the folder that relative paths begin in, or, with `**`,
//! anywhere. A match is an answer where it can't come from an alternative that begins elsewhere than the path; no match is one where no
//! alternative begins at a place that isn't known from the path. An alternative that begins with `**` is about the components that a path
//! names itself: the names of the folder that a relative path begins in are not looked at.

use crate::path::{Origin, Route, name};

/// Tells whether what a pattern sees matches its expression.
type Matcher<'m> = &'m dyn Fn(&str) -> bool;

/// What of a text a pattern sees.
#[derive(Clone, Debug)]
pub(super) enum Scope {
    /// All of it.
    Text,
    /// The last component; and whether the pattern fits every name.
    Name { any: bool },
    /// All of it, as a path.
    Path(Box<Beginnings>),
}

/// The places of one kind that alternatives begin at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Places {
    /// None of this kind.
    #[default]
    None,
    /// This one.
    One(String),
    /// Several, or they can't be told.
    Many,
}

impl Places {
    /// Adds a place; none when it can't be told.
    pub(super) fn add(&mut self, place: Option<String>) {
        *self = match (std::mem::take(self), place) {
            (Self::None, Some(place)) => Self::One(place),
            (Self::One(one), Some(place)) if one == place => Self::One(one),
            _ => Self::Many,
        };
    }

    fn is_none(&self) -> bool {
        *self == Self::None
    }

    /// Returns whether all alternatives of this kind, if there are any, begin at this place.
    fn is_only(&self, place: &str) -> bool {
        match self {
            Self::None => true,
            Self::One(one) => one == place,
            Self::Many => false,
        }
    }
}

/// Where the alternatives of a glob begin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a place where an alternative may begin, and several may hold")]
pub(super) struct Beginnings {
    /// Some at the root of POSIX.
    pub(super) root: bool,
    /// Some at a drive.
    pub(super) drive: bool,
    /// Some at shares.
    pub(super) share: Places,
    /// Some at home folders.
    pub(super) home: Places,
    /// Some at the folder that relative paths begin in.
    pub(super) relative: bool,
    /// Some anywhere: with `**`.
    pub(super) free: bool,
    /// Some of the relative ones begin with `*`, so that they fit the nothing before the slash of a root.
    pub(super) star: bool,
    /// Some of the relative or free ones begin with a name that fits a tilde, which no home is.
    pub(super) tilde: bool,
    /// It fits every path.
    pub(super) any: bool,
}

impl Scope {
    pub(super) fn matches(&self, is_match: Matcher<'_>, text: &str) -> Option<bool> {
        match self {
            Self::Text => Some(is_match(text)),
            Self::Name { any: true } => Some(true),
            Self::Name { any: false } => (!Route::of(text).is_nameless()).then(|| is_match(name(text))),
            Self::Path(begin) if begin.any => Some(true),
            Self::Path(begin) => begin.matches(is_match, text),
        }
    }
}

impl Beginnings {
    fn matches(&self, is_match: Matcher<'_>, text: &str) -> Option<bool> {
        let route = Route::of(text);
        match route.origin {
            Origin::Root => self.answer(is_match(text), self.star, !self.drive && self.share.is_none() && self.is_unmoved()),
            Origin::Drive(_) => self.answer(is_match(text), self.star, !self.root && self.share.is_none() && self.is_unmoved()),
            Origin::Share(share) => self.answer(is_match(text), self.star, !self.root && !self.drive && self.share.is_only(share) && self.is_unmoved()),
            Origin::Home(home) => self.at_home(is_match, text, home, route),
            Origin::Folder => self.at_folder(is_match, route),
        }
    }

    /// Gives a match if it isn't blurred, and no match if it is certain.
    fn answer(&self, matched: bool, blurred: bool, certain: bool) -> Option<bool> {
        if matched { (!blurred).then_some(true) } else { certain.then_some(false) }
    }

    /// Returns whether no alternative begins at a folder that isn't known.
    fn is_unmoved(&self) -> bool {
        !self.relative && self.home.is_none()
    }

    /// Returns whether no alternative begins at a root, a drive or a share.
    fn is_rootless(&self) -> bool {
        !self.root && !self.drive && self.share.is_none()
    }

    fn at_home(&self, is_match: Matcher<'_>, text: &str, home: &str, route: Route<'_>) -> Option<bool> {
        if self.home.is_none() || route.climb > 0 {
            return self.anywhere(is_match, route);
        }
        self.answer(is_match(text), self.tilde, self.is_rootless() && !self.relative && self.home.is_only(home) && !(self.free && route.rest.is_empty()))
    }

    fn at_folder(&self, is_match: Matcher<'_>, route: Route<'_>) -> Option<bool> {
        if route.climb > 0 {
            return self.anywhere(is_match, route);
        }
        if route.rest.is_empty() {
            // Whatever matches takes the dot for a name.
            return self.answer(is_match("."), true, !self.free && self.is_rootless() && self.home.is_none());
        }
        self.answer(is_match(route.rest), route.rest.starts_with('~') && !self.home.is_none(), self.is_rootless() && self.home.is_none())
    }

    /// Answers for a path whose first names are below a place where no alternative but a free one begins.
    fn anywhere(&self, is_match: Matcher<'_>, route: Route<'_>) -> Option<bool> {
        if !self.is_unmoved() || route.rest.is_empty() {
            return None;
        }
        self.answer(is_match(route.rest), false, self.is_rootless())
    }
}
