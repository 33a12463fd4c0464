//! The corpus on every door: the engine, the oracle, the command.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use reach_engine::{Outcome, Session};
use reach_tests::agreement::agree;
use reach_tests::oracle::{Entities, Oracle};
use reach_tests::subject::Subject;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    about: String,
    bundle: Option<String>,
    path: Option<PathBuf>,
    entities: Option<String>,
    cases: Vec<Case>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    events: Vec<Event>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Event {
    event: String,
    decision: Option<Expected>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    effect: String,
    rules: Vec<Rule>,
    #[serde(default)]
    advisory: Vec<Rule>,
    #[serde(default)]
    errors: Vec<Error>,
    #[serde(default)]
    obligations: Vec<BTreeMap<String, Value>>,
    args: Option<String>,
    pointer: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Rule {
    Name(String),
    WithMessage { rule: String, message: String },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Error {
    rule: String,
    cause: String,
    text: String,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

fn files() -> Vec<(String, File)> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder()).unwrap().map(|e| e.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "yaml")).collect();
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&path).unwrap();
            (name.clone(), serde_saphyr::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}")))
        })
        .collect()
}

impl File {
    fn source(&self) -> (String, String) {
        match (&self.bundle, &self.path) {
            (Some(text), None) => ("corpus.reach".to_owned(), text.clone()),
            (None, Some(path)) => {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                (name, std::fs::read_to_string(folder().join(path)).unwrap())
            }
            _ => panic!("a file has either `bundle` or `path`"),
        }
    }
}

fn check_rules(expected: &[Rule], actual: &Value) -> Result<(), String> {
    let empty = Vec::new();
    let actual = actual.as_array().unwrap_or(&empty);
    let names: Vec<&str> = actual.iter().map(|r| r["rule"].as_str().unwrap_or("")).collect();
    let wanted: Vec<&str> = expected
        .iter()
        .map(|r| match r {
            Rule::Name(n) | Rule::WithMessage { rule: n, .. } => n.as_str(),
        })
        .collect();
    if names != wanted {
        return Err(format!("rules: expected {wanted:?}, got {names:?}"));
    }
    for (rule, actual) in expected.iter().zip(actual) {
        if let Rule::WithMessage { message, .. } = rule
            && actual["message"].as_str() != Some(message)
        {
            return Err(format!("message: expected {message:?}, got {}", actual["message"]));
        }
    }
    Ok(())
}

/// Compares a decision in JSON with what a case expects.
fn check_decision(expected: &Expected, actual: &Value) -> Result<(), String> {
    if actual["effect"].as_str() != Some(&expected.effect) {
        return Err(format!("effect: expected {}, got {actual}", expected.effect));
    }
    check_rules(&expected.rules, &actual["rules"])?;
    check_rules(&expected.advisory, &actual["advisory"])?;
    let errors: Vec<Value> = expected.errors.iter().map(|e| json!([e.rule, e.cause, e.text])).collect();
    let got: Vec<Value> = actual["errors"].as_array().map(|all| all.iter().map(|e| json!([e["rule"], e["cause"], e["text"]])).collect()).unwrap_or_default();
    if errors != got {
        return Err(format!("errors: expected {errors:?}, got {got:?}"));
    }
    let wanted: Vec<Value> = expected
        .obligations
        .iter()
        .map(|o| {
            let value = |k: &str, v: &Value| match v {
                Value::String(json) if k == "value" => serde_json::from_str(json).unwrap(),
                other => other.clone(),
            };
            Value::Object(o.iter().map(|(k, v)| (k.clone(), value(k, v))).collect())
        })
        .collect();
    if actual["obligations"] != Value::Array(wanted.clone()) {
        return Err(format!("obligations: expected {wanted:?}, got {}", actual["obligations"]));
    }
    let args: Value = expected.args.as_ref().map_or(Value::Null, |a| serde_json::from_str(a).unwrap());
    if actual["args"] != args {
        return Err(format!("args: expected {args}, got {}", actual["args"]));
    }
    if let Some(pointer) = &expected.pointer {
        let found = actual["rules"][0]["problems"].as_array().is_some_and(|all| all.iter().any(|p| p["pointer"] == pointer.as_str()));
        if !found {
            return Err(format!("pointer: expected {pointer}, got {}", actual["rules"]));
        }
    }
    Ok(())
}

