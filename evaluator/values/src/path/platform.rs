//! The systems whose paths are understood.

crate::words! {
    /// Whose rules a path is read by.
    Platform {
        /// POSIX: case counts, characters are what they are.
        0 Posix "posix",
        /// Windows, with the names of Win32.
        1 Windows "windows",
        /// macOS, with a volume that ignores case, as its system volume does.
        2 MacOs "macos",
    }
}
