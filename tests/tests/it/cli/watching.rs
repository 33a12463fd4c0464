//! A command that watches, as a process whose files change.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use super::Place;

/// How long anything may take before the test has failed. Nothing waits for it to pass.
const LONGEST: Duration = Duration::from_secs(60);

/// A command that watches.
pub struct Watching {
    pub child: Child,
    runs: Receiver<serde_json::Value>,
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Watching {
    /// Begins `reach policy test`, or another command of policies.
    pub fn of(place: &Place, command: &str, path: &str, input: Stdio) -> Self {
        let mut child =
            place.command().args(["policy", command, path, "--watch", "--json"]).stdin(input).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (tell, runs) = channel();
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                let _ = tell.send(serde_json::from_str(&line).unwrap());
            }
        });
        Self { child, runs }
    }

    /// The next run: what is said of each bundle, or what is wrong.
    pub fn next(&self, bundle: impl Fn(&serde_json::Value) -> String) -> String {
        let envelope = self.runs.recv_timeout(LONGEST).expect("a run");
        if let Some(message) = envelope["error"]["message"].as_str() {
            return message.to_owned();
        }
        envelope["data"]["bundles"].as_array().unwrap().iter().map(bundle).collect::<Vec<_>>().join(", ")
    }

    /// Waits for the end, before which nothing more is said.
    pub fn end(&mut self) -> std::process::ExitStatus {
        assert!(self.runs.recv_timeout(LONGEST).is_err(), "something is said at the end");
        self.child.wait().unwrap()
    }
}