/// Runs `decide` over every event of every case and collects what isn't as expected.
fn run(mut begin: impl FnMut(&str, &str, &str) -> Box<dyn FnMut(&str) -> Result<Option<Value>, String>>) -> usize {
    let (mut wrong, mut count) = (Vec::new(), 0);
    for (file, content) in files() {
        let (name, source) = content.source();
        assert!(!content.about.is_empty() && !content.cases.is_empty(), "{file} says nothing");
        for case in &content.cases {
            let mut session = begin(&name, &source, content.entities.as_deref().unwrap_or_default());
            for (at, event) in case.events.iter().enumerate() {
                count += 1;
                let result = match (session(&event.event), &event.decision) {
                    (Ok(Some(actual)), Some(expected)) => check_decision(expected, &actual),
                    (Ok(None), None) => Ok(()),
                    (Ok(actual), expected) => Err(format!("expected {expected:?}, got {actual:?}")),
                    (Err(why), _) => Err(why),
                };
                if let Err(why) = result {
                    wrong.push(format!("{file}: {}: event {}: {why}", case.name, at + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count} events:\n{}", wrong.len(), wrong.join("\n"));
    count
}

#[test]
fn the_engine_answers_the_corpus() {
    let count = run(|name, source, entities| {
        let subject = Subject::new([(name, source)]).unwrap_or_else(|why| panic!("{why}\n{source}"));
        let mut session: Session = subject.session_among(entities).unwrap_or_else(|why| panic!("{why}\n{entities}"));
        Box::new(move |line| match session.event(line) {
            Outcome::Decision(decision) => Ok(Some(serde_json::to_value(&*decision).unwrap())),
            Outcome::Observed => Ok(None),
            Outcome::LeftOut(why) | Outcome::Rejected(why) => Err(format!("the observation was refused: {}", why.message)),
        })
    });
    assert!(count >= 330, "the corpus has shrunk to {count} events");
}

#[test]
fn the_oracle_agrees_with_the_engine_on_the_corpus() {
    let mut wrong = Vec::new();
    for (file, content) in files() {
        let (name, source) = content.source();
        let subject = Subject::new([(name.as_str(), source.as_str())]).unwrap();
        for case in &content.cases {
            let data = content.entities.as_deref().unwrap_or_default();
            let known = Entities::read(&subject.bundle, data);
            let (mut session, mut oracle) = (subject.session_among(data).unwrap(), Oracle::new(&subject.bundle).among(known));
            for event in &case.events {
                let outcome = session.event(&event.event);
                let result = match (oracle.event(&event.event), outcome) {
                    (Some(expected), Outcome::Decision(actual)) => agree(&subject.bundle, &expected, &actual),
                    (None, Outcome::Observed) => Ok(()),
                    (expected, actual) => Err(format!("{expected:?} and {actual:?}")),
                };
                if let Err(why) = result {
                    wrong.push(format!("{file}: {}: {}: {why}", case.name, event.event));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_command_answers_the_corpus() {
    let mut wrong = Vec::new();
    let folder = tempfile::tempdir().unwrap();
    for (file, content) in files() {
        let (name, source) = content.source();
        let path = folder.path().join(&name);
        std::fs::write(&path, source).unwrap();
        // Each case is a session of one stream.
        let (mut input, mut expected) = (String::new(), Vec::new());
        for (number, case) in content.cases.iter().enumerate() {
            for event in &case.events {
                let line = event.event.replacen('{', &format!(r#"{{"session":"c{number}","#), 1);
                input.push_str(&line);
                input.push('\n');
                expected.extend(event.decision.as_ref().map(|d| (case, d)));
            }
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_reach-under-test"));
        command.args(["policy", "decide", "--bundle"]).arg(&path);
        if let Some(entities) = &content.entities {
            let data = folder.path().join("entities.jsonl");
            std::fs::write(&data, entities).unwrap();
            command.arg("--entities").arg(&data);
        }
        let mut child = command.arg("-").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let out = child.wait_with_output().unwrap();
        let lines: Vec<Value> = String::from_utf8(out.stdout).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
        if lines.len() != expected.len() || !out.status.success() {
            wrong.push(format!("{file}: {} decisions for {} steps, {}: {}", lines.len(), expected.len(), out.status, String::from_utf8_lossy(&out.stderr)));
            continue;
        }
        for ((case, expected), actual) in expected.iter().zip(&lines) {
            if let Err(why) = check_decision(expected, actual) {
                wrong.push(format!("{file}: {}: {why}", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
