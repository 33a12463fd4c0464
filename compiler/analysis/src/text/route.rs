//! Where a path in normal form begins and how far it has been read, byte by byte, as `reach_values::path` takes it apart.

/// Where a path begins, as far as it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Origin {
    /// Nothing was read.
    Unread,
    /// At the root.
    Root,
    /// Two slashes were read.
    Two,
    /// And a byte behind them.
    TwoAndOne,
    /// In the name of a drive.
    DriveName,
    /// At a drive.
    Drive,
    /// In the name of a server.
    Server,
    /// In the name of a share.
    ShareName,
    /// At a share.
    Share,
    /// In the name of a home folder.
    HomeName,
    /// At a home folder.
    Home,
    /// At a folder that isn't known.
    Folder,
}

/// How far the climb before the names was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Climb {
    /// A component begins.
    Begin,
    /// It is `.` so far.
    Dot,
    /// It is `..` so far.
    Dots,
}

/// A path as far as it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Route {
    /// Where it begins.
    pub(super) origin: Origin,
    climb: Climb,
    climbs: u16,
    /// What is counted at most.
    most: u16,
    /// Whether it has come to its names.
    pub(super) named: bool,
    /// Whether the first name begins with a tilde.
    pub(super) tilde: bool,
}

const NOTHING: &[u8] = b"";

impl Route {
    /// Nothing was read, and of how often it climbs only so much counts.
    pub(super) const fn counting(most: u16) -> Self {
        Self { origin: Origin::Unread, climb: Climb::Begin, climbs: 0, most, named: false, tilde: false }
    }

    /// Nothing was read, and it counts only whether it climbs.
    pub(super) const fn new() -> Self {
        Self::counting(1)
    }

    /// Reads a text.
    pub(super) fn of(text: &str, most: u16) -> Self {
        text.bytes().fold(Self::counting(most), |route, byte| route.read(byte).0)
    }

    /// Returns how often it goes up from where it begins, if the text ends here.
    pub(super) fn climbs(self) -> u16 {
        let last = u16::from(!self.named && self.climb == Climb::Dots);
        self.climbs.saturating_add(last).min(self.most)
    }

    /// Returns where it begins, if the text ends here.
    pub(super) const fn begins(self) -> Origin {
        match self.origin {
            Origin::HomeName => Origin::Home,
            Origin::ShareName => Origin::Share,
            origin => origin,
        }
    }

    /// Reads a byte; returns the dots before it that turn out to belong to the first name, and whether it is of the names itself.
    pub(super) fn read(self, byte: u8) -> (Self, &'static [u8], bool) {
        use Origin::{Drive, DriveName, Folder, Home, HomeName, Root, Server, Share, ShareName, Two, TwoAndOne, Unread};
        if self.named {
            return (self, NOTHING, true);
        }
        let at = |origin| (Self { origin, ..self }, NOTHING, false);
        match (self.origin, byte) {
            (Unread, b'/') => at(Root),
            (Unread, b'~') => at(HomeName),
            (Root, b'/') => at(Two),
            (Two, _) => at(TwoAndOne),
            (TwoAndOne, b':') => at(DriveName),
            (TwoAndOne | Server, b'/') => at(ShareName),
            (TwoAndOne | Server, _) => at(Server),
            (DriveName, b'/') => at(Drive),
            (ShareName, b'/') => at(Share),
            (HomeName, b'/') => at(Home),
            (DriveName | ShareName | HomeName, _) => (self, NOTHING, false),
            (Root | Drive | Share, _) => (Self { named: true, ..self }, NOTHING, true),
            (Unread | Folder | Home, _) => {
                let origin = if self.origin == Unread { Folder } else { self.origin };
                Self { origin, ..self }.component(byte)
            }
        }
    }

    /// Reads a byte where there may be dots.
    fn component(self, byte: u8) -> (Self, &'static [u8], bool) {
        let held: &'static [u8] = match (self.climb, byte) {
            (Climb::Begin, b'.') => return (Self { climb: Climb::Dot, ..self }, NOTHING, false),
            (Climb::Dot, b'.') => return (Self { climb: Climb::Dots, ..self }, NOTHING, false),
            (Climb::Dot, b'/') => return (Self { climb: Climb::Begin, ..self }, NOTHING, false),
            (Climb::Dots, b'/') => return (Self { climb: Climb::Begin, climbs: self.climbs.saturating_add(1).min(self.most), ..self }, NOTHING, false),
            (Climb::Begin, _) => NOTHING,
            (Climb::Dot, _) => b".",
            (Climb::Dots, _) => b"..",
        };
        let tilde = held.is_empty() && byte == b'~';
        (Self { named: true, tilde, ..self }, held, true)
    }
}
