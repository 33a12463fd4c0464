//! What an attacker who serves a registry can do, one row each, with what comes of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use reach_keys::{KeyName, Note, SigningKey};
use reach_registry::disk::DiskError;
use reach_registry::{Blob, Extent, History, HistoryError, Line, Listing, ListingError, MAX_HISTORY_BYTES, MAX_LINE_BYTES, Memory, Registry, RegistryError};
use reach_registry::{Folder, Signing, Snapshot, SnapshotError, Voucher, Yank, read_blob};
use reach_statement::Digest;
use reach_trust::{Action, Malformed, Refusal};

use super::{DAY, NOW, Place, at, copy, files, key, name, origin, pack, trust, version};

/// The name of what came of it.
fn outcome<T>(result: Result<T, RegistryError>) -> String {
    let text = match result {
        Ok(_) => "fine".to_owned(),
        Err(RegistryError::Snapshot(SnapshotError::Note(error))) => format!("note {error:?}"),
        Err(RegistryError::Snapshot(SnapshotError::Refused(Refusal::Malformed(Malformed::Note(error))))) => format!("note {error:?}"),
        Err(RegistryError::Snapshot(SnapshotError::Refused(refusal))) => format!("refused {refusal:?}"),
        Err(RegistryError::Snapshot(error)) => format!("snapshot {error:?}"),
        Err(RegistryError::Disk(error)) => format!("disk {error:?}"),
        Err(RegistryError::History { error, .. }) => format!("history {error:?}"),
        Err(error) => format!("{error:?}"),
    };
    text.split([' ', '(', '{', ')']).take(2).collect::<Vec<_>>().join(" ").trim().to_owned()
}

/// What the attacker does to the folder.
type Attack = fn(&Path);

fn edit(root: &Path, name: &str, change: impl FnOnce(String) -> String) {
    let path = root.join(name);
    fs::write(&path, change(fs::read_to_string(&path).unwrap())).unwrap();
}

fn only(root: &Path, prefix: &str, part: &str) -> String {
    files(root).into_keys().find(|n| n.starts_with(prefix) && n.contains(part)).unwrap()
}

fn listing_name(root: &Path) -> String {
    let snapshot = current(root);
    only(root, "listings/", &snapshot.index.hex())
}

fn current(root: &Path) -> Snapshot {
    Snapshot::verify(&fs::read(root.join("snapshot")).unwrap(), &origin(), Voucher::Own(&key(1).verifier()), at(NOW)).unwrap()
}

fn sign(root: &Path, snapshot: &Snapshot, key: &SigningKey) {
    fs::write(root.join("snapshot"), snapshot.sign(key).unwrap()).unwrap();
}

/// A registry whose own key signs what a careful one would not: the listing and the snapshot fit the files, whatever they say.
fn sign_whatever_is_there(root: &Path, version: u64) {
    let mut listing = String::from("reach-listing/1\n");
    let histories: BTreeMap<String, Vec<u8>> = files(root)
        .into_iter()
        .filter(|(n, _)| n.starts_with("index/"))
        .map(|(n, bytes)| (n.rsplit('/').next().unwrap().trim_end_matches(".jsonl").to_owned(), bytes))
        .collect();
    for (pack, bytes) in &histories {
        listing.push_str(&format!("{pack} {} {}\n", bytes.len(), Digest::of(bytes)));
    }
    sign_listing(root, &listing, histories.len() as u64, version);
}

fn sign_listing(root: &Path, listing: &str, packs: u64, version: u64) {
    let index = Digest::of(listing.as_bytes());
    let folder = root.join("listings/sha256").join(&index.hex()[..2]);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(index.hex()), listing).unwrap();
    sign(root, &Snapshot { origin: origin(), version, issued: at(NOW), expires: at(NOW + DAY), packs, index }, &key(1));
}

fn history(root: &Path, change: impl FnOnce(String) -> String) {
    let file = only(root, "index/", "acme.guard");
    edit(root, &file, change);
    sign_whatever_is_there(root, 9);
}

fn nth_line(text: &str, at: usize) -> String {
    text.lines().nth(at).unwrap().to_owned() + "\n"
}

#[cfg(unix)]
fn link(root: &Path, name: &str) {
    let path = root.join(name);
    let aside = root.join("aside");
    fs::rename(&path, &aside).unwrap();
    std::os::unix::fs::symlink(&aside, &path).unwrap();
}

#[cfg(unix)]
fn pipe(root: &Path, name: &str) {
    let path = root.join(name);
    fs::remove_file(&path).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
}

