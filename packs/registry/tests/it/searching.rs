//! Finding packs.

use reach_registry::search;

use super::Place;

#[test]
fn what_fits_best_comes_first_and_slips_are_forgiven() {
    let place = Place::new();
    for pack in ["acme.bank_guard", "acme.bank", "zeta.banker", "acme.mail"] {
        place.publish(pack, "1.0.0", &[]);
    }
    let registry = place.read().unwrap();
    let found = |words: &[&str]| -> Vec<String> {
        let words: Vec<String> = words.iter().map(ToString::to_string).collect();
        search(&registry, &words).iter().map(|hit| hit.newest.release.name.to_string()).collect()
    };
    assert_eq!(found(&["bank"]), ["acme.bank", "acme.bank_guard", "zeta.banker"]);
    assert_eq!(found(&["acme", "bank"]), ["acme.bank", "acme.bank_guard"]);
    assert_eq!(found(&["BANKER"]), ["zeta.banker"]);
    assert_eq!(found(&["bnaker"]), ["zeta.banker"]);
    assert_eq!(found(&[]), ["acme.bank", "acme.bank_guard", "acme.mail", "zeta.banker"]);
    assert_eq!(found(&["nothing"]), Vec::<String>::new());
    assert_eq!(found(&["acme.mail bank"]), Vec::<String>::new(), "all words must fit");
    assert_eq!(found(&[&"a".repeat(100_000)]), found(&[]), "what is too long is left out");
}

#[test]
fn yanked_packs_are_not_found() {
    let place = Place::filled();
    let newest = |registry: &reach_registry::Registry| search(registry, &["acme.guard".to_owned()]).first().map(|h| h.newest.release.version.to_string());
    assert_eq!(newest(&place.read().unwrap()).as_deref(), Some("1.1.0"));
    place.yank("acme.guard", "1.1.0");
    assert_eq!(newest(&place.read().unwrap()), None);
}
