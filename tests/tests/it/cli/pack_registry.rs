//! Registries and installed packs, from the command line: what people are told, and what programs are.

use std::fs;

use super::{Place, Run};

/// The manifest of a pack that has one tool, of the pack's name with `_` for dots.
pub(crate) fn manifest(name: &str, version: &str, needs: &str, read: &str) -> String {
    let tool = name.replace('.', "_");
    format!(
        "pack {name} \"{version}\" {{\n  description: \"Guards {name}\"\n  license: \"Apache-2.0\"\n  kind: policy\n  reach: \">=0.1, <0.2\"\n  \
         needs: {{{needs}}}\n  tools: [{tool}]\n  permissions {{\n    read: [{read}]\n  }}\n  policies: [glob\"**/*.reach\"]\n}}\n"
    )
}

/// A machine with the keys of an author and of a registry, both trusted, and an empty registry in `market`.
pub(crate) fn machine() -> Place {
    let place = Place::new();
    for (name, file) in [("author.example", "author"), ("market.example", "market")] {
        done(&place, &format!("key generate {name} -o {file}.key --no-passphrase"));
        let line = place.reach(&format!("key public {file}.key")).out;
        place.write(&format!("{file}.pub"), line);
    }
    done(&place, "key trust author.pub --for acme.*");
    done(&place, "key trust market.pub --for registry:market.example");
    done(&place, "pack registry init market --origin market.example --key market.key");
    place
}

/// Builds, signs and publishes a pack.
pub(crate) fn publish(place: &Place, name: &str, version: &str, needs: &str, read: &str) {
    build(place, name, version, needs, read);
    done(place, &format!("pack publish {name}-{version}.reachpack --registry market --key market.key"));
}

pub(crate) fn build(place: &Place, name: &str, version: &str, needs: &str, read: &str) {
    let folder = format!("made/{name}-{version}");
    let tool = name.replace('.', "_");
    place.write(&format!("{folder}/pack.reach"), manifest(name, version, needs, read));
    place.write(&format!("{folder}/policies/a.reach"), format!("tool {tool}()\npermit p_{tool}\n  on {tool}\n"));
    place.write(&format!("{folder}/README.md"), version);
    done(place, &format!("pack build {folder} -o {name}-{version}.reachpack"));
    done(place, &format!("pack sign {name}-{version}.reachpack --key author.key"));
}

/// A machine whose registry has `acme.app`, which needs `acme.base`, and is known.
pub(crate) fn market() -> Place {
    let place = machine();
    publish(&place, "acme.base", "1.0.0", "", "glob\"/base/**\"");
    publish(&place, "acme.app", "1.0.0", "acme.base: \"^1\"", "glob\"/app/**\"");
    done(&place, "pack registry add market");
    fs::create_dir(place.path().join("project")).unwrap();
    place
}

pub(crate) fn done(place: &Place, line: &str) -> Run {
    let run = place.reach(line);
    assert_eq!(run.exit, 0, "{line}: {}", run.told());
    run
}

/// Puts words for times and for the ids of keys.
fn timeless(text: &str) -> String {
    let mut out = String::new();
    for word in text.split_inclusive([' ', '\n', '`', ',', ';']) {
        let bare = word.trim_end_matches([' ', '\n', '`', ',', ';']);
        let time = bare.len() == 20 && bare.ends_with('Z') && bare.as_bytes()[10] == b'T';
        let key = bare.trim_end_matches(':').split_once(".example+").is_some_and(|(_, id)| id.len() == 8);
        let end = &word[bare.len()..];
        match (time, key) {
            (true, _) => out.push_str(&format!("[time]{end}")),
            (_, true) => out.push_str(&format!("{}.example+[id]{}{end}", bare.split('.').next().unwrap(), if bare.ends_with(':') { ":" } else { "" })),
            _ => out.push_str(word),
        }
    }
    out
}

fn told(place: &Place, lines: &[&str]) -> String {
    lines.iter().map(|line| timeless(&place.told(line)) + "\n").collect()
}

