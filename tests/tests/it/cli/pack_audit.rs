//! `reach pack audit`.

use super::Place;

fn manifest(version: &str, permissions: &str) -> String {
    format!(
        "pack acme.guard \"{version}\" {{\n  description: \"Reads and runs\"\n  license: \"MIT\"\n  kind: policy\n  reach: \">=0.1\"\n  tools: [fetch, run]\n  readers: [fetch]\n  permissions {{ {permissions} }}\n  policies: [glob\"*.reach\"]\n}}\n"
    )
}

fn rules(commands: &str) -> String {
    format!(
        "tool fetch(file: path, note: text)\ntool run(command: shell)\nparam root: path = \"/data\"\n\npermit reading\n  on fetch\n  when args.file within root\n\npermit running\n  on run\n  when args.command runs only {{ {commands} }}\n"
    )
}

fn place() -> Place {
    let place = Place::new();
    let read = "read: [glob\"/data/**\", glob\"/data\"]";
    place.write("old/pack.reach", manifest("1.0.0", &format!("{read}, run: [git]")));
    place.write("old/rules.reach", rules("\"git status\""));
    place.write("new/pack.reach", manifest("1.1.0", &format!("{read}, run: [git, ls]")));
    place.write("new/rules.reach", rules("\"git status\", \"ls\""));
    place
}

#[test]
fn what_a_pack_may_do_is_told_in_plain_words() {
    let place = place();
    insta::assert_snapshot!("pack_audit", place.told("pack audit old"));
    let envelope = place.reach("pack audit old --json").envelope();
    assert_eq!(envelope["data"]["audit"]["rights"][0]["right"], "run:git");
    assert_eq!(envelope["data"]["audit"]["rights"][0]["risk"], "high");
}

#[test]
fn what_is_new_against_another_version_is_told() {
    let place = place();
    insta::assert_snapshot!("pack_audit_against", place.told("pack audit -q new --against old"));
    assert_eq!(place.reach("pack audit new --against old").exit, 0);
    assert_eq!(place.reach("pack audit new --against old --no-new-right").exit, 1);
    assert_eq!(place.reach("pack audit old --against new --no-new-right").exit, 0);
    assert_eq!(place.reach("pack audit old --against old --no-new-right").exit, 0);
    assert_eq!(place.reach("pack audit old --no-new-right").exit, 2, "against what?");
    let envelope = place.reach("pack audit new --against old --json").envelope();
    assert_eq!(envelope["data"]["comparison"]["wider"][0]["right"], "run:ls");
    assert_eq!(envelope["data"]["comparison"]["decisions"]["changes"].as_array().unwrap().len(), 1);
}

#[test]
fn a_pack_that_goes_beyond_is_audited_with_what_is_wrong() {
    let place = place();
    place.write("new/rules.reach", rules("\"git status\", \"curl\""));
    let run = place.reach("pack audit new");
    assert_eq!(run.exit, 1);
    assert!(run.out.contains("exceeded-permission") && run.out.contains("high risk"), "{}", run.told());
    place.write("new/pack.reach", "pack acme.guard \"1.1.0\" { }\n");
    let run = place.reach("pack audit new");
    assert!(run.exit == 1 && run.out.contains("missing-entry") && !run.out.contains("risk"), "{}", run.told());
    assert_eq!(place.reach("pack audit new --against old").exit, 2, "there is nothing to compare");
}

#[test]
fn the_file_of_a_pack_is_audited_as_its_folder_is() {
    let place = Place::new();
    assert_eq!(place.reach("pack init acme.guard guard --template policy").exit, 0);
    assert_eq!(place.reach("pack build guard -o guard.reachpack").exit, 0);
    let (folder, file) = (place.reach("pack audit guard"), place.reach("pack audit guard.reachpack"));
    assert_eq!((folder.exit, file.exit), (0, 0), "{}", file.told());
    assert_eq!(folder.out, file.out);
    assert_eq!(place.reach("pack validate guard.reachpack --deny warnings").exit, 0);
    let same = place.reach("pack audit guard.reachpack --against guard --no-new-right");
    assert_eq!(same.exit, 0, "{}", same.told());
    place.write("evil.reachpack", "x");
    assert_eq!(place.reach("pack audit evil.reachpack").exit, 2);
}
