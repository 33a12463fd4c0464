//! A live server of the Model Context Protocol, over standard input and output (2025-11-25, "stdio").
//!
//! The server is a stranger. All of its answers together have one time, a line a length, everything a size; what is not the protocol ends the
//! import. It is stopped in any case, with everything that it has started in its process group.

mod message;
mod process;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use reach_values::json::{Json, Room, push_string};

use crate::error::ImportError;
use crate::list::{Listing, MAX_TOOLS, MAX_VALUES};
use crate::loss::shown;

use message::Message;
use process::Process;

/// The versions of the protocol that are known, the newest first. What is asked here is the same in all of them.
pub const PROTOCOL_VERSIONS: [&str; 4] = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

/// The most pages of a list.
const MAX_PAGES: usize = 1_000;
/// The longest cursor, in bytes: it is sent back.
const MAX_CURSOR: usize = 4_096;
/// The most messages that are no answers.
const MAX_ASIDES: usize = 10_000;

/// How a server is started.
#[derive(Clone, Debug)]
pub struct Launch {
    /// The program and its arguments.
    pub command: Vec<std::ffi::OsString>,
    /// Its whole environment.
    pub environment: Vec<(std::ffi::OsString, std::ffi::OsString)>,
    /// How long all answers may take together.
    pub timeout: Duration,
    /// The version of the client, as the server is told it.
    pub version: String,
}

/// What a server gave.
#[derive(Clone, Debug)]
pub struct Served {
    /// Its tools, or why there are none.
    pub listing: Result<Listing, ImportError>,
    /// What it calls itself, with its version.
    pub name: Option<String>,
    /// The version of the protocol that it answered with.
    pub protocol: Option<String>,
    /// The end of what it wrote to standard error, as it may be shown.
    pub stderr: String,
    /// How it ended, if that is known: `exit status: 1`.
    pub status: Option<String>,
}

/// A server that runs.
pub struct Server {
    process: Process,
    deadline: Instant,
    timeout: Duration,
    next_id: u64,
    asides: usize,
    room: Room,
    name: Option<String>,
    protocol: Option<String>,
}

impl Server {
    /// Starts a server, asks for its tools, and stops it.
    ///
    /// # Errors
    /// When it can't be started. What goes wrong afterwards stands in what is returned, with what the server said to standard error.
    pub fn ask(launch: &Launch) -> Result<Served, ImportError> {
        let process = Process::start(launch)?;
        let deadline = Instant::now().checked_add(launch.timeout).unwrap_or_else(Instant::now);
        let room = Room(MAX_VALUES);
        let mut server = Self { process, deadline, timeout: launch.timeout, next_id: 0, asides: 0, room, name: None, protocol: None };
        let listing = server.talk(&launch.version);
        let Self { process, name, protocol, .. } = server;
        let ended = process.stop(listing.is_ok());
        Ok(Served { listing, name, protocol, stderr: ended.stderr, status: ended.status })
    }

    fn talk(&mut self, version: &str) -> Result<Listing, ImportError> {
        self.initialize(version)?;
        let mut tools: Vec<Json> = Vec::new();
        let mut cursors = BTreeSet::new();
        let mut cursor: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let mut params = String::from("{");
            if let Some(cursor) = &cursor {
                params.push_str("\"cursor\":");
                push_string(&mut params, cursor);
            }
            params.push('}');
            let mut result = self.request("tools/list", &params)?;
            let Some(Json::List(page)) = result.take("tools") else {
                return Err(ImportError::protocol("the answer to `tools/list` has no list `tools`"));
            };
            tools.extend(page);
            if tools.len() > MAX_TOOLS {
                return Err(ImportError::TooMuch("10,000 tools"));
            }
            let next = match result.get("nextCursor") {
                None | Some(Json::Null) => None,
                Some(Json::Text(next)) => Some(next).filter(|next| !next.is_empty()),
                Some(other) => return Err(ImportError::protocol(format!("`nextCursor` is {}", other.word()))),
            };
            let Some(next) = next else { return Listing::of(tools) };
            if next.len() > MAX_CURSOR {
                return Err(ImportError::protocol("`nextCursor` is longer than 4,096 bytes"));
            }
            if !cursors.insert(next.clone()) {
                return Err(ImportError::protocol(format!("the cursor `{next}` comes again, so the list would never end")));
            }
            cursor = Some(next.clone());
        }
        Err(ImportError::TooMuch("1,000 pages of tools"))
    }

    fn initialize(&mut self, version: &str) -> Result<(), ImportError> {
        let mut params = format!("{{\"protocolVersion\":\"{}\",\"capabilities\":{{}},\"clientInfo\":{{\"name\":\"reach\",\"version\":", PROTOCOL_VERSIONS[0]);
        push_string(&mut params, version);
        params.push_str("}}");
        let result = self.request("initialize", &params)?;
        match result.get("protocolVersion") {
            Some(Json::Text(answered)) if PROTOCOL_VERSIONS.contains(&answered.as_str()) => self.protocol = Some(answered.clone()),
            Some(Json::Text(other)) => return Err(ImportError::protocol(format!("its version of the protocol, `{other}`, is not known"))),
            _ => return Err(ImportError::protocol("the answer to `initialize` has no `protocolVersion`")),
        }
        if let Some(info) = result.get("serverInfo") {
            let part = |key: &str| info.get(key).and_then(Json::text).map(shown);
            self.name = part("name").map(|name| part("version").map_or_else(|| name.clone(), |version| format!("{name} {version}")));
        }
        self.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}".to_owned())
    }

    fn send(&mut self, line: String) -> Result<(), ImportError> {
        if self.process.send(line) { Ok(()) } else { Err(ImportError::protocol("it does not read what it is sent")) }
    }

    /// Asks a question and returns the result.
    fn request(&mut self, method: &'static str, params: &str) -> Result<Json, ImportError> {
        self.next_id += 1;
        let id = self.next_id;
        self.send(format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"{method}\",\"params\":{params}}}"))?;
        loop {
            let line = self.process.line(self.deadline, method, self.timeout)?;
            let message = Message::read(&line, &mut self.room)?;
            match message {
                Message::Result(answered, result) if is_id(&answered, id) => return Ok(result),
                Message::Error(Some(answered), message) if is_id(&answered, id) => return Err(ImportError::Refused { method, message }),
                Message::Error(None, message) => return Err(ImportError::Refused { method, message }),
                Message::Result(..) | Message::Error(..) => return Err(ImportError::protocol("it answers a question that nobody asked")),
                Message::Notification => self.aside()?,
                Message::Request { id, method: asked } => {
                    self.aside()?;
                    // Nothing else is offered to servers: no roots, no sampling, no questions to people.
                    let answer = if asked == "ping" {
                        format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":{{}}}}")
                    } else {
                        format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"error\":{{\"code\":-32601,\"message\":\"Method not found\"}}}}")
                    };
                    self.send(answer)?;
                }
            }
        }
    }

    fn aside(&mut self) -> Result<(), ImportError> {
        self.asides += 1;
        if self.asides > MAX_ASIDES { Err(ImportError::TooMuch("10,000 messages that are no answers")) } else { Ok(()) }
    }
}

fn is_id(answered: &Json, id: u64) -> bool {
    matches!(answered, Json::Number(n) if *n == id.to_string())
}
