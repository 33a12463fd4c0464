//! Paths of POSIX, Windows and macOS.
