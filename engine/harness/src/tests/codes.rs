use std::collections::BTreeSet;

use reach_codes::{Example, table};
use reach_engine::{Options, Outcome, Session};

use super::build;

/// Runs event lines and returns the codes that they give, in order.
fn codes(bundle: &str, events: &str) -> Vec<&'static str> {
    let mut session = Session::new(build(bundle).0, "", Options::default());
    let outcomes = events.lines().map(|line| session.event(line));
    outcomes.filter_map(|o| if let Outcome::Rejected(e) | Outcome::LeftOut(e) = o { Some(e.code.number()) } else { None }).collect()
}

#[test]
fn the_last_event_of_every_bad_example_gives_just_its_code_and_the_good_ones_none() {
    let mut seen = BTreeSet::new();
    for code in table::event::ROWS {
        if let Example::Event { bundle, bad, good } = code.info().example {
            assert_eq!(codes(bundle, bad), [code.number()], "{code:?}: the bad example");
            assert_eq!(codes(bundle, good), [""; 0], "{code:?}: the good example");
            seen.insert(code.number());
        }
    }
    // The others need more sessions than fit here, a full disk, a recorded run, or are about saved states or entities.
    assert_eq!(seen.len(), table::event::ROWS.len() - 16);
}
