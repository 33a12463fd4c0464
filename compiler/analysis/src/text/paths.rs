//! Machines of comparisons of paths with constants.

use super::classes::Classes;
use super::machine::{Machine, Outcomes};
use super::route::{Origin, Route};

/// The bytes that tell where a path begins.
pub(super) const MARKS: &[u8] = b"/~.:";
/// How often a constant may climb.
const MAX_CLIMB: u16 = 200;

/// What of a constant's text was read.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Read {
    /// So many bytes, and none else.
    So(usize),
    /// All of it, and a slash behind it.
    Below,
    /// Something else.
    Other,
}

impl Read {
    fn read(self, text: &str, byte: u8) -> Self {
        match self {
            Self::So(read) if text.as_bytes().get(read) == Some(&byte) => Self::So(read + 1),
            Self::So(read) if read == text.len() && byte == b'/' => Self::Below,
            Self::Below => Self::Below,
            _ => Self::Other,
        }
    }
}

/// A path as far as it was read beside a constant.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Beside {
    route: Route,
    text: Read,
    /// Its beginning, beside that of the constant; fixed once it is past it.
    head: Read,
}

/// A constant path, taken apart.
struct Constant<'p> {
    text: &'p str,
    /// The share, drive or home that it begins at; empty where the kind of beginning says all.
    head: &'p str,
    begins: Origin,
    climbs: u16,
    named: bool,
}

impl<'p> Constant<'p> {
    fn of(text: &'p str) -> Option<Self> {
        let route = Route::of(text, MAX_CLIMB);
        let slash = |nth: usize| text.match_indices('/').nth(nth).map_or(text.len(), |(at, _)| at);
        let head = match route.begins() {
            Origin::Home => text.get(..slash(0))?,
            Origin::Drive => text.get(..slash(2))?,
            Origin::Share => text.get(..slash(3))?,
            Origin::Root | Origin::Folder => "",
            _ => return None,
        };
        let climbs = route.climbs();
        (climbs < MAX_CLIMB).then_some(Self { text, head, begins: route.begins(), climbs, named: route.named })
    }

    fn machine(&self, judge: impl Fn(&Beside, bool, u16) -> Option<bool>) -> Option<Machine> {
        let classes = Classes::one().apart(MARKS).apart(self.text.as_bytes());
        let start = Beside { route: Route::counting(self.climbs.saturating_add(1)), text: Read::So(0), head: Read::So(0) };
        let step = |beside: &Beside, byte: u8| {
            let (route, _, named) = beside.route.read(byte);
            let in_head = !named && matches!(beside.route.origin, Origin::Unread | Origin::Root | Origin::Two | Origin::TwoAndOne | Origin::DriveName)
                || matches!(beside.route.origin, Origin::Server | Origin::ShareName | Origin::HomeName);
            let ends = matches!(route.origin, Origin::Home | Origin::Share | Origin::Drive) && route.origin != beside.route.origin;
            let head = if self.head.is_empty() {
                Read::So(0)
            } else if in_head && !ends {
                beside.head.read(self.head, byte)
            } else {
                beside.head
            };
            Beside { route, text: beside.text.read(self.text, byte), head }
        };
        let end = |beside: &Beside| {
            let same_head = beside.head == Read::So(self.head.len());
            let comparable = beside.route.begins() == self.begins && (same_head || self.begins == Origin::Drive);
            Outcomes::of(if comparable { judge(beside, same_head, beside.route.climbs()) } else { None })
        };
        Machine::build(classes, start, step, end)
    }
}

/// Makes the machine of paths that are the same as a constant.
pub(super) fn same(text: &str) -> Option<Machine> {
    let constant = Constant::of(text)?;
    constant.machine(|path, _, climbs| (climbs == constant.climbs).then_some(path.text == Read::So(text.len())))
}

/// Makes the machine of paths that are a constant or below it.
pub(super) fn within(text: &str) -> Option<Machine> {
    let constant = Constant::of(text)?;
    constant.machine(|path, same_head, climbs| {
        if !same_head {
            Some(false)
        } else if !constant.named && climbs <= constant.climbs {
            Some(true)
        } else {
            (climbs == constant.climbs).then_some(matches!(path.text, Read::Below) || path.text == Read::So(text.len()))
        }
    })
}
