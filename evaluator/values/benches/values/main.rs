//! Nanoseconds for a value of each kind, beside the parser alone.

mod detect;
mod network;
mod paths;
mod shell;
mod sql;
mod zones;

fn main() {
    divan::main();
}
