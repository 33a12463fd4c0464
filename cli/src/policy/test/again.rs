//! `--watch`.

use std::io::{self, IsTerminal as _};

use crate::answer::Answer;
use crate::bundle;
use crate::failure::Failure;
use crate::terminal::Terminal;
use crate::watch::{Seen, Watch};

use super::{TestArgs, round};

/// Runs the tests, and again those of each bundle that changes, until nobody reads any more.
pub fn run(args: &TestArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let mut watch = Watch::at(&args.path);
    let mut seen = watch.first();
    let mut first = true;
    loop {
        terminal.restart();
        let result = match seen {
            Seen::Bundles(bundles) => {
                let names: Vec<String> = bundles.iter().take(3).map(|found| bundle::shown(&found.path)).collect();
                let more = if bundles.len() > names.len() { format!(" and {} more", bundles.len() - names.len()) } else { String::new() };
                begin(terminal, first, &format!("{}{more} changed", names.join(", ")));
                args.wanted(bundles).and_then(|(bundles, unchanged)| round::run(args, &bundles, unchanged, terminal))
            }
            Seen::Gone => {
                begin(terminal, first, "a bundle is gone");
                watch
                    .everything()
                    .map_or_else(Err, |bundles| args.wanted(bundles).and_then(|(bundles, unchanged)| round::run(args, &bundles, unchanged, terminal)))
            }
            Seen::Unreadable(failure) => {
                begin(terminal, first, "there is nothing to run");
                Err(failure)
            }
        };
        terminal.finish(result);
        if terminal.is_gone() {
            return Err(Failure::output(io::ErrorKind::BrokenPipe.into()));
        }
        terminal.note(&format!("watching {}; Ctrl-C ends", reach_codes::render::plain(&bundle::shown(&args.path))));
        first = false;
        seen = watch.next();
    }
}

/// Holds a run apart from the one before: on a terminal by a page of its own, else by a line.
fn begin(terminal: &mut Terminal, first: bool, why: &str) {
    if first {
        return;
    }
    if io::stdout().is_terminal() && !terminal.json && !terminal.verbose {
        terminal.clear();
    }
    terminal.note(&format!("\n{}", reach_codes::render::plain(why)));
}