#[test]
fn packs_come_from_a_registry_and_go() {
    let place = market();
    let mut text = told(
        &place,
        &[
            "pack search guard",
            "pack search bsae",
            "pack search nothing",
            "pack install acme.app --project project",
            "pack install acme.app --project project --accept tool:acme_app --accept read:/app/** --dry-run",
            "pack install acme.app --project project --accept tool:acme_app --accept read:/app/** --accept tool:acme_base --accept read:/base/**",
            "pack list --project project",
            "pack install --project project",
            "pack outdated --project project",
        ],
    );
    publish(&place, "acme.base", "1.1.0", "", "glob\"/base/**\", glob\"/etc/**\"");
    publish(&place, "acme.base", "2.0.0", "", "");
    text += &told(
        &place,
        &[
            "pack outdated --project project",
            "pack update --project project",
            "pack update acme.base --project project --accept read:/etc/**",
            "pack yank acme.base 1.1.0 --reason leaks --registry market --key market.key",
            "pack outdated --project project",
            "offline project",
            "pack remove acme.base --project project",
            "pack remove acme.app --project project",
            "pack list --project project",
        ],
    );
    insta::assert_snapshot!("pack_registry", text);
}

#[test]
fn what_cannot_be_installed_is_told() {
    let place = market();
    publish(&place, "acme.new", "1.0.0", "acme.base: \"^9\"", "");
    build(&place, "acme.base", "0.9.0", "", "");
    build(&place, "other.pack", "1.0.0", "", "");
    place.write("own/pack.reach", manifest("acme.own", "1.0.0", "acme.base: \"^1\"", ""));
    done(&place, "pack install --project own --accept-all");
    done(&place, "pack install acme.base --project project --accept-all");
    place.write("project/.reach/packs/acme.base/1.0.0/policies/a.reach", "tool evil()\n");
    let mut text = told(
        &place,
        &[
            "pack install acme.none --project project",
            "pack install acme.bsae --project project",
            "pack install base --project project",
            "pack install acme.base@latest --project project",
            "pack install acme.new --project project",
            "pack install acme.base --project own",
            "pack install acme.app --project project --accept everything",
            "pack remove acme.app --project project",
            "pack update acme.app --project project",
            "pack remove acme.bsae --project project",
            "pack update acme.bsae --project project",
            "pack list --project project",
            "offline project",
            "pack install --locked --project project",
            "pack search --registry nowhere",
            "pack registry init market --origin market.example --key market.key",
            "pack registry add nowhere",
            "pack publish acme.base-1.0.0.reachpack --registry market --key market.key",
            "pack publish acme.base-0.9.0.reachpack --registry market --key market.key",
            "pack publish other.pack-1.0.0.reachpack --registry market --key market.key",
            "pack publish acme.app-1.0.0.reachpack --registry market --key author.key",
            "pack yank acme.base 7.0.0 --reason why --registry market --key market.key",
            "pack yank acme.bsae 1.0.0 --reason why --registry market --key market.key",
            "pack yank acme.nothing_like_it 1.0.0 --reason why --registry market --key market.key",
        ],
    );
    place.write("project/pack.lock", "{}");
    text += &told(&place, &["pack list --project project", "pack install --locked --project project"]);
    insta::assert_snapshot!("pack_registry_failures", text);
}

#[test]
fn a_registry_that_went_back_is_told() {
    let place = market();
    let snapshot = fs::read(place.path().join("market/snapshot")).unwrap();
    publish(&place, "acme.base", "1.1.0", "", "");
    let newer = fs::read(place.path().join("market/snapshot")).unwrap();
    done(&place, "pack search");
    let mut text = String::new();
    place.write("market/snapshot", &snapshot);
    text += &told(&place, &["pack search", "doctor"]);
    place.write("market/snapshot", String::from_utf8(newer.clone()).unwrap().replace("packs 2", "packs 3"));
    text += &told(&place, &["pack search"]);
    place.write("market/snapshot", &newer);
    let index = walk(&place, "market/index").into_iter().find(|n| n.contains("acme.base")).unwrap();
    let lines = place.read(&index);
    place.write(&index, lines.replace("Guards", "Guard5"));
    text += &told(&place, &["pack search"]);
    place.write(&index, &lines);
    done(&place, "pack search");
    done(&place, "key revoke market.pub --reason lost");
    text += &told(&place, &["pack search", "offline"]);
    insta::assert_snapshot!("pack_registry_attacks", text);
}

fn walk(place: &Place, folder: &str) -> Vec<String> {
    let mut out = Vec::new();
    for entry in fs::read_dir(place.path().join(folder)).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{folder}/{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() { out.extend(walk(place, &name)) } else { out.push(name) }
    }
    out
}

