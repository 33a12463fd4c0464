//! What a text is parsed into, for people.

use super::{Form, FormError};
use crate::shell::{Command, Files};
use crate::sql::Statement;
use crate::{email, host, iban, ip, path, shell, sql, url};

/// A value with its parts, in lines of name and value; parts of parts stand below.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Description {
    /// The name of the part; of the whole that of the form.
    pub name: String,
    /// The value, as people read it. Empty where only parts stand below.
    pub value: String,
    /// What it consists of.
    pub parts: Vec<Description>,
}

impl Description {
    fn new(name: &str, value: impl Into<String>) -> Self {
        Self { name: name.to_owned(), value: value.into(), parts: Vec::new() }
    }

    fn with(mut self, name: &str, value: Option<&str>) -> Self {
        if let Some(value) = value {
            self.parts.push(Self::new(name, value));
        }
        self
    }

    fn list(mut self, name: &str, values: &[String]) -> Self {
        if !values.is_empty() {
            self.parts.push(Self::new(name, values.join(", ")));
        }
        self
    }
}

/// Takes a text apart.
///
/// # Errors
/// A text that doesn't have the form.
pub fn describe(form: Form, text: &str) -> Result<Description, FormError> {
    let normal = form.normalize(text)?;
    let whole = Description::new(&form.to_string(), normal.as_ref());
    Ok(match form {
        Form::Path(_) => Description { value: path::shown(&normal).to_owned(), ..whole }
            .with("name", Some(path::name(&normal)))
            .with("extension", path::extension(&normal))
            .with("parent", path::parent(&normal).as_deref().map(path::shown))
            .with("absolute", path::absolute(&normal).map(|absolute| if absolute { "true" } else { "false" })),
        Form::Email => whole.with("local", Some(email::local(&normal))).with("domain", Some(email::domain(&normal))),
        Form::Url => {
            let parts = url::parts(&normal);
            let port = parts.port.map(|port| port.to_string());
            whole
                .with("scheme", Some(parts.scheme))
                .with("user", parts.userinfo)
                .with("host", parts.host)
                .with("port", port.as_deref())
                .with("path", Some(parts.path))
                .with("query", parts.query)
                .with("fragment", parts.fragment)
                .with("registrable", parts.host.and_then(host::registrable))
        }
        Form::Host => {
            let networks = networks(&normal);
            whole.with("ip", host::ip(&normal)).with("registrable", host::registrable(&normal)).list("in", &networks)
        }
        Form::Ip => {
            let networks = networks(&normal);
            whole.with("version", Some(if ip::version(&normal) == 4 { "4" } else { "6" })).list("in", &networks)
        }
        Form::Iban => whole.with("country", Some(iban::country(&normal))),
        Form::Network => match ip::NAMED.iter().find(|named| named.name == normal) {
            Some(named) => whole.with("about", Some(named.about)).list("networks", &named.networks.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>()),
            None => whole,
        },
        Form::Shell => command_line(whole, text),
        Form::Sql(dialect) => {
            let query = sql::parse(text, dialect);
            let mut whole = whole.with("opaque", query.opaque.then_some("it doesn't parse, or is beyond a limit"));
            whole.parts.extend(query.statements.iter().map(statement));
            whole
        }
        Form::Command | Form::Statement => whole,
    })
}

/// Returns the named networks that a host lies in, marked where that isn't certain.
fn networks(host: &str) -> Vec<String> {
    let named = ip::NAMED.iter().filter_map(|named| match ip::host_within(host, named.name) {
        Some(true) => Some(named.name.to_owned()),
        None => Some(format!("{} (perhaps)", named.name)),
        Some(false) => None,
    });
    named.collect()
}

fn command_line(whole: Description, text: &str) -> Description {
    let script = shell::parse(text);
    let mut whole = whole.with("opaque", script.opaque.map(shell::Opaque::about));
    whole.parts.extend(script.commands.iter().map(command));
    whole
}

fn command(command: &Command) -> Description {
    let words: Vec<String> = command.words.iter().map(|word| word.as_ref().map_or_else(|| "…".to_owned(), |word| format!("{word:?}"))).collect();
    let env: Vec<String> = command.env.iter().map(|(name, value)| format!("{name}={}", value.as_deref().unwrap_or("…"))).collect();
    let mut out = Description::new("command", words.join(" ")).list("env", &env);
    for (name, files) in [("reads", &command.reads), ("writes", &command.writes)] {
        out = out.list(name, &shown(files));
    }
    out
}

fn shown(files: &Files) -> Vec<String> {
    files.known.iter().cloned().chain(files.more.then(|| "perhaps others".to_owned())).collect()
}

fn statement(statement: &Statement) -> Description {
    let limit = statement.limit.map(|limit| limit.to_string());
    Description::new("statement", statement.kind.word())
        .list("reads", &statement.reads)
        .list("writes", &statement.writes)
        .list("columns", &statement.columns)
        .list("functions", &statement.functions)
        .with("limit", limit.as_deref())
        .with("filtered", statement.filtered.then_some("true"))
        .with("effects", statement.effects.then_some("it may write in a way that isn't known"))
}
