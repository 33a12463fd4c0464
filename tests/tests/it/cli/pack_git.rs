//! Registries in git repositories, from the command line.

use std::fs;
use std::process::{Command, Stdio};

use super::pack_registry::{build, done, machine};
use super::{Place, Run};

/// A machine that knows nobody's settings of git, with an empty repository in `remote.git`.
fn repository() -> Place {
    let place = machine();
    git(&place, &["init", "--bare", "--quiet", "--initial-branch=main", "remote.git"]);
    fs::create_dir(place.path().join("project")).unwrap();
    place
}

fn git(place: &Place, arguments: &[&str]) -> String {
    let output = Command::new("git").args(arguments).current_dir(place.path()).stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn url(place: &Place) -> String {
    format!("git+file://{}/remote.git", place.path().display())
}

/// With a registry that has `acme.base`, and is known.
fn market() -> Place {
    let place = repository();
    let url = url(&place);
    done(&place, &format!("pack registry init {url} --origin market.example --key market.key"));
    done(&place, &format!("pack registry add {url}"));
    publish(&place, "1.0.0");
    place
}

fn publish(place: &Place, version: &str) {
    build(place, "acme.base", version, "", "");
    done(place, &format!("pack publish acme.base-{version}.reachpack --key market.key"));
}

/// Runs a command with variables of the environment.
fn with(place: &Place, variables: &[(&str, &str)], line: &str) -> Run {
    let mut command = place.command();
    command.args(line.split_whitespace()).envs(variables.iter().copied()).stdin(Stdio::null());
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Run { exit: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

fn refused(run: &Run, code: &str, what: &str) {
    assert_eq!(run.exit, 2, "{}", run.told());
    assert!(run.err.contains(&format!("error[{code} ")) && run.err.contains(what), "{}", run.told());
}

#[test]
fn packs_come_from_a_repository_as_from_a_folder() {
    let place = market();
    done(&place, "pack install acme.base --project project --accept-all");
    assert!(done(&place, "pack list --project project").out.contains("acme.base 1.0.0"));
    publish(&place, "1.1.0");
    let outdated = place.reach("pack outdated --project project");
    assert!(outdated.exit == 1 && outdated.out.contains("acme.base 1.0.0 -> 1.1.0"), "{}", outdated.told());
    assert!(done(&place, "pack update --project project --accept-all").out.contains("~ acme.base 1.0.0 -> 1.1.0"));
    done(&place, "pack yank acme.base 1.1.0 --reason leaks --key market.key");
    assert!(done(&place, "pack search base").out.contains("acme.base 1.0.0"));
    done(&place, "pack registry refresh --key market.key --expires 90");
    assert_eq!(
        git(&place, &["--git-dir", "remote.git", "log", "--format=%s", "main"]).lines().collect::<Vec<_>>(),
        ["Sign snapshot 5", "Yank acme.base 1.1.0", "Publish acme.base 1.1.0", "Publish acme.base 1.0.0", "Begin the registry market.example"]
    );
    // A branch of its own, named with the address.
    let url = format!("{}#second", url(&place));
    done(&place, &format!("pack registry init {url} --origin market.example --key market.key"));
    refused(&place.reach(&format!("pack registry init {url} --origin market.example --key market.key")), "H0108", "is not empty");
}

#[test]
fn what_was_fetched_is_used_without_the_repository() {
    let place = market();
    done(&place, "pack install acme.base --project project --accept-all");
    done(&place, "pack search");
    fs::rename(place.path().join("remote.git"), place.path().join("away.git")).unwrap();
    refused(&place.reach("pack search base"), "P0322", "git says: fatal");
    assert!(done(&place, "pack search base --offline").out.contains("acme.base 1.0.0"));
    assert!(done(&place, "offline project").out.contains("market.example in `git+file://"));
    done(&place, "pack install --offline --project project");
    done(&place, "pack install --locked --project project");
    done(&place, "pack remove acme.base --project project");
    done(&place, "pack install acme.base --offline --project project --accept-all");
    // Another user has nothing.
    let elsewhere = place.path().join("elsewhere").display().to_string();
    let line = format!("pack search --offline --registry {} --trust .home/trust.jsonl", url(&place));
    let run = with(&place, &[("REACH_HOME", &elsewhere)], &line);
    refused(&run, "P0326", "nothing of");
    // What is locked is fetched where it is nowhere at hand.
    fs::rename(place.path().join("away.git"), place.path().join("remote.git")).unwrap();
    fs::remove_dir_all(place.path().join(".home/blobs")).unwrap();
    fs::remove_dir_all(place.path().join(".home/git")).unwrap();
    fs::remove_dir_all(place.path().join("project/.reach")).unwrap();
    refused(&place.reach("pack install --locked --offline --project project"), "P0238", "missing");
    done(&place, "pack install --locked --project project");
}

#[test]
fn a_history_that_is_put_back_is_refused_and_takes_nothing_away() {
    let place = market();
    publish(&place, "1.1.0");
    git(&place, &["--git-dir", "remote.git", "update-ref", "refs/heads/main", "main~1"]);
    refused(&place.reach("pack search"), "P0234", "3 was seen already");
    assert!(done(&place, "pack search --offline").out.contains("acme.base 1.1.0"));
    build(&place, "acme.base", "1.2.0", "", "");
    refused(&place.reach("pack publish acme.base-1.2.0.reachpack --key market.key"), "P0234", "3 was seen already");
}

#[test]
fn many_publish_at_once_and_nothing_is_lost() {
    let place = market();
    let versions = ["1.0.1", "1.0.2", "1.0.3"];
    for version in versions {
        build(&place, "acme.base", version, "", "");
    }
    // Each with a folder of its own, as on machines of their own.
    let run = |version: &&str| {
        let home = place.path().join(format!("home-{version}"));
        fs::create_dir(&home).unwrap();
        fs::copy(place.path().join(".home/trust.jsonl"), home.join("trust.jsonl")).unwrap();
        let line = format!("pack publish acme.base-{version}.reachpack --allow-older --key market.key --registry {}", url(&place));
        let run = with(&place, &[("REACH_HOME", home.to_str().unwrap())], &line);
        assert_eq!(run.exit, 0, "{}", run.told());
    };
    std::thread::scope(|scope| {
        for version in &versions {
            scope.spawn(move || run(version));
        }
    });
    assert!(done(&place, "pack search").out.contains("acme.base 1.0.3"));
    assert_eq!(git(&place, &["--git-dir", "remote.git", "rev-list", "--count", "main"]), "5");
}

#[test]
fn a_push_that_is_refused_publishes_nothing() {
    let place = market();
    let hook = place.write("remote.git/hooks/pre-receive", "#!/bin/sh\necho only on Mondays >&2\nexit 1\n");
    #[cfg(unix)]
    fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    build(&place, "acme.base", "1.1.0", "", "");
    refused(&place.reach("pack publish acme.base-1.1.0.reachpack --key market.key"), "P0325", "only on Mondays");
    assert!(done(&place, "pack search").out.contains("acme.base 1.0.0"));
}

#[test]
fn what_is_no_address_or_no_repository_is_told() {
    let place = repository();
    let of = |address: &str| place.reach(&format!("pack search --registry {address}"));
    for (address, help) in [
        ("https://example.com/packs.git", "git+https://example.com/packs.git"),
        ("git@example.com:packs.git", "git+ssh://git@example.com/packs.git"),
        ("git+https://ann:secret@example.com/packs.git", "credential helper"),
        ("git+ext::true", "for example"),
        ("git+ssh://-oProxyCommand=true/packs", "for example"),
    ] {
        refused(&of(address), "P0321", help);
    }
    refused(&of(&url(&place)), "P0324", "is empty");
    refused(&of(&format!("git+file://{}", place.path().join("project").display())), "P0322", "git says");
    let run = with(&place, &[("PATH", "")], &format!("pack search --registry {}", url(&place)));
    refused(&run, "P0320", "there is no program `git`");
}

#[test]
fn settings_of_the_user_and_the_environment_run_nothing_and_lead_nowhere_else() {
    let place = market();
    let settings = place
        .write("settings", format!("[url \"ext::sh -c 'touch {0}/ran' #\"]\n\tinsteadOf = file://\n[core]\n\thooksPath = {0}/hooks\n", place.path().display()));
    let settings = settings.display().to_string();
    let run = with(&place, &[("GIT_CONFIG_GLOBAL", &settings), ("GIT_ALLOW_PROTOCOL", "ext:file"), ("GIT_PROTOCOL_FROM_USER", "1")], "pack search");
    refused(&run, "P0322", "'ext' not allowed");
    assert!(!place.path().join("ran").exists());
    git(&place, &["init", "--quiet", "mine"]);
    let mine = place.path().join("mine/.git").display().to_string();
    let others =
        [("GIT_DIR", mine.as_str()), ("GIT_OBJECT_DIRECTORY", "nowhere"), ("GIT_INDEX_FILE", "nowhere"), ("GIT_CONFIG_PARAMETERS", "'core.bare=false'")];
    let run = with(&place, &others, "pack search");
    assert!(run.exit == 0 && run.out.contains("acme.base 1.0.0"), "{}", run.told());
    assert_eq!(git(&place, &["--git-dir", &mine, "for-each-ref"]), "");
}