#[test]
fn what_programs_are_told_fits_its_schema() {
    let place = market();
    for (schema, line) in [
        ("pack-search", "pack search guard"),
        ("pack-search", "pack search --registry nowhere"),
        ("pack-install", "pack install acme.app --project project"),
        ("pack-install", "pack install acme.app --project project --dry-run"),
        ("pack-install", "pack install acme.app --project project --accept-all"),
        ("pack-install", "pack update --project project"),
        ("pack-list", "pack list --project project"),
        ("pack-outdated", "pack outdated --project project"),
        ("offline", "offline project"),
        ("doctor", "doctor"),
        ("pack-publish", "pack registry refresh --registry market --key market.key"),
        ("pack-publish", "pack yank acme.base 1.0.0 --reason why --registry market --key market.key"),
        ("pack-outdated", "pack outdated --project project"),
        ("pack-registry", "pack registry add market"),
        ("pack-registry", "pack registry init other --origin other.example --key market.key"),
        ("pack-install", "pack remove acme.app --project project"),
    ] {
        super::schemas::must_fit(schema, &place.reach(&format!("{line} --json")).envelope());
    }
}

#[test]
fn the_lock_alone_installs_on_another_machine() {
    let place = market();
    done(&place, "pack install acme.app --project project --accept-all");
    fs::create_dir(place.path().join("other")).unwrap();
    fs::copy(place.path().join("project/pack.lock"), place.path().join("other/pack.lock")).unwrap();
    let before = place.read("project/pack.lock");
    // No index, no snapshot, no consent: all of it stands in the lock.
    fs::remove_dir_all(place.path().join("market/index")).unwrap();
    fs::remove_file(place.path().join("market/snapshot")).unwrap();
    done(&place, "pack install --locked --project other");
    done(&place, "pack list --project other");
    assert_eq!(place.read("other/pack.lock"), before);
    assert_eq!(walk(&place, "other/.reach/packs").len(), walk(&place, "project/.reach/packs").len());
}

/// Changes a pack that was built and signs what comes of it, as `pack build` wouldn't.
fn forge(place: &Place, file: &str, change: impl Fn(&mut reach_statement::Manifest, &mut Vec<(reach_statement::PackPath, Vec<u8>)>)) {
    let path = place.path().join(file);
    let archive = reach_archive::Archive::read(&fs::read(&path).unwrap()).unwrap();
    let honest = reach_trust::UnverifiedPack::read(archive).unwrap();
    let (mut manifest, mut files) = (honest.unverified_statement().manifest.clone(), honest.unverified_files().to_vec());
    change(&mut manifest, &mut files);
    let mut forged = reach_trust::UnverifiedPack::new(manifest, files, None).unwrap();
    forged.sign(&reach_keys::KeyFile::open(&place.path().join("author.key")).unwrap().unlock(None).unwrap()).unwrap();
    fs::write(&path, forged.to_archive().unwrap().write().unwrap()).unwrap();
}

