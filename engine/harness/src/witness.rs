//! Sessions that show something, as the analysis finds them: printed for people, and written as tests.

mod holds;
mod literal;
mod script;

use reach_codes::render;
pub use reach_values::json::Json;
use reach_values::time;

pub(crate) use holds::fails;
pub use holds::{compiled, holds};
pub use script::{test, test_that_expects};

use reach_grammar::quoted;

/// How many characters of a value are shown.
const SHOWN: usize = 200;

/// From which time on between two events it is said how long it is, in nanoseconds.
const PAUSE: i128 = 60 * time::SECOND_NS;

/// An event of a session.
pub struct Event {
    fields: Json,
}

impl Event {
    /// Reads the events of a session. What is no JSON is an event without fields.
    pub fn all(lines: &[String]) -> Vec<Self> {
        lines.iter().map(|line| Self { fields: Json::read(line).unwrap_or(Json::Null) }).collect()
    }

    pub(crate) fn kind(&self) -> &str {
        self.text("type").unwrap_or_default()
    }

    fn text(&self, field: &str) -> Option<&str> {
        self.fields.text_of(field)
    }

    fn get(&self, field: &str) -> Option<&Json> {
        self.fields.get(field)
    }

    /// Returns the agent, if it is not `main`.
    fn agent(&self) -> Option<&str> {
        self.text("agent").filter(|agent| *agent != "main")
    }

    fn at(&self) -> Option<i128> {
        self.text("at").and_then(|at| time::parse_time(at).ok())
    }

    fn is_step(&self) -> bool {
        matches!(self.kind(), "call" | "spawn" | "model" | "read" | "say")
    }
}

/// Returns the events of a session, each in a line for people. Steps are called by the numbers of their lines, from 1.
pub fn shown(events: &[Event]) -> Vec<String> {
    let mut last = None;
    let mut lines = Vec::with_capacity(events.len());
    for event in events {
        let mut line = String::new();
        let now = event.at();
        if let (Some(last), Some(now)) = (last, now)
            && now - last >= PAUSE
        {
            line.push_str(&format!("{} later: ", time::format_duration(now - last)));
        }
        last = now.or(last);
        if let Some(agent) = event.agent() {
            let spawned = events.iter().position(|e| e.text("id") == Some(agent)).map(|n| format!("of {}", n + 1));
            line.push_str(&format!("agent {}: ", spawned.unwrap_or_else(|| agent.to_owned())));
        }
        line.push_str(&of_event(event, events));
        lines.push(render::plain(&line).replace('\n', "\\n"));
    }
    lines
}

fn of_event(event: &Event, all: &[Event]) -> String {
    let step = || {
        let id = event.text("step").unwrap_or_default();
        all.iter().position(|e| e.is_step() && e.text("id") == Some(id)).map_or_else(|| format!("`{id}`"), |n| (n + 1).to_string())
    };
    let value = |field: &str| event.get(field).map(|v| format!(": {}", value(v))).unwrap_or_default();
    match event.kind() {
        "start" | "context" => format!("context {{ {} }}", fields(event.get("context"), "")),
        "prompt" => format!("prompt{}", value("text")),
        "result" if event.get("ok") == Some(&Json::Bool(false)) => format!("{} fails{}", step(), value("content")),
        "result" => format!("result of {}{}", step(), value("content")),
        "approval" => {
            let word = if event.get("granted") == Some(&Json::Bool(false)) { "refuses" } else { "approves" };
            let session = if event.text("scope") == Some("session") { " for the session" } else { "" };
            format!("{} {word} {}{session}", quoted(event.text("by").unwrap_or_default()), step())
        }
        "usage" => format!("usage of {}: {}", step(), fields(event.get("charges"), "")),
        "end" => "end".to_owned(),
        _ if event.is_step() => of_step(event),
        kind => kind.to_owned(),
    }
}

/// Returns a step on one line, with its arguments and facts.
fn of_step(event: &Event) -> String {
    let name = event.text("name").map(|name| format!(" {name}")).unwrap_or_default();
    let parts = [fields(event.get("args"), ""), fields(event.get("facts"), "facts.")];
    let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    format!("{}{name}({})", event.kind(), parts.join(", "))
}

fn fields(object: Option<&Json>, prefix: &str) -> String {
    let entries = object.map_or(&[][..], Json::entries);
    entries.iter().map(|(name, v)| format!("{prefix}{name}: {}", value(v))).collect::<Vec<_>>().join(", ")
}

/// Returns a value for people.
pub fn value(value: &Json) -> String {
    let mut text = whole(value);
    if let Some((at, _)) = text.char_indices().nth(SHOWN) {
        text.truncate(at);
        text.push('…');
    }
    text
}

