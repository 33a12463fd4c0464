//! Installing, and what becomes of the project.

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use reach_packs::{Acceptance, Change, InstallError, Project, Writing, outdated, verdicts};
use reach_registry::disk::DiskError;
use reach_registry::{MAX_STEPS, Moving, Publisher, RegistryError, Voucher};

use super::{DAY, NOW, PATIENCE, Place, all, at, draft, files, key, name, origin, policy, reqs, trust, verified, version};

fn added(of: &str, number: &str) -> Change {
    Change::Added(name(of), version(number))
}

#[test]
fn what_is_needed_is_installed_and_seen_by_the_language() {
    let place = Place::filled();
    assert!(place.seen().unwrap().is_empty());
    assert_eq!(place.install(&["acme.app ^1"]).unwrap(), [added("acme.app", "1.0.0"), added("acme.base", "1.0.0")]);
    assert_eq!(place.seen().unwrap(), ["acme.app 1.0.0", "acme.base 1.0.0"]);
    let packs = reach_packs::installed(&place.root(), &place.reach).unwrap();
    assert_eq!(packs[0].sources[0].0.as_str(), "policies/a.reach");
    assert_eq!(packs[0].sources[0].1, policy("acme_app"));
    assert_eq!(packs[0].to_compiler().digest, Some(packs[0].digest.to_string()));
    // Once more changes nothing.
    let before = files(&place.root());
    assert_eq!(place.install(&["acme.app ^1"]).unwrap(), []);
    assert_eq!(files(&place.root()), before);
}

#[test]
fn versions_stay_until_they_are_updated() {
    let place = Place::filled();
    place.install(&["acme.app ^1"]).unwrap();
    place.publish("acme.base", "1.1.0", &[], &["/base/**"]);
    assert_eq!(place.install(&["acme.app ^1"]).unwrap(), []);
    let found = outdated(&place.lock(), &reqs(&["acme.app ^1"]), &place.registry(), &version("0.1.0"), MAX_STEPS);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].fitting.clone(), found[0].newest.clone()), (Some(version("1.1.0")), Some(version("1.1.0"))));
    let plan = place.plan_at(&["acme.app ^1"], Moving::All, NOW).unwrap();
    let moved = Change::Moved(name("acme.base"), version("1.0.0"), version("1.1.0"));
    assert_eq!(plan.changes(), std::slice::from_ref(&moved));
    // No new right, no question.
    assert_eq!(place.apply(plan, &Acceptance::default()).unwrap(), [moved]);
    assert_eq!(place.seen().unwrap(), ["acme.app 1.0.0", "acme.base 1.1.0"]);
    assert!(!place.file_of("acme.base", "1.0.0", "").exists(), "what the lock doesn't name is taken away");
}

#[test]
fn what_nothing_needs_goes() {
    let place = Place::filled();
    place.install(&["acme.app ^1"]).unwrap();
    let gone = [Change::Removed(name("acme.app"), version("1.0.0")), Change::Removed(name("acme.base"), version("1.0.0"))];
    assert_eq!(place.install(&[]).unwrap(), gone);
    assert!(place.seen().unwrap().is_empty());
    assert_eq!(fs::read_dir(place.root().join(".reach/packs")).unwrap().count(), 0);
}

#[test]
fn rights_are_given_by_name_and_remembered() {
    let place = Place::filled();
    let plan = place.plan(&["acme.app ^1"]).unwrap();
    let lacking: Vec<String> = plan.lacking(&Acceptance::default()).iter().flat_map(|(n, rights)| rights.iter().map(move |r| format!("{n} {r}"))).collect();
    assert_eq!(lacking, ["acme.app read:/app/**", "acme.base read:/base/**"]);
    let some = Acceptance { rights: BTreeSet::from(["read:/app/**".to_owned()]), all: false };
    assert!(matches!(place.apply(plan, &some), Err(InstallError::Consent(lacking)) if lacking.len() == 1));
    assert!(place.seen().unwrap().is_empty() && !place.root().join("pack.lock").exists());
    let both = Acceptance { rights: BTreeSet::from(["read:/app/**".to_owned(), "read:/base/**".to_owned()]), all: false };
    place.apply(place.plan(&["acme.app ^1"]).unwrap(), &both).unwrap();
    // A version that asks for more is asked about again, for what is more.
    place.publish("acme.base", "1.1.0", &[], &["/base/**", "/etc/**"]);
    let plan = place.plan_at(&["acme.app ^1"], Moving::All, NOW).unwrap();
    let lacking = plan.lacking(&Acceptance::default());
    assert_eq!(
        lacking.iter().map(|(n, r)| (n.to_string(), r[0].to_string(), r.len())).collect::<Vec<_>>(),
        [("acme.base".to_owned(), "read:/etc/**".to_owned(), 1)]
    );
    assert!(matches!(place.apply(plan, &Acceptance::default()), Err(InstallError::Consent(_))));
    assert_eq!(place.seen().unwrap(), ["acme.app 1.0.0", "acme.base 1.0.0"], "nothing has changed");
}