/// Each is done to a registry of three releases that was read once (snapshot 5).
#[cfg(unix)]
const ATTACKS: &[(&str, Attack, &str)] = &[
    ("nothing", |_| {}, "fine"),
    // The folder.
    ("no description", |r| fs::remove_file(r.join("registry.json")).unwrap(), "Missing"),
    ("a description of another form", |r| edit(r, "registry.json", |t| t.replace("registry/1", "registry/2")), "Description"),
    ("a description with a field more", |r| edit(r, "registry.json", |t| t.replace("{", "{\"a\":1,")), "Description"),
    ("a description with a name that is none", |r| edit(r, "registry.json", |t| t.replace("packs.example", "a b")), "Description"),
    ("another registry's description", |r| edit(r, "registry.json", |t| t.replace("packs.example", "other.example")), "OtherOrigin"),
    ("a huge description", |r| edit(r, "registry.json", |t| t + &" ".repeat(5000)), "disk TooLarge"),
    ("a description that is a link", |r| link(r, "registry.json"), "disk Link"),
    ("a description that is a pipe", |r| pipe(r, "registry.json"), "disk NotAFile"),
    // The snapshot.
    ("no snapshot", |r| fs::remove_file(r.join("snapshot")).unwrap(), "NoSnapshot"),
    ("a snapshot that is a link", |r| link(r, "snapshot"), "disk Link"),
    ("a snapshot that is a pipe", |r| pipe(r, "snapshot"), "disk NotAFile"),
    ("a huge snapshot", |r| edit(r, "snapshot", |t| t + &"x".repeat(100_000)), "disk TooLarge"),
    ("an empty snapshot", |r| fs::write(r.join("snapshot"), "").unwrap(), "note NoFinalNewline"),
    ("a snapshot without signatures", |r| edit(r, "snapshot", |t| t.split("\n\n").next().unwrap().to_owned() + "\n\n"), "note NoSignatures"),
    ("a later expiry, not signed", |r| edit(r, "snapshot", |t| t.replace("expires 2027", "expires 2028")), "refused BadSignature"),
    ("a signature without its padding", |r| edit(r, "snapshot", |t| t.replace("=\n", "\n")), "note MalformedSignature"),
    ("a cut signature", |r| edit(r, "snapshot", |t| t[..t.len() - 9].to_owned() + "\n"), "refused BadSignature"),
    ("signed by another key of that name", |r| sign(r, &Snapshot { version: 6, ..current(r) }, &key(2)), "refused Untrusted"),
    (
        "signed by a key of another name",
        |r| sign(r, &Snapshot { version: 6, ..current(r) }, &SigningKey::from_seed(KeyName::new("evil.example").unwrap(), &[1; 32])),
        "refused Untrusted",
    ),
    (
        "a stranger's signature besides",
        |r| {
            let mut note = Note::parse(&fs::read(r.join("snapshot")).unwrap()).unwrap();
            note.add_signature(&key(2)).unwrap();
            fs::write(r.join("snapshot"), note.to_bytes()).unwrap();
        },
        "fine",
    ),
    (
        "a checkpoint of a log that the same key signed",
        |r| fs::write(r.join("snapshot"), Note::sign("packs.example\n5\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", &key(1)).unwrap().to_bytes()).unwrap(),
        "snapshot Form",
    ),
    (
        "a snapshot of another form",
        |r| fs::write(r.join("snapshot"), Note::sign(current(r).to_string().replace("registry/1", "registry/2"), &key(1)).unwrap().to_bytes()).unwrap(),
        "snapshot Form",
    ),
    (
        "a number with zeros before it",
        |r| fs::write(r.join("snapshot"), Note::sign(current(r).to_string().replace("version 5", "version 05"), &key(1)).unwrap().to_bytes()).unwrap(),
        "snapshot Form",
    ),
    ("a line more", |r| fs::write(r.join("snapshot"), Note::sign(current(r).to_string() + "more\n", &key(1)).unwrap().to_bytes()).unwrap(), "snapshot Form"),
    ("the snapshot of another registry", |r| sign(r, &Snapshot { origin: KeyName::new("other.example").unwrap(), ..current(r) }, &key(1)), "OtherOrigin"),
    ("an expired snapshot (freeze)", |r| sign(r, &Snapshot { version: 6, expires: at(NOW), ..current(r) }, &key(1)), "Expired"),
    ("a number below that which was seen (rollback)", |r| sign(r, &Snapshot { version: 4, ..current(r) }, &key(1)), "Rollback"),
    ("the same number with another time (fork)", |r| sign(r, &Snapshot { issued: at(NOW + 1), ..current(r) }, &key(1)), "Fork"),
    ("another number of packs", |r| sign(r, &Snapshot { version: 6, packs: 3, ..current(r) }, &key(1)), "OtherCount"),
    // The listing.
    ("no listing", |r| fs::remove_file(r.join(listing_name(r))).unwrap(), "OtherListing"),
    ("a changed listing", |r| edit(r, &listing_name(r), |t| t.replace("acme.other", "acme.othes")), "OtherListing"),
    ("a listing that is a link", |r| link(r, &listing_name(r)), "disk Link"),
    ("its folder is a link", |r| link(r, "listings"), "disk Link"),
    ("a listing with a way out", |r| sign_listing(r, &format!("reach-listing/1\n../../etc/passwd 3 {}\n", Digest::of(b"abc")), 1, 6), "Listing Line"),
    (
        "a listing out of order",
        |r| {
            let d = Digest::of(b"");
            sign_listing(r, &format!("reach-listing/1\nb.b 1 {d}\na.a 1 {d}\n"), 2, 6);
        },
        "Listing Line",
    ),
    (
        "a pack twice in a listing",
        |r| {
            let d = Digest::of(b"");
            sign_listing(r, &format!("reach-listing/1\na.a 1 {d}\na.a 2 {d}\n"), 2, 6);
        },
        "Listing Line",
    ),
    ("a file that is announced too large", |r| sign_listing(r, &format!("reach-listing/1\na.a 99999999999 {}\n", Digest::of(b"")), 1, 6), "Listing Line"),
    ("a listing without end", |r| sign_listing(r, &format!("reach-listing/1\na.a 1 {}", Digest::of(b"")), 1, 6), "Listing Line"),
    ("a listing of another form", |r| sign_listing(r, "reach-listing/2\n", 0, 6), "Listing Header"),
    ("an empty index, signed", |r| sign_listing(r, "reach-listing/1\n", 0, 6), "Withdrawn"),
    // The index.
    ("no file of a pack", |r| fs::remove_file(r.join(only(r, "index/", "acme.guard"))).unwrap(), "OtherHistory"),
    ("a file of a pack that is a link", |r| link(r, &only(r, "index/", "acme.guard")), "disk Link"),
    ("a file of a pack that is a pipe", |r| pipe(r, &only(r, "index/", "acme.guard")), "disk NotAFile"),
    ("a shorter file of a pack (mix-and-match)", |r| edit(r, &only(r, "index/", "acme.guard"), |t| nth_line(&t, 0)), "OtherHistory"),
    ("another file of a pack (mix-and-match)", |r| edit(r, &only(r, "index/", "acme.guard"), |t| t.replace("leaks", "speak")), "OtherHistory"),
    ("lines that nobody signed", |r| edit(r, &only(r, "index/", "acme.guard"), |t| t.clone() + &t), "fine"),
    ("a pack that nobody signed", |r| fs::write(r.join("index/aa-evil.jsonl"), "x").unwrap(), "fine"),
    ("a poisoned line: no JSON", |r| history(r, |t| t + "{\n"), "history Line"),
    ("a poisoned line: an empty one", |r| history(r, |t| t + "\n"), "history Line"),
    ("a poisoned line: a field more", |r| history(r, |t| t.clone() + &nth_line(&t, 1).replace("{\"archive", "{\"a\":1,\"archive")), "history Line"),
    (
        "a poisoned line: a key twice",
        |r| history(r, |t| t.clone() + &nth_line(&t, 1).replace("\"kind\":\"policy\"", "\"kind\":\"policy\",\"kind\":\"policy\"")),
        "history Line",
    ),
    ("a poisoned line: spaces", |r| history(r, |t| t.clone() + &nth_line(&t, 1).replace(",\"kind", ", \"kind")), "history Line"),
    ("a poisoned line: an unseen character", |r| history(r, |t| t.clone() + &nth_line(&t, 1).replace("Guards", "Gu\u{202e}ards")), "history Line"),
    ("a poisoned line: deep", |r| history(r, |t| t + &"[".repeat(100_000) + "\n"), "history Line"),
    ("a poisoned line: long", |r| history(r, |t| t + &"x".repeat(MAX_LINE_BYTES + 1) + "\n"), "history Line"),
    ("a poisoned line: a version that is none", |r| history(r, |t| t.clone() + &nth_line(&t, 1).replace("1.1.0", "1.1")), "history Line"),
    ("a poisoned line: it needs itself", |r| history(r, |t| t.replace("\"pack\"", "\"needs\":{\"acme.guard\":\"^1\"},\"pack\"")), "history Line"),
    (
        "a line about another pack",
        |r| history(r, |t| t.clone() + &nth_line(&t, 1).replace("\"acme.guard\",\"pack", "\"acme.guarb\",\"pack")),
        "history OtherPack",
    ),
    ("a version twice", |r| history(r, |t| t.clone() + &nth_line(&t, 1)), "history Twice"),
    (
        "a version twice, as another pack (equivocation)",
        |r| history(r, |t| t.clone() + &nth_line(&t, 1).replace(&pack("acme.guard", "1.1.0", &[], "permit").digest().hex(), &Digest::of(b"evil").hex())),
        "history Equivocation",
    ),
    ("yanked and never published", |r| history(r, |t| t.clone() + &nth_line(&t, 2).replace("1.0.0", "7.0.0")), "history YankedUnpublished"),
    ("yanked twice", |r| history(r, |t| t.clone() + &nth_line(&t, 2)), "history YankedTwice"),
    ("yanked before it was published", |r| history(r, |t| nth_line(&t, 2) + &nth_line(&t, 0)), "history YankedUnpublished"),
    ("a line without end", |r| history(r, |t| t.trim_end().to_owned()), "history NoFinalNewline"),
    // What was seen, and is signed to be otherwise now.
    ("a version is gone, signed", |r| history(r, |t| nth_line(&t, 0)), "Rewritten"),
    ("a yanked version stands again, signed", |r| history(r, |t| nth_line(&t, 0) + &nth_line(&t, 1)), "Rewritten"),
    ("another order, signed", |r| history(r, |t| nth_line(&t, 1) + &nth_line(&t, 0) + &nth_line(&t, 2)), "Rewritten"),
    ("another archive of a version, signed", |r| history(r, |t| t.replace("\"size_bytes\":", "\"size_bytes\":1")), "Rewritten"),
    (
        "a version is another pack now, signed (equivocation)",
        |r| history(r, |t| t.replace(&pack("acme.guard", "1.1.0", &[], "permit").digest().hex(), &Digest::of(b"evil").hex())),
        "Equivocation",
    ),
    ("what was yanked for is told otherwise, signed", |r| history(r, |t| t.replace("leaks", "is ok")), "Rewritten"),
    ("the next line, signed", |r| history(r, |t| t.clone() + &nth_line(&t, 1).replace("1.1.0", "1.2.0")), "fine"),
];

