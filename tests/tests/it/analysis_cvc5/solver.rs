//! The other solver: a process that is asked many questions, one after the other.

use std::io::Write as _;
use std::process::{Command, Stdio};

/// What is asked about one step.
#[derive(Clone, Debug)]
pub struct Section {
    /// The step.
    pub title: String,
    /// From `(push 1)` to `(pop 1)`.
    pub text: String,
}

impl Section {
    /// Returns whether it is answered without a look at any variable.
    pub fn is_trivial(&self) -> bool {
        self.text.contains("(assert false)")
    }

    /// Returns whether something in it is left open, so that it may have a model and mean nothing.
    pub fn is_open(&self) -> bool {
        self.text.contains("left open")
    }
}

/// What the solver says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// There is a model.
    Sat,
    /// There is none.
    Unsat,
    /// It had too little time.
    Unknown,
    /// It didn't understand the question.
    Error(String),
}

/// Takes a question apart.
pub fn sections(question: &str) -> Vec<Section> {
    let mut sections = Vec::new();
    for part in question.split("\n\n; ").skip(1) {
        let (title, text) = part.split_once('\n').unwrap();
        sections.push(Section { title: title.to_owned(), text: text.to_owned() });
    }
    sections
}

/// Asks about each of the sections, for so long each.
pub fn answers<'s>(sections: impl Iterator<Item = &'s Section>, time_ms: u32) -> Vec<Answer> {
    let mut input = String::from("(set-logic ALL)\n(set-option :strings-exp true)\n");
    let mut count = 0;
    for section in sections {
        input.push_str("(echo \"next\")\n");
        input.push_str(&section.text);
        input.push('\n');
        count += 1;
    }
    let time = format!("--tlimit-per={time_ms}");
    let mut child = Command::new("cvc5")
        .args(["--lang=smt2", "--incremental", "--quiet", &time, "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("cvc5 is installed");
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    let written = writer.join().unwrap();
    let (text, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let answers: Vec<Answer> = text.split("\"next\"").skip(1).map(|part| answer(part.trim())).collect();
    assert_eq!(answers.len(), count, "{written:?}\n{errors}\n{}", text.chars().rev().take(500).collect::<Vec<_>>().into_iter().rev().collect::<String>());
    answers
}

fn answer(text: &str) -> Answer {
    match text {
        "sat" => Answer::Sat,
        "unsat" => Answer::Unsat,
        "unknown" => Answer::Unknown,
        other => Answer::Error(other.to_owned()),
    }
}
