//! Events for a bundle about sessions: steps over few values, answers good and bad, in time and too late.
//!
//! What is decided is told to the generator, so that most results answer steps that wait for one.

use super::choices::Choices;
use super::literals::quote;
use super::session::{DECIMALS, EMAILS, IBANS, Kind, NAMES, PATHS, STEPS, Step, TEXTS, URLS};

/// What was decided about a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// It was permitted.
    Permitted,
    /// A person is asked.
    Asked,
    /// It was forbidden.
    Forbidden,
}

/// Which events there are.
#[derive(Clone, Copy, Debug)]
pub struct Mix {
    /// In 1,000: observations that should not be: of unknown, refused or answered steps, ill-typed, ended.
    pub bad: usize,
    /// In 100: steps that agents other than main take, when there are any.
    pub children: usize,
    /// In 1,000: an event that ends the session.
    pub over: usize,
}

/// Makes events one after another.
pub struct Driver {
    mix: Mix,
    now_ms: u64,
    count: usize,
    /// Steps that were permitted and wait; with what they are of.
    open: Vec<(String, usize)>,
    asked: Vec<(String, usize)>,
    /// Steps that wait for nothing.
    done: Vec<(String, usize)>,
    agents: Vec<String>,
    dead: Vec<String>,
    last: Option<(String, usize, String)>,
    /// Steps that people were asked about, to be taken again.
    shown: Vec<(String, usize)>,
    /// The step that came last.
    line: String,
}

/// The people who answer.
const PEOPLE: [&str; 6] = ["ann@x.example", "bob@x.example", "cy", "Ann", " ann ", "BOB@x.example"];

impl Driver {
    /// Begins a session.
    #[must_use]
    pub fn new(mix: Mix) -> Self {
        Self {
            mix,
            now_ms: 0,
            count: 0,
            open: Vec::new(),
            asked: Vec::new(),
            done: Vec::new(),
            agents: vec!["main".to_owned()],
            dead: vec!["nobody".to_owned()],
            last: None,
            shown: Vec::new(),
            line: String::new(),
        }
    }

    /// Tells what was decided about the step, or the answer, that came last.
    pub fn told(&mut self, id: &str, told: Told) {
        let of = |list: &mut Vec<(String, usize)>| list.iter().position(|(other, _)| other == id).map(|at| list.remove(at).1);
        let step = match &self.last {
            Some((last, step, _)) if last == id => Some(*step),
            _ => of(&mut self.asked).or_else(|| of(&mut self.done)),
        };
        let Some(step) = step else { return };
        match told {
            Told::Permitted => {
                if STEPS.get(step).is_some_and(|s| s.kind == "spawn") {
                    self.agents.push(id.to_owned());
                }
                self.open.push((id.to_owned(), step));
            }
            Told::Asked => {
                if self.line.contains(&format!("\"{id}\"")) {
                    self.shown.push((self.line.clone(), step));
                }
                self.asked.push((id.to_owned(), step));
            }
            Told::Forbidden => self.done.push((id.to_owned(), step)),
        }
        self.last = None;
    }

    fn at(&self) -> String {
        time(self.now_ms)
    }

    /// Writes the next event.
    pub fn next(&mut self, c: &mut Choices<'_>) -> String {
        self.count += 1;
        self.last = None;
        // Windows are 3, 10, 30 and 120 seconds: time stands, goes on by what adds up to them, and now and then jumps to just before and behind.
        self.now_ms += *c.pick(&[1_000, 1_000, 1_000, 0, 500, 2_000, 1_000, 3_000, 1_000, 5_000, 9_999, 10_000]);
        if c.below(40) == 39 {
            self.now_ms += *c.pick(&[30_000, 29_999, 30_001, 120_000, 3_600_000, 3_600_001]);
        }
        if self.count == 1 && !c.chance(5) {
            return self.context("start", c);
        }
        if c.below(1_000) >= 1_000 - self.mix.over {
            return self.over(c);
        }
        if c.below(1_000) >= 1_000 - self.mix.bad {
            return self.bad(c);
        }
        match c.below(100) {
            0..=41 => self.step(c),
            42..=69 if !self.open.is_empty() => self.result(c),
            70..=79 if !self.asked.is_empty() => self.approval(c),
            80..=86 => self.prompt(c),
            87..=89 => self.context("context", c),
            90..=93 => self.usage(c),
            94 if self.agents.len() > 1 => self.end(c),
            _ => self.step(c),
        }
    }