#[cfg(unix)]
#[test]
fn whatever_is_served_is_found_out() {
    let mut wrong = Vec::new();
    for (what, attack, expected) in ATTACKS {
        let place = Place::filled();
        place.read().unwrap();
        let home = files(&place.home());
        attack(&place.root());
        let found = outcome(place.read());
        if found != *expected {
            wrong.push(format!("{what}: {found}, expected {expected}"));
        }
        // What was refused changes nothing of what is remembered.
        assert!(found == "fine" || files(&place.home()) == home, "{what}");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(ATTACKS.len() >= 65, "{}", ATTACKS.len());
}

#[test]
fn a_registry_is_believed_only_while_its_key_is() {
    let place = Place::filled();
    let read = |actions: Vec<Action>, now: u64| {
        let mut store = reach_trust::TrustStore::default();
        for action in actions {
            store.append(action, at(NOW)).unwrap();
        }
        outcome(Registry::read(&place.root(), &origin(), Voucher::Trust(&store), at(now)))
    };
    let trust = |name: &str, expires: Option<u64>| {
        let names = std::collections::BTreeSet::from([name.parse().unwrap()]);
        Action::Trust { expires: expires.map(at), key: key(1).verifier().to_string(), names }
    };
    let revoke = || Action::Revoke { key: key(1).verifier().to_string(), reason: "lost".to_owned(), since: None };
    assert_eq!(read(vec![trust("registry:packs.example", None)], NOW), "fine");
    assert_eq!(read(vec![], NOW), "refused Untrusted");
    assert_eq!(read(vec![trust("acme.*", None)], NOW), "refused Untrusted");
    assert_eq!(read(vec![trust("registry:other.example", None)], NOW), "refused Untrusted");
    assert_eq!(read(vec![trust("registry:packs.example", Some(NOW + 10))], NOW + 9), "fine");
    assert_eq!(read(vec![trust("registry:packs.example", Some(NOW + 10))], NOW + 10), "refused Expired");
    assert_eq!(read(vec![trust("registry:packs.example", None), revoke()], NOW), "refused Revoked");
    let two = Action::Threshold { needed: 2, pattern: "registry:packs.example".parse().unwrap() };
    assert_eq!(read(vec![trust("registry:packs.example", None), two], NOW), "refused Untrusted");
}

#[test]
fn an_older_registry_is_refused_by_whoever_saw_the_newer_one() {
    let place = Place::filled();
    let older = place.saved();
    place.publish("acme.guard", "1.2.0", &[]);
    place.read().unwrap();
    let newer = place.saved();
    place.replace_by(older.path());
    assert!(matches!(place.read(), Err(RegistryError::Rollback { seen: 6, found: 5 })));
    // Who has not seen it can't know, until it expires.
    let registry = Registry::read(&place.root(), &origin(), Voucher::Trust(&trust()), at(NOW)).unwrap();
    Memory::new(&place.folder.path().join("other")).check(&registry).unwrap();
    // Each file of the older one beside the newer ones, and the other way round.
    for (base, other) in [(newer.path(), older.path()), (older.path(), newer.path())] {
        let (old, new) = (files(base), files(other));
        for (file, bytes) in new.iter().filter(|(n, b)| old.get(*n) != Some(b) && !n.starts_with("blobs")) {
            place.replace_by(base);
            fs::create_dir_all(place.root().join(file).parent().unwrap()).unwrap();
            fs::write(place.root().join(file), bytes).unwrap();
            let found = outcome(place.read());
            // A listing or lines too many are nobody's; all else is told.
            let harmless = file.starts_with("listings") || file.starts_with("index") && base == older.path();
            let expected = match (harmless, base == newer.path()) {
                (true, true) => vec!["fine"],
                (true, false) => vec!["Rollback"],
                (false, _) => vec!["OtherListing", "OtherHistory", "Rollback"],
            };
            assert!(expected.contains(&found.as_str()), "{file}: {found}");
        }
    }
}

#[test]
fn two_states_of_one_registry_are_never_both_believed() {
    let place = Place::filled();
    let common = place.saved();
    place.publish("acme.guard", "1.2.0", &[]);
    let one = place.saved();
    place.replace_by(common.path());
    place.publish("acme.guard", "1.3.0", &[]);
    place.read().unwrap();
    place.replace_by(one.path());
    assert!(matches!(place.read(), Err(RegistryError::Fork { version: 6 })));
    // Nor once it has gone on.
    place.publish("acme.other", "0.2.0", &[]);
    assert!(matches!(place.read(), Err(RegistryError::Rewritten { .. })));
}

#[test]
fn archives_are_what_their_names_say() {
    let place = Place::filled();
    let registry = place.read().unwrap();
    let blob = registry.get(&name("acme.guard")).unwrap().get(&version("1.1.0")).unwrap().release.archive.clone();
    let file = place.root().join(only(&place.root(), "blobs/", &blob.sha256.hex()));
    let good = fs::read(&file).unwrap();
    for (what, bytes) in [("another", vec![b'x'; good.len()]), ("longer", [good.clone(), vec![0]].concat()), ("cut", good[1..].to_vec()), ("empty", Vec::new())]
    {
        fs::write(&file, bytes).unwrap();
        assert!(matches!(registry.archive(&blob), Err(RegistryError::OtherBlob(_))), "{what}");
    }
    fs::remove_file(&file).unwrap();
    assert!(matches!(registry.archive(&blob), Err(RegistryError::BlobMissing(_))));
    fs::create_dir(&file).unwrap();
    assert!(matches!(registry.archive(&blob), Err(RegistryError::Disk(DiskError::NotAFile { .. }))));
    let huge = Blob { size_bytes: u64::MAX, ..blob.clone() };
    assert!(matches!(read_blob(&Folder::new(place.root()), &huge), Err(RegistryError::BlobTooLarge { .. })));
    // Publishing mends what is damaged.
    fs::remove_dir(&file).unwrap();
    fs::write(&file, "damaged").unwrap();
    assert_eq!(reach_registry::write_blob(&Folder::new(place.root()), &Folder::new(place.root()), &good).unwrap(), blob);
    assert_eq!(registry.archive(&blob).unwrap(), good);
}

#[test]
fn a_publisher_signs_nothing_that_it_cannot_believe() {
    let place = Place::filled();
    edit(&place.root(), &only(&place.root(), "index/", "acme.guard"), |t| t.replace("leaks", "speak"));
    let opened = reach_registry::Publisher::open(&place.root(), &origin(), Voucher::Trust(&trust()), at(NOW), std::time::Duration::ZERO);
    assert!(matches!(opened, Err(RegistryError::OtherHistory { .. })));
}

#[test]
fn what_is_remembered_is_refused_where_it_is_damaged() {
    let place = Place::filled();
    place.read().unwrap();
    let marks = place.home().join(only(&place.home(), "registries/", "marks.json"));
    let good = fs::read_to_string(&marks).unwrap();
    for bad in [
        String::new(),
        good[..good.len() - 1].to_owned(),
        good.replace("\"version\":5", "\"version\":1,\"version\":5"),
        good.replace("reach-marks/1", "reach-marks/2"),
        good.replace("packs.example", "other.example"),
        good.replace('{', "{ "),
    ] {
        fs::write(&marks, &bad).unwrap();
        assert!(matches!(place.read(), Err(RegistryError::MemoryDamaged { .. })), "{bad}");
    }
    fs::write(&marks, good).unwrap();
    place.read().unwrap();
}

#[test]
fn files_of_an_index_end_at_their_limits() {
    let named = name("acme.guard");
    let signing = Signing { key: &key(1), now: at(NOW), lifetime_seconds: DAY };
    let place = Place::new();
    let (release, _) = place.publisher().publish(&pack("acme.guard", "1.0.0", &[], "permit"), false, signing).unwrap();
    let lines = |many: usize| -> String {
        let published = Line::Published(Box::new(release.clone())).to_string();
        (0..many).map(|at| published.replace("\"1.0.0\"", &format!("\"1.0.{at}\"")) + "\n").collect()
    };
    assert!(History::parse(&named, lines(reach_registry::MAX_LINES).as_bytes()).is_ok());
    assert!(matches!(History::parse(&named, lines(reach_registry::MAX_LINES + 1).as_bytes()), Err(HistoryError::TooManyLines)));
    assert!(matches!(History::parse(&named, b""), Err(HistoryError::Empty)));
    let huge = vec![b'\n'; usize::try_from(MAX_HISTORY_BYTES).unwrap() + 1];
    assert!(matches!(History::parse(&named, &huge), Err(HistoryError::TooLarge { .. })));
    let extent = |size_bytes| Extent { sha256: Digest::of(b""), size_bytes };
    let mut listing = Listing::default();
    for at in 0..16 {
        listing = listing.with(name(&format!("a.p{at}")), extent(MAX_HISTORY_BYTES)).unwrap();
    }
    assert_eq!(listing.clone().with(name("a.more"), extent(1)), Err(ListingError::TooManyBytes));
    assert!(Listing::parse(listing.to_string().as_bytes()).is_ok());
    let many: String = (0..=reach_registry::MAX_PACKS).map(|at| format!("a.p{at:05} 1 {}\n", Digest::of(b""))).collect();
    assert_eq!(Listing::parse(format!("reach-listing/1\n{many}").as_bytes()), Err(ListingError::TooManyPacks));
    let most: String = many.lines().skip(1).map(|l| l.to_owned() + "\n").collect();
    assert!(Listing::parse(format!("reach-listing/1\n{most}").as_bytes()).is_ok());
}

#[test]
fn a_changed_byte_of_what_is_signed_is_refused() {
    let place = Place::filled();
    place.read().unwrap();
    let saved = place.saved();
    for (file, bytes) in
        files(saved.path()).into_iter().filter(|(n, _)| n == "snapshot" || n.starts_with("index/") || n.contains(&current(saved.path()).index.hex()))
    {
        for at in (0..bytes.len()).step_by(7) {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            fs::write(place.root().join(&file), &changed).unwrap();
            assert!(place.read().is_err(), "{file}, byte {at}");
        }
        fs::write(place.root().join(&file), &bytes).unwrap();
    }
    copy(saved.path(), &place.root());
    place.read().unwrap();
}

#[test]
fn a_line_reads_as_it_is_written() {
    let yank = Yank::new(name("a.b"), version("1.0.0"), "\"quoted\" \\ ü".to_owned()).unwrap();
    let text = Line::Yanked(yank).to_string();
    assert_eq!(text, r#"{"event":"yanked","name":"a.b","reason":"\"quoted\" \\ ü","version":"1.0.0"}"#);
    assert_eq!(Line::parse(text.as_bytes()).unwrap().to_string(), text);
    assert!(Line::parse(text.replace('ü', "\\u00fc").as_bytes()).is_err());
}
