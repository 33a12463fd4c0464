//! Cases of paths of POSIX, Windows and macOS.