    fn context(&mut self, word: &str, c: &mut Choices<'_>) -> String {
        let mut fields = Vec::new();
        for (name, values) in [
            ("user", &["\"ann@x.example\"", "\"bob@x.example\"", "\"ann@x.example\"", "\"ann@x.example\"", "\"no address\""][..]),
            ("limit", &["3", "4", "2", "3", "0", "\"3\""][..]),
            ("mode", &["\"open\"", "\"open\"", "\"closed\""][..]),
        ] {
            if c.chance(if word == "start" { 92 } else { 50 }) {
                let values = if c.chance(85) { &values[..values.len() - 1] } else { values };
                fields.push(format!("\"{name}\":{}", c.pick(values)));
            }
        }
        format!(r#"{{"type":"{word}","context":{{{}}},"at":"{}"}}"#, fields.join(","), self.at())
    }

    fn agent(&self, c: &mut Choices<'_>) -> String {
        if self.agents.len() > 1 && c.chance(self.mix.children) { c.pick(&self.agents[1..]).clone() } else { "main".to_owned() }
    }

    fn step(&mut self, c: &mut Choices<'_>) -> String {
        self.line = if !self.shown.is_empty() && c.chance(20) { self.again(c) } else { self.new_step(c) };
        self.line.clone()
    }

    /// Takes a step that a person was asked about once more.
    fn again(&mut self, c: &mut Choices<'_>) -> String {
        let recent = self.shown.len().saturating_sub(4);
        let (line, step) = c.pick(&self.shown[recent..]).clone();
        let id = format!("s{}", self.count);
        self.last = Some((id.clone(), step, String::new()));
        let Some((head, rest)) = line.split_once("\"id\":\"") else { return line };
        let Some((_, rest)) = rest.split_once('"') else { return line };
        let (rest, _) = rest.rsplit_once("\"at\":").unwrap_or((rest, ""));
        format!("{head}\"id\":\"{id}\"{rest}\"at\":\"{}\"}}", self.at())
    }

    fn new_step(&mut self, c: &mut Choices<'_>) -> String {
        let agent = self.agent(c);
        let number = match c.below(40) {
            39 => STEPS.len(),
            38 => STEPS.len() + 1,
            at => [0, 1, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 1, 0, 3, 4, 5, 6, 0, 1, 2, 3, 4, 6, 7][at % 25],
        };
        self.step_of(number, &agent, c)
    }

    /// Writes a step of an agent; beyond the list: one that nothing declares, and `say`.
    pub fn step_of(&mut self, number: usize, agent: &str, c: &mut Choices<'_>) -> String {
        let id = format!("s{}", self.count);
        let who = if agent == "main" { String::new() } else { format!(r#","agent":{}"#, quote(agent)) };
        self.last = Some((id.clone(), number, agent.to_owned()));
        let at = self.at();
        let Some(step) = STEPS.get(number) else {
            if number == STEPS.len() {
                let (kind, name) = *c.pick(&[("call", "rogue"), ("call", "A"), ("spawn", "rogue"), ("model", "a")]);
                return format!(r#"{{"type":"{kind}","id":"{id}"{who},"name":"{name}","args":{{"x":{}}},"at":"{at}"}}"#, c.below(2));
            }
            return format!(r#"{{"type":"say","id":"{id}"{who},"args":{{"text":{}}},"at":"{at}"}}"#, quote(c.pick(&TEXTS)));
        };
        let facts = if step.facts { self.facts(c) } else { String::new() };
        format!(r#"{{"type":"{}","id":"{id}"{who},"name":"{}","args":{{{}}}{facts},"at":"{at}"}}"#, step.kind, step.name, args(step, c))
    }

    fn facts(&self, c: &mut Choices<'_>) -> String {
        match c.below(5) {
            0 => String::new(),
            1 => r#","facts":{}"#.to_owned(),
            n => format!(r#","facts":{{"size":{}}}"#, n - 1),
        }
    }

    fn result(&mut self, c: &mut Choices<'_>) -> String {
        // Mostly the oldest, now and then another: late, or out of order.
        let at = if c.chance(60) { 0 } else { c.below(self.open.len()) };
        let (id, step) = self.open.remove(at);
        self.done.push((id.clone(), step));
        if let Some(at) = self.agents.iter().position(|agent| *agent == id) {
            let agent = self.agents.remove(at);
            self.dead.push(agent);
        }
        let ok = !c.chance(20);
        let content = content(step, c);
        format!(r#"{{"type":"result","step":"{id}","ok":{ok}{content},"at":"{}"}}"#, self.at())
    }

    fn approval(&mut self, c: &mut Choices<'_>) -> String {
        let at = c.below(self.asked.len());
        let (id, _) = self.asked[at].clone();
        let granted = !c.chance(15);
        let scope = *c.pick(&["", r#","scope":"once""#, r#","scope":"session""#, r#","scope":"session""#]);
        let by = *c.pick(&PEOPLE);
        format!(r#"{{"type":"approval","step":"{id}","granted":{granted},"by":"{by}"{scope},"at":"{}"}}"#, self.at())
    }

    fn prompt(&mut self, c: &mut Choices<'_>) -> String {
        let agent = if self.agents.len() > 1 && c.chance(15) { format!(r#","agent":"{}""#, self.agents[1]) } else { String::new() };
        format!(r#"{{"type":"prompt"{agent},"text":{},"at":"{}"}}"#, quote(&sentence(c)), self.at())
    }

    fn usage(&mut self, c: &mut Choices<'_>) -> String {
        let known: Vec<&(String, usize)> = self.open.iter().chain(&self.done).collect();
        let id = if known.is_empty() || c.chance(5) { "unknown".to_owned() } else { c.pick(&known).0.clone() };
        let charges = *c.pick(&[
            r#""spend":"0.5""#,
            r#""calls":1"#,
            r#""spend":1.25"#,
            r#""spend":0,"calls":2"#,
            r#""calls":-1"#,
            r#""calls":"x""#,
            r#""spend":"2.5","calls":0"#,
            r#""other":1"#,
        ]);
        format!(r#"{{"type":"usage","step":"{id}","charges":{{{charges}}},"at":"{}"}}"#, self.at())
    }

    fn end(&mut self, c: &mut Choices<'_>) -> String {
        let at = 1 + c.below(self.agents.len() - 1);
        let agent = self.agents.remove(at);
        self.dead.push(agent.clone());
        format!(r#"{{"type":"end","agent":"{agent}","ok":{},"at":"{}"}}"#, !c.chance(50), self.at())
    }

    /// What should not come.
    fn bad(&mut self, c: &mut Choices<'_>) -> String {
        let at = self.at();
        let any = |c: &mut Choices<'_>, list: &[(String, usize)]| if list.is_empty() { ("unknown".to_owned(), 0) } else { c.pick(list).clone() };
        match c.below(18) {
            16 => format!(r#"{{"type":"call","id":"s{}","name":"a","args":{{"to":"#, self.count),
            17 => format!(r#"{{"type":"spawn","id":"main","name":"clerk","at":"{at}"}}"#),
            0 => format!(r#"{{"type":"result","step":"unknown","ok":true{},"at":"{at}"}}"#, content(c.below(5), c)),
            1 => {
                let (id, step) = any(c, &self.done);
                format!(r#"{{"type":"result","step":"{id}","ok":true{},"at":"{at}"}}"#, content(step, c))
            }
            2 => {
                let (id, step) = any(c, &self.asked);
                self.asked.retain(|(other, _)| *other != id);
                format!(r#"{{"type":"result","step":"{id}","ok":true{},"at":"{at}"}}"#, content(step, c))
            }
            3 => {
                let (id, _) = any(c, &self.open);
                self.open.retain(|(other, _)| *other != id);
                format!(r#"{{"type":"result","step":"{id}","ok":"yes","content":"alpha","at":"{at}"}}"#)
            }
            4 => format!(r#"{{"type":"prompt","text":["alpha"],"at":"{at}"}}"#),
            5 | 6 => {
                let (id, _) = any(c, &self.done);
                format!(r#"{{"type":"approval","step":"{id}","granted":true,"by":"bob@x.example","at":"{at}"}}"#)
            }
            7 => format!(r#"{{"type":"approval","step":"unknown","granted":true,"by":"bob@x.example","at":"{at}"}}"#),
            8 => {
                // An earlier time, and a step that is taken all the same.
                let earlier = time(self.now_ms.saturating_sub(700));
                let line = self.step_of(c.below(5), "main", c);
                line.replace(&at, &earlier)
            }
            9 => {
                let (id, step) = any(c, &self.done);
                let line = self.step_of(step, "main", c);
                let new = format!("s{}", self.count);
                self.last = None;
                line.replace(&format!("\"{new}\""), &format!("\"{id}\""))
            }
            10 | 11 => {
                let agent = c.pick(&self.dead).clone();
                self.step_of(c.below(5), &agent, c)
            }
            12 => {
                let agent = self.agent(c);
                let line = self.step_of(c.below(5), &agent, c);
                (*c.pick(&[line.replace("\"n\":", "\"q\":"), line.replace("\"to\":\"", "\"to\":[],\"x\":\""), line.replace("\"acct\":\"", "\"acct\":\"no")]))
                    .clone()
            }
            13 => format!(r#"{{"type":"start","context":{{"limit":9}},"at":"{at}"}}"#),
            14 => format!(r#"{{"type":"usage","step":3,"charges":{{"spend":1}},"at":"{at}"}}"#),
            _ => {
                let agent = c.pick(&self.dead).clone();
                self.step_of(6, &agent, c)
            }
        }
    }

    /// What ends the session.
    fn over(&mut self, c: &mut Choices<'_>) -> String {
        match c.below(3) {
            0 => format!(r#"{{"type":"end","ok":true,"at":"{}"}}"#, self.at()),
            1 => format!(r#"{{"type":"end","agent":"nobody","ok":true,"at":"{}"}}"#, self.at()),
            _ => "{\"type\":\"prom".to_owned(),
        }
    }
}

fn time(ms: u64) -> String {
    let (h, m, s) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60);
    format!("2026-01-{:02}T{:02}:{m:02}:{s:02}.{:03}Z", 1 + h / 24, h % 24, ms % 1_000)
}

fn args(step: &Step, c: &mut Choices<'_>) -> String {
    let mut members = Vec::new();
    for (name, kind) in step.args {
        if step.name == "b" && *name == "m" && c.chance(50) {
            continue;
        }
        let value = match kind {
            Kind::Text => quote(c.pick(&TEXTS)),
            Kind::Int => (*c.pick(&["0", "1", "2", "3", "-1", "1234"])).to_owned(),
            Kind::Decimal => (*c.pick(&DECIMALS)).to_owned(),
            Kind::Path => quote(c.pick(&PATHS)),
            Kind::Email => quote(c.pick(&EMAILS)),
            Kind::Iban => quote(c.pick(&IBANS)),
            Kind::Url => quote(c.pick(&URLS)),
            Kind::Names => format!("[{}]", (0..c.below(3)).map(|_| quote(c.pick(&NAMES))).collect::<Vec<_>>().join(",")),
        };
        members.push(format!("\"{name}\":{value}"));
    }
    members.join(",")
}

/// Some of the values, written in one way or another.
fn sentence(c: &mut Choices<'_>) -> String {
    let mut text = String::new();
    for _ in 0..2 + c.below(3) {
        let value = match c.below(10) {
            0..=3 | 9 => (*c.pick(&TEXTS)).to_owned(),
            4 => (*c.pick(&DECIMALS)).to_owned(),
            5 => (*c.pick(&EMAILS)).to_owned(),
            6 => (*c.pick(&IBANS)).to_owned(),
            7 => (*c.pick(&PATHS)).to_owned(),
            _ => (*c.pick(&URLS)).to_owned(),
        };
        let written = match c.below(10) {
            0 => value.to_uppercase(),
            1 => format!("{value}x"),
            2 => format!("x{value}"),
            3 => format!("\"{value}\","),
            4 => format!("-{value}"),
            5 if value.len() > 20 => value.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect::<Vec<_>>().join(" "),
            6 => value.replace("1234.5", "1,234.50").replace("beta7", "beta7."),
            7 => value.replace(' ', "\n "),
            _ => value,
        };
        if !text.is_empty() {
            let between = *c.pick(&[" ", ", ", "; ", "\t", " and ann says "]);
            text.push_str(between);
        }
        text.push_str(&written);
    }
    text
}

fn content(step: usize, c: &mut Choices<'_>) -> String {
    let json = match STEPS.get(step).and_then(|s| s.result) {
        Some(false) if !c.chance(12) => {
            let record = format!(
                r#"{{"status":"{}","n":{},"body":{}{}}}"#,
                c.pick(&["good", "bad", "good", "ugly"]),
                c.below(3),
                quote(&sentence(c)),
                if c.chance(20) { r#","more":[1]"# } else { "" }
            );
            wrapped(&record, c)
        }
        Some(true) if !c.chance(12) => {
            let items: Vec<String> = (0..c.below(3))
                .map(|_| {
                    let k = if c.chance(50) { format!(r#","k":{}"#, c.below(3)) } else { String::new() };
                    format!(r#"{{"sender":{},"body":{}{k}}}"#, quote(c.pick(&TEXTS)), quote(&sentence(c)))
                })
                .collect();
            wrapped(&format!("[{}]", items.join(",")), c)
        }
        _ => match c.below(12) {
            0 => return String::new(),
            1 => format!(r#"{{"content":[{{"type":"text","text":{}}},{{"type":"text","text":"more"}}]}}"#, quote(&sentence(c))),
            2 => format!(r#"[{},{}]"#, quote(&sentence(c)), c.below(2_000)),
            3 => "null".to_owned(),
            _ => quote(&sentence(c)),
        },
    };
    format!(r#","content":{json}"#)
}

/// Some JSON as a result has it: itself, as text, or as MCP does.
fn wrapped(json: &str, c: &mut Choices<'_>) -> String {
    match c.below(6) {
        0 => json.to_owned(),
        1 => format!(r#"{{"content":[{{"type":"text","text":"shown"}}],"structuredContent":{json}}}"#),
        2 => format!(r#"{{"content":[{{"type":"text","text":{}}}]}}"#, quote(json)),
        _ => quote(json),
    }
}
