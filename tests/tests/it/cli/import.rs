//! `reach pack import mcp`.

use std::path::Path;

use super::Place;
use crate::docs::root;

fn fixture(name: &str) -> String {
    root().join("tests/fixtures/mcp").join(name).display().to_string()
}

/// A place with a server, a hostile one, and a list.
fn place() -> Place {
    let place = Place::new();
    for name in ["server.py", "hostile.py"] {
        place.write(name, std::fs::read(fixture(name)).unwrap());
    }
    place.write("tools.json", super::init::TOOLS);
    place
}

#[test]
fn the_tools_of_a_live_server_are_declared_and_pinned() {
    let place = place();
    let told = place.told("pack import mcp -o notes.reach -- python3 server.py");
    insta::assert_snapshot!("import_live", told + &place.steady(&place.read("notes.reach")));
    assert_eq!(place.reach("policy check notes.reach").exit, 0);
    assert_eq!(place.reach("policy fmt --check notes.reach").exit, 0);
    assert_eq!(place.reach("pack import mcp -q -- python3 server.py").out, place.read("notes.reach"), "the same without a file, and each time");
}

#[test]
fn a_saved_list_is_declared_and_what_does_not_fit_is_said() {
    let place = place();
    insta::assert_snapshot!("import_saved", place.told("pack import mcp --from tools.json --prefix travel."));
    let quiet = place.reach("pack import mcp --from tools.json --quiet --no-pin --guess-forms");
    assert_eq!((quiet.exit, quiet.err.as_str()), (0, ""));
    assert!(quiet.out.contains("file_path: path") && !quiet.out.contains("pinned"), "{}", quiet.out);
    let both = place.reach("pack import mcp --from tools.json --quiet --no-pin --pin");
    assert!(both.out.contains("pinned"), "the last one counts");
}

#[test]
fn a_program_is_told_every_loss_and_every_digest() {
    let run = place().reach("pack import mcp --from tools.json --json");
    let envelope = run.envelope();
    let data = &envelope["data"];
    let tools: Vec<&str> = data["tools"].as_array().unwrap().iter().map(|t| t["declared"].as_str().unwrap()).collect();
    assert_eq!(tools, ["\"read-note\"", "book", "ping"]);
    assert!(data["tools"].as_array().unwrap().iter().all(|t| t["pinned"] == true && t["digest"].as_str().unwrap().starts_with("sha256:")));
    let losses = data["losses"].as_array().unwrap();
    let text = data["text"].as_str().unwrap();
    for loss in losses {
        let reason = loss["reason"].as_str().unwrap();
        let effect = loss["effect"].as_str().unwrap();
        assert!(text.lines().any(|l| l.starts_with("// ") && l.contains(effect) && l.contains(reason)), "each stands in the file, too: {loss}");
    }
    assert!(losses.iter().any(|l| l["pointer"] == "/inputSchema/properties/extra/anyOf" && l["keyword"] == "anyOf" && l["effect"] == "widened"), "{losses:#?}");
    assert_eq!(run.err, "");
}

#[test]
fn a_server_sees_no_more_of_the_environment_than_it_is_handed() {
    let place = place();
    let said = |arguments: &[&str]| {
        let all = [&["pack", "import", "mcp", "--verbose", "-o", "x.reach"], arguments, &["--", "python3", "server.py"]].concat();
        let out = place.command().args(all).env("SECRET", "of the user").output().unwrap();
        let err = String::from_utf8(out.stderr).unwrap();
        err.lines().find_map(|l| l.split("SECRET is ").nth(1)).unwrap_or_else(|| panic!("{err}")).to_owned()
    };
    assert_eq!(said(&[]), "not set");
    assert_eq!(said(&["--env", "SECRET"]), "of the user");
    assert_eq!(said(&["--env", "SECRET=another"]), "another");
    assert_eq!(said(&["--env", "NOTHING"]), "not set");
}

#[test]
fn what_goes_wrong_with_a_server_reads_like_this() {
    let place = place();
    let mut told = String::new();
    for mode in ["exits", "logs-to-output", "cursor-loop", "unknown-version", "refuses", "two-tools", "bad-name", "many-tools", "duplicate-keys"] {
        told.push_str(&place.told(&format!("pack import mcp -o x.reach -- python3 hostile.py {mode}")));
    }
    told.push_str(&place.told("pack import mcp --timeout 1 -- python3 hostile.py silent"));
    told.push_str(&place.told("pack import mcp -- ./no-such-server"));
    insta::assert_snapshot!("import_failures", told);
    assert!(!place.path().join("x.reach").exists(), "nothing is written");
}

#[test]
fn what_goes_wrong_with_a_list_reads_like_this() {
    let place = place();
    place.write("big.json", format!(r#"[{{"name":"a","inputSchema":{{"type":"object","properties":{{"x":{{"enum":["{}"]}}}}}}}}]"#, "a".repeat(1 << 20)));
    place.write("number.json", r#"[{"name":"a","inputSchema":{"type":"object","properties":{"x":{"type":"integer","maximum":9007199254740993}}}}]"#);
    place.write("text.json", "\"tools\"");
    let mut told = String::new();
    for arguments in
        ["--from big.json", "--from number.json", "--from text.json", "--from none.json", "--from tools.json --prefix a/b", "--from tools.json -o -", ""]
    {
        told.push_str(&place.told(&format!("pack import mcp {arguments}")));
    }
    insta::assert_snapshot!("import_lists", told);
}

/// Asks servers of npm. It needs Node and `npm ci` in `tests/mcp`; so it is ignored by default.
#[test]
#[ignore = "needs the packages of npm in tests/mcp"]
fn mcp_servers_that_others_wrote_are_imported() {
    let place = place();
    let modules = root().join("tests/mcp/node_modules/@modelcontextprotocol");
    for (name, entry, saved) in
        [("everything", "server-everything/dist/index.js", "everything"), ("filesystem", "server-filesystem/dist/index.js", "filesystem")]
    {
        let entry = modules.join(entry);
        assert!(Path::new(&entry).is_file(), "`npm ci` in tests/mcp installs {}", entry.display());
        let out = format!("{name}.reach");
        // One is told how to speak, the other which folder it serves.
        let entry = entry.display().to_string();
        let folder = if name == "everything" { "stdio".to_owned() } else { place.path().display().to_string() };
        let run = place.run(&["pack", "import", "mcp", "-o", &out, "--json", "--", "node", &entry, &folder], "");
        assert_eq!(run.exit, 0, "{}", run.told());
        assert_eq!(place.reach(&format!("policy check {out}")).exit, 0);
        // Versions differ; the tools that both have are told apart by their digests alone.
        let live: Vec<String> = run.envelope()["data"]["tools"].as_array().unwrap().iter().map(|t| t["name"].as_str().unwrap().to_owned()).collect();
        let saved = place.run(&["pack", "import", "mcp", "--json", "--from", &fixture(&format!("lists/{saved}.json"))], "").envelope();
        let known = saved["data"]["tools"].as_array().unwrap();
        let both = known.iter().filter(|t| live.iter().any(|l| t["name"] == l.as_str())).count();
        assert!(both >= 8, "{name}: {live:?}");
    }
}
