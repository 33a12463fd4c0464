//! Messages of JSON-RPC 2.0.

use reach_values::json::{Json, Room, TreeError, push_string};

use crate::error::ImportError;
use crate::loss::shown;

/// The longest id of a server's request, in bytes: it is sent back.
const MAX_ID: usize = 1_024;

/// A message of a server.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Message {
    /// An answer: the id of the question, and the result.
    Result(Json, Json),
    /// An answer that says what went wrong, as it may be shown.
    Error(Option<Json>, String),
    /// A request of the server.
    Request {
        /// Its id as it is sent back.
        id: String,
        /// What is asked for.
        method: String,
    },
    /// What needs no answer.
    Notification,
}

impl Message {
    /// Reads a line.
    ///
    /// # Errors
    /// When it is no message of JSON-RPC 2.0.
    pub fn read(line: &[u8], room: &mut Room) -> Result<Self, ImportError> {
        let bad = |why: &str| ImportError::protocol(format!("{why}: `{}`", String::from_utf8_lossy(line.get(..80).unwrap_or(line))));
        let json = match Json::parse(line, room) {
            Ok(json) => json,
            Err(TreeError::TooMany) => return Err(ImportError::TooMuch("a million JSON values")),
            Err(why) => return Err(bad(&format!("a line is no message, {why}"))),
        };
        let mut json = json;
        if !matches!(json, Json::Object(_)) {
            return Err(bad("a line is JSON and no message"));
        }
        let mut take = |key: &str| json.take(key);
        if take("jsonrpc") != Some(Json::Text("2.0".to_owned())) {
            return Err(bad("a message is not of JSON-RPC 2.0"));
        }
        match (take("method"), take("id"), take("result"), take("error")) {
            (Some(Json::Text(_)), None, None, None) => Ok(Self::Notification),
            (Some(Json::Text(method)), Some(id), None, None) => match written(&id) {
                Some(id) => Ok(Self::Request { id, method }),
                None => Err(bad("a request has no id that could be answered")),
            },
            (None, Some(id), Some(result), None) => Ok(Self::Result(id, result)),
            (None, id, None, Some(error)) => {
                let code = if let Some(Json::Number(code)) = error.get("code") { format!(" ({})", shown(code)) } else { String::new() };
                let words = error.get("message").and_then(Json::text).unwrap_or("no words");
                Ok(Self::Error(id.filter(|id| *id != Json::Null), format!("{}{code}", shown(words))))
            }
            _ => Err(bad("a message is neither a question nor an answer")),
        }
    }
}

/// Returns an id as it is sent back: a text or a number.
fn written(id: &Json) -> Option<String> {
    let mut out = String::new();
    match id {
        Json::Text(text) => push_string(&mut out, text),
        Json::Number(number) => out.push_str(number),
        _ => return None,
    }
    (out.len() <= MAX_ID).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Message, ImportError> {
        Message::read(line.as_bytes(), &mut Room(100))
    }

    #[test]
    fn messages_are_told_apart() {
        let number = |n: &str| Json::Number(n.to_owned());
        for (line, message) in [
            (r#"{"jsonrpc":"2.0","id":1,"result":{}}"#, Message::Result(number("1"), Json::Object(Vec::new()))),
            (r#"{"jsonrpc":"2.0","id":1,"error":{"code":-1,"message":"a\u001bb"}}"#, Message::Error(Some(number("1")), "a\\u{1b}b (-1)".into())),
            (r#"{"jsonrpc":"2.0","id":null,"error":{}}"#, Message::Error(None, "no words".into())),
            (r#"{"jsonrpc":"2.0","id":"a\"","method":"ping"}"#, Message::Request { id: "\"a\\\"\"".into(), method: "ping".into() }),
            (r#"{"jsonrpc":"2.0","method":"notifications/message","params":{}}"#, Message::Notification),
        ] {
            assert_eq!(read(line), Ok(message), "{line}");
        }
    }

    #[test]
    fn what_is_no_message_is_refused() {
        for line in [
            "",
            "hello",
            "[]",
            r#"[{"jsonrpc":"2.0","id":1,"result":{}}]"#,
            r#"{"id":1,"result":{}}"#,
            r#"{"jsonrpc":"1.0","id":1,"result":{}}"#,
            r#"{"jsonrpc":"2.0","id":1}"#,
            r#"{"jsonrpc":"2.0","id":1,"result":{},"error":{}}"#,
            r#"{"jsonrpc":"2.0","result":{}}"#,
            r#"{"jsonrpc":"2.0","id":1,"id":2,"result":{}}"#,
            r#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#,
            r#"{"jsonrpc":"2.0","method":1}"#,
        ] {
            assert!(matches!(read(line), Err(ImportError::Protocol(_))), "{line}");
        }
        let long = format!(r#"{{"jsonrpc":"2.0","id":"{}","method":"ping"}}"#, "a".repeat(MAX_ID));
        assert!(read(&long).is_err());
    }
}
