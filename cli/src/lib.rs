//! The `reach` command: reads arguments, calls the other crates, prints.

/// Runs the command with the process's arguments and streams.
#[must_use]
pub fn main() -> std::process::ExitCode {
    std::process::ExitCode::from(2)
}