#[test]
fn rights_that_are_no_longer_asked_for_are_given_up() {
    let place = Place::filled();
    place.install(&["acme.base ^1"]).unwrap();
    place.publish("acme.base", "1.1.0", &[], &[]);
    place.apply(place.plan_at(&["acme.base ^1"], Moving::All, NOW).unwrap(), &Acceptance::default()).unwrap();
    assert!(place.lock().packs[&name("acme.base")].rights.is_empty());
    place.publish("acme.base", "1.2.0", &[], &["/base/**"]);
    let plan = place.plan_at(&["acme.base ^1"], Moving::All, NOW).unwrap();
    assert!(matches!(place.apply(plan, &Acceptance::default()), Err(InstallError::Consent(_))));
}

#[test]
fn what_is_locked_is_installed_without_an_index_and_without_time() {
    let place = Place::filled();
    place.install(&["acme.app ^1"]).unwrap();
    // Somebody else's machine: the lock, and the archives of an expired registry.
    fs::remove_dir_all(place.root().join(".reach")).unwrap();
    fs::remove_dir_all(place.home()).unwrap();
    fs::remove_dir_all(place.registry_folder().join("index")).unwrap();
    assert!(matches!(place.seen(), Err(InstallError::NotInstalled { .. })));
    let restored = [Change::Restored(name("acme.app"), version("1.0.0")), Change::Restored(name("acme.base"), version("1.0.0"))];
    assert_eq!(place.install_locked(true).unwrap(), restored);
    assert_eq!(place.seen().unwrap(), ["acme.app 1.0.0", "acme.base 1.0.0"]);
    assert_eq!(place.install_locked(true).unwrap(), []);
    // And then without any registry: what was fetched once is at hand.
    fs::remove_dir_all(place.root().join(".reach")).unwrap();
    fs::remove_dir_all(place.registry_folder()).unwrap();
    assert_eq!(place.install_locked(false).unwrap(), restored);
    assert_eq!(place.seen().unwrap(), ["acme.app 1.0.0", "acme.base 1.0.0"]);
    fs::remove_dir_all(place.home()).unwrap();
    assert!(matches!(place.install_locked(false), Err(InstallError::Registry(RegistryError::BlobMissing(_)))));
}

#[test]
fn an_expired_registry_gives_nothing_new() {
    let place = Place::filled();
    let late = place.plan_at(&["acme.app ^1"], Moving::Nothing, NOW + 31 * DAY);
    assert!(matches!(late, Err(InstallError::Registry(RegistryError::Expired { .. }))));
    assert!(place.plan_at(&["acme.app ^1"], Moving::Nothing, NOW + 30 * DAY - 1).is_ok());
}

#[test]
fn yanked_versions_stay_where_they_are_and_come_nowhere_else() {
    let place = Place::filled();
    place.install(&["acme.base ^1"]).unwrap();
    let publisher = Publisher::open(&place.registry_folder(), &origin(), Voucher::Trust(&trust()), at(NOW), PATIENCE).unwrap();
    publisher.yank(&name("acme.base"), &version("1.0.0"), "it leaks", place.signing(&key(1))).unwrap();
    assert_eq!(place.install(&["acme.base ^1"]).unwrap(), []);
    let found = outdated(&place.lock(), &reqs(&["acme.base ^1"]), &place.registry(), &version("0.1.0"), MAX_STEPS);
    assert_eq!(found[0].yanked.as_deref(), Some("it leaks"));
    fs::remove_file(place.root().join("pack.lock")).unwrap();
    assert!(matches!(place.install(&["acme.base ^1"]), Err(InstallError::Unresolved(_))));
}