#[test]
fn a_trusted_signature_does_not_make_a_pack_what_it_says() {
    let place = machine();
    done(&place, "pack registry add market");
    fs::create_dir(place.path().join("project")).unwrap();
    let set = |files: &mut Vec<(reach_statement::PackPath, Vec<u8>)>, name: &str, text: &str| {
        files.retain(|(path, _)| path.as_str() != name);
        files.push((name.parse().unwrap(), text.as_bytes().to_vec()));
    };
    let selecting = |files: &mut Vec<(reach_statement::PackPath, Vec<u8>)>| {
        let manifest = files.iter_mut().find(|(path, _)| path.as_str() == "pack.reach").unwrap();
        manifest.1 = String::from_utf8(manifest.1.clone()).unwrap().replace("**/*.reach", "policies/*.reach").into_bytes();
    };
    type Files = Vec<(reach_statement::PackPath, Vec<u8>)>;
    type Forging<'f> = &'f dyn Fn(&mut reach_statement::Manifest, &mut Files);
    let cases: &[(&str, &str, Forging<'_>)] = &[
        ("1.0.1", "goes beyond `write`", &|_, files| {
            set(files, "policies/a.reach", "tool acme_base(p: path)\npermit p_acme_base\n  on acme_base\n");
        }),
        ("1.0.2", "says something else than what was signed", &|manifest, _| manifest.permissions.read.clear()),
        ("1.0.3", "holds no `pack.reach`", &|_, files| files.retain(|(path, _)| path.as_str() != "pack.reach")),
        ("1.0.4", "no glob of `policies` selects it", &|manifest, files| {
            manifest.policies = ["policies/*.reach".to_owned()].into();
            selecting(files);
            set(files, "hidden.reach", "tool extra()\npermit more\n  on extra\n");
        }),
        ("1.0.5", "`tools` of the manifest doesn't list it", &|_, files| set(files, "policies/b.reach", "tool extra()\npermit more\n  on extra\n")),
    ];
    for (version, why, change) in cases {
        build(&place, "acme.base", version, "", "glob\"/base/**\"");
        let file = format!("acme.base-{version}.reachpack");
        forge(&place, &file, change);
        done(&place, &format!("pack verify {file}"));
        done(&place, &format!("pack publish {file} --registry market --key market.key"));
        let run = place.reach(&format!("pack install acme.base@={version} --project project --accept-all"));
        assert_eq!(run.exit, 2, "{version}: {}", run.told());
        assert!(run.err.contains("cannot be used") && run.err.contains(why), "{version}: {}", run.err);
        assert!(!place.path().join("project/.reach/packs/acme.base").exists() && !place.path().join("project/pack.lock").exists(), "{version}");
    }
}

#[test]
fn what_is_installed_is_used_and_what_was_changed_is_not() {
    let place = market();
    place.write("project/bank.reach", "use acme.base as b\n\ntest \"it is permitted\" {\n  call acme_base() => permit by b.p_acme_base\n}\n");
    let run = place.reach("policy test project");
    assert_eq!(run.exit, 1, "{}", run.told());
    assert!(run.told().contains("reach pack install acme.base"), "{}", run.err);
    done(&place, "pack install acme.base --project project --accept-all");
    done(&place, "policy test project");
    done(&place, "policy build project -o bank.bundle");
    place.write("event.jsonl", "{\"type\":\"call\",\"id\":\"c\",\"name\":\"acme_base\",\"args\":{},\"at\":\"2026-01-01T00:00:00Z\"}\n");
    let decided = done(&place, "policy decide --bundle project event.jsonl").out;
    assert!(decided.contains("\"rule\":\"acme.base.p_acme_base\""), "{decided}");
    assert_eq!(done(&place, "policy decide --bundle bank.bundle event.jsonl").out, decided);
    let rules = "project/.reach/packs/acme.base/1.0.0/policies/a.reach";
    let text = place.read(rules);
    place.write(rules, text.replace("permit", "forbid"));
    let run = place.reach("policy decide --bundle project event.jsonl");
    assert_eq!(run.exit, 2, "{}", run.told());
    assert!(run.err.contains("was changed"), "{}", run.err);
    done(&place, "pack install --locked --project project");
    assert_eq!(done(&place, "policy decide --bundle project event.jsonl").out, decided);
}

#[test]
fn what_was_installed_for_another_version_of_reach_is_not_used() {
    let place = market();
    place.write("project/bank.reach", "use acme.base as b\n\ntest \"it is permitted\" {\n  call acme_base() => permit by b.p_acme_base\n}\n");
    done(&place, "pack install acme.base --project project --accept-all");
    done(&place, "policy test project");
    // As if Reach had been another version when it was installed.
    let digest = |file: &str| place.reach(&format!("pack inspect {file} --json")).envelope()["data"]["digest"].as_str().unwrap().to_owned();
    let before = digest("acme.base-1.0.0.reachpack");
    forge(&place, "acme.base-1.0.0.reachpack", |manifest, _| manifest.reach = ">=9.1".parse().unwrap());
    let archive = reach_archive::Archive::read(&fs::read(place.path().join("acme.base-1.0.0.reachpack")).unwrap()).unwrap();
    place.write("project/.reach/packs/acme.base/1.0.0/pack.dsse.json", archive.envelope);
    place.write("project/pack.lock", place.read("project/pack.lock").replace(&before, &digest("acme.base-1.0.0.reachpack")));
    let run = place.reach("policy test project");
    assert_eq!(run.exit, 2, "{}", run.told());
    for said in ["P0108", "acme.base 1.0.0 is made for Reach >=9.1, and this is", "reach pack update acme.base"] {
        assert!(run.err.contains(said), "{}", run.err);
    }
    // It can still be exchanged.
    publish(&place, "acme.base", "1.0.1", "", "glob\"/base/**\"");
    done(&place, "pack update acme.base --project project --accept-all");
    done(&place, "policy test project");
}
