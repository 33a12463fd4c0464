//! How fast a session remembers and answers.

mod provenance;
mod tracker;

fn main() {
    divan::main();
}