#[test]
fn what_a_killed_process_has_left_is_taken_away() {
    let place = Place::filled();
    place.install(&["acme.base ^1"]).unwrap();
    let packs = place.root().join(".reach/packs");
    fs::create_dir_all(packs.join(".part-7-0-acme.app/policies")).unwrap();
    fs::write(packs.join(".part-7-0-acme.app/policies/a.reach"), "half").unwrap();
    fs::create_dir_all(packs.join("acme.app/1.0.0/policies")).unwrap();
    fs::write(place.root().join(".part-7-1-pack.lock"), "half").unwrap();
    assert_eq!(place.seen().unwrap(), ["acme.base 1.0.0"], "the lock doesn't name it");
    place.install(&["acme.app ^1"]).unwrap();
    assert_eq!(place.seen().unwrap(), ["acme.app 1.0.0", "acme.base 1.0.0"]);
    let left: Vec<String> = files(&place.root()).into_keys().filter(|n| n.contains(".part-")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn two_do_not_install_at_once() {
    let place = Place::filled();
    let held = Writing::begin(&place.project(), PATIENCE).unwrap();
    assert!(matches!(Writing::begin(&place.project(), Duration::ZERO), Err(InstallError::Disk(DiskError::Locked { .. }))));
    let plan = place.plan(&["acme.base ^1"]).unwrap();
    drop(held);
    place.install(&["acme.app ^1"]).unwrap();
    // A plan that was made before is no plan any more.
    assert!(matches!(place.apply(plan, &all()), Err(InstallError::ChangedMeanwhile { .. })));
    assert_eq!(place.seen().unwrap(), ["acme.app 1.0.0", "acme.base 1.0.0"]);
}

#[test]
fn many_installations_at_once_leave_one_of_their_states() {
    let place = Place::filled();
    std::thread::scope(|scope| {
        for number in 0..6 {
            let place = &place;
            scope.spawn(move || {
                let roots: &[&str] = if number % 2 == 0 { &["acme.app ^1"] } else { &["acme.base ^1"] };
                let writing = Writing::begin(&place.project(), Duration::from_secs(60)).unwrap();
                let home = place.home();
                let store =
                    reach_packs::Store { home: &home, registry: None, trust: &place.trust, now: at(NOW), reach: &place.reach, examine: &crate::compiled };
                let plan = place.plan(roots).unwrap();
                plan.apply(&writing, &all(), store).unwrap();
                // Nobody else changes anything while it is held.
                assert_eq!(place.lock().roots, reqs(roots));
                place.seen().unwrap();
            });
        }
    });
    assert!([1, 2].contains(&place.seen().unwrap().len()));
}

#[test]
fn installed_packs_verify_until_their_keys_do_not() {
    let mut place = Place::filled();
    place.install(&["acme.app ^1"]).unwrap();
    let verdict = |place: &Place, now: u64| -> Vec<String> {
        let all = verdicts(&place.project(), &place.trust, at(now)).unwrap();
        all.iter().map(|v| v.verified.as_ref().map_or_else(ToString::to_string, |until| format!("{until:?}"))).collect()
    };
    assert_eq!(verdict(&place, NOW + 10_000 * DAY), ["None", "None"]);
    let until = at(NOW + DAY);
    let mut store = reach_trust::TrustStore::default();
    let names = BTreeSet::from(["acme.*".parse().unwrap()]);
    store.append(reach_trust::Action::Trust { expires: Some(until), key: key(1).verifier().to_string(), names }, at(NOW)).unwrap();
    place.trust = store;
    assert_eq!(verdict(&place, NOW), [format!("{:?}", Some(until)), format!("{:?}", Some(until))]);
    assert!(verdict(&place, NOW + DAY)[0].contains("trusted until"));
}

#[test]
fn a_project_is_found_from_below() {
    let place = Place::filled();
    place.install(&["acme.base ^1"]).unwrap();
    let below = place.root().join("policies/deep");
    fs::create_dir_all(&below).unwrap();
    assert_eq!(Project::find(&below).root(), place.root());
    assert_eq!(Project::find(place.folder.path()).root(), place.folder.path());
}

#[test]
fn a_pack_compiles_with_what_it_needs() {
    let place = Place::new();
    place.publish_pack(&verified(draft("acme.base", "1.0.0", &[], &[], &[("a.reach", "let most = 5\n")])));
    let user = "use acme.base\ntool pay(amount: int)\npermit small\n  on pay\n  when args.amount < base.most\n";
    place.publish_pack(&verified(draft("acme.app", "1.0.0", &["acme.base ^1"], &[], &[("a.reach", user)])));
    place.install(&["acme.app *"]).unwrap();
    assert_eq!(place.seen().unwrap().len(), 2);
}