fn whole(value: &Json) -> String {
    match value {
        Json::Null => "null".to_owned(),
        Json::Bool(truth) => truth.to_string(),
        Json::Number(digits) => digits.clone(),
        Json::Text(text) => quoted(text),
        Json::List(items) => format!("[{}]", items.iter().map(whole).collect::<Vec<_>>().join(", ")),
        Json::Object(entries) if entries.is_empty() => "{}".to_owned(),
        Json::Object(entries) => format!("{{ {} }}", entries.iter().map(|(k, v)| format!("{k}: {}", whole(v))).collect::<Vec<_>>().join(", ")),
    }
}

/// Returns an obligation, which is JSON, as people read it.
pub fn obligation(text: &str) -> String {
    let Some(json) = Json::read(text) else { return render::plain(text) };
    let of = |field: &str| json.text_of(field).unwrap_or_default().to_owned();
    let said = match json.text_of("type") {
        Some("clear") => format!("clears {}", of("label")),
        Some("notify") => format!("notify {}", quoted(&of("to"))),
        Some("require") => format!("require {}", quoted(&of("what"))),
        Some("set") => format!("set args.{}: {}", of("field"), json.get("value").map(value).unwrap_or_default()),
        Some("redact") => match (json.text_of("matching"), json.get("finding")) {
            (Some(matching), _) => format!("redact args.{} matching {}", of("field"), quoted(matching)),
            (None, Some(Json::List(kinds))) => {
                format!("redact args.{} finding {}", of("field"), kinds.iter().filter_map(Json::text).collect::<Vec<_>>().join(", "))
            }
            _ => format!("redact args.{}", of("field")),
        },
        _ => text.to_owned(),
    };
    render::plain(&said).replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(events: &[&str]) -> Vec<String> {
        shown(&Event::all(&events.iter().map(|e| (*e).to_owned()).collect::<Vec<_>>()))
    }

    #[test]
    fn every_event_reads_as_a_line() {
        let shown = lines(&[
            r#"{"type":"start","context":{"user":"ann","limit":5},"at":"2026-01-01T00:00:00Z"}"#,
            r#"{"type":"prompt","text":"pay \"it\"\n","at":"2026-01-01T00:00:01Z"}"#,
            r#"{"type":"call","id":"a","name":"pay","args":{"to":"x\u202e","n":1.50,"tags":["a",{"b":null}]},"facts":{"risk":3},"at":"2026-01-01T00:00:02Z"}"#,
            r#"{"type":"approval","step":"a","granted":true,"by":"ann","scope":"session","at":"2026-01-01T02:00:02Z"}"#,
            r#"{"type":"approval","step":"a","granted":false,"by":"ann","at":"2026-01-01T02:00:03Z"}"#,
            r#"{"type":"result","step":"a","ok":true,"content":{"rent":98.70},"at":"2026-01-01T02:00:04Z"}"#,
            r#"{"type":"result","step":"nope","ok":false,"at":"2026-01-01T02:00:05Z"}"#,
            r#"{"type":"spawn","id":"s","name":"helper","at":"2026-01-01T02:00:06Z"}"#,
            r#"{"type":"say","id":"t","agent":"s","args":{"text":"done"},"at":"2026-01-01T02:00:07Z"}"#,
            r#"{"type":"usage","step":"a","charges":{"usd":"0.02"},"at":"2026-01-01T02:00:08Z"}"#,
            r#"{"type":"end","agent":"s","ok":true,"at":"2026-01-01T02:00:09Z"}"#,
        ]);
        insta::assert_snapshot!(shown.join("\n"), @r##"
        context { user: "ann", limit: 5 }
        prompt: "pay \"it\"\n"
        call pay(to: "x\u{202e}", n: 1.50, tags: ["a", { b: null }], facts.risk: 3)
        2h later: "ann" approves 3 for the session
        "ann" refuses 3
        result of 3: { rent: 98.70 }
        `nope` fails
        spawn helper()
        agent of 8: say(text: "done")
        usage of 3: usd: "0.02"
        agent of 8: end
        "##);
    }

    #[test]
    fn obligations_read_as_in_an_explanation() {
        let said = [
            r#"{"type":"notify","to":"security"}"#,
            r#"{"type":"require","what":"sandbox"}"#,
            r#"{"type":"set","field":"limit","value":100}"#,
            r#"{"type":"redact","field":"body","matching":"[0-9]+"}"#,
            r#"{"type":"redact","field":"body","finding":["card","iban"]}"#,
            r#"{"type":"clear","label":"secret"}"#,
            "nonsense",
        ]
        .map(obligation);
        insta::assert_snapshot!(said.join("\n"), @r##"
        notify "security"
        require "sandbox"
        set args.limit: 100
        redact args.body matching "[0-9]+"
        redact args.body finding card, iban
        clears secret
        nonsense
        "##);
    }
}
