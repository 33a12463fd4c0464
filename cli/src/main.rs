//! The `reach` binary.

fn main() -> std::process::ExitCode {
    reach_cli::main()
}
