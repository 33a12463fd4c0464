//! The `reach` command as its tests run it: the same function as in the product's binary.

fn main() -> std::process::ExitCode {
    reach_cli::main()
}
