use super::*;

#[test]
fn the_pages_of_the_contract_are_read() {
    for page in [include_str!("pages/page.reach"), include_str!("pages/history.reach"), include_str!("pages/pack.reach")] {
        accepted(page);
    }
}

#[test]
fn every_example_of_a_syntax_code_gives_just_that_code() {
    use reach_codes::{Example, table};
    let mut wrong = String::new();
    for code in table::syntax::ROWS {
        if let Example::Policy { bad, good } = code.info().example {
            if codes(bad) != [code.name()] {
                wrong += &format!("--- {code:?} bad:\n{bad}\n{}\n", messages(bad));
            }
            if !codes(good).is_empty() {
                wrong += &format!("--- {code:?} good:\n{good}\n{}\n", messages(good));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
