//! Text, and what it may be the form of.

use reach_values::json::Json;

use crate::loss::Effect;

use super::parts::Parts;
use super::pattern::translate;
use super::{Guess, Of, Reader, Shape, Typed};

/// A type that text is read as, with an example.
struct Form {
    ty: &'static str,
    example: &'static str,
    /// What holds besides, so that no other format fits.
    check: Option<&'static str>,
}

const fn form(ty: &'static str, example: &'static str) -> Form {
    Form { ty, example, check: None }
}

/// Returns the form of a format of JSON Schema (2020-12 validation, section 7.3), with what its values are not.
fn of_format(format: &str) -> Option<(Form, &'static str)> {
    Some(match format {
        "date" => (form("date", "2026-01-01"), "other text than an RFC 3339 date is refused"),
        "date-time" => (form("time", "2026-01-01T00:00:00Z"), "other text than an RFC 3339 time with an offset is refused"),
        "email" => (form("email", "\"someone@example.com\""), "quoted names, addresses of machines, and other text are refused"),
        "uri" | "url" => (form("url", "\"https://example.com/\""), "what the WHATWG URL Standard does not read is refused"),
        "hostname" | "idn-hostname" => (form("host", "\"example.com\""), "what is no domain name or address is refused"),
        "ipv4" => (Form { check: Some("it.version == 4"), ..form("ip", "\"192.0.2.1\"") }, "other text than an IPv4 address, in any spelling, is refused"),
        "ipv6" => (form("ip", "\"2001:db8::1\""), "other text than an address, of IPv4 too, is refused"),
        _ => return None,
    })
}

/// Returns the form that a name suggests.
fn of_name(name: &str) -> Option<Form> {
    let lower = name.to_ascii_lowercase();
    let ends = |word: &str, camel: &str| lower == word || lower.ends_with(&format!("_{word}")) || name.ends_with(camel);
    if lower == "uri" || ends("url", "Url") {
        Some(form("url", "\"https://example.com/\""))
    } else if matches!(lower.as_str(), "command" | "cmd" | "command_line" | "commandline") {
        Some(form("shell", "\"ls\""))
    } else if lower == "filename" || ends("path", "Path") {
        Some(form("path", "\"example.txt\""))
    } else {
        None
    }
}

impl<'a> Reader<'a> {
    /// Returns the type of a text; `name` is that of its field.
    pub(super) fn text(&mut self, parts: &Parts<'a>, name: &str) -> Typed {
        let form = self.form(parts, name);
        let Some(form) = form else { return self.plain_text(parts) };
        let mut typed = Typed::new(Shape::Form(form.ty), form.example);
        typed.checks.extend(form.check.map(str::to_owned));
        let mut used = vec!["format"];
        // No value of these types is empty, as text; but a path or a command line may be.
        let never_empty = !matches!(form.ty, "shell" | "path");
        if parts.of("minLength").all(|(_, n)| never_empty && matches!(n, Json::Number(n) if n == "0" || n == "1")) {
            used.push("minLength");
        }
        self.rest(parts, "string", &used);
        typed
    }

    fn form(&mut self, parts: &Parts<'a>, name: &str) -> Option<Form> {
        // A result that doesn't fit its type has no value at all: more is lost than a form is worth.
        let reads = self.of == Of::Arguments;
        let mut found: Option<Form> = None;
        let mut formats = 0;
        for (part, format) in parts.of("format") {
            formats += 1;
            let at = part.at("format");
            let shown = format.text().unwrap_or_default();
            match of_format(shown).filter(|_| reads && found.is_none()) {
                Some((form, refused)) => {
                    self.lose(&at, Some("format"), Effect::Narrowed, format!("it is read as `{}`: {refused}", form.ty));
                    found = Some(form);
                }
                None => self.lose(&at, Some("format"), Effect::Widened, format!("`{shown}` is not checked")),
            }
        }
        if formats > 0 || !reads {
            return found;
        }
        let guessed = of_name(name)?;
        let at = parts.pointer();
        match self.guess {
            Guess::Take => {
                self.lose(&at, None, Effect::Narrowed, format!("it is read as `{}` because of its name", guessed.ty));
                Some(guessed)
            }
            Guess::Suggest => {
                self.lose(&at, None, Effect::Suggested, format!("by its name it could be `{}`; `--guess-forms` reads it so", guessed.ty));
                None
            }
        }
    }

    fn plain_text(&mut self, parts: &Parts<'a>) -> Typed {
        let mut typed = Typed::new(Shape::Text, "\"example\"");
        let (least, most) = self.lengths(parts, "minLength", "maxLength", &mut typed.checks);
        let mut sample: Option<Option<String>> = None;
        for (part, pattern) in parts.of("pattern") {
            let at = part.at("pattern");
            let read = match pattern.text() {
                Some(_) if *self.patterns == 0 => Err("more than 1,000 expressions are not compiled"),
                Some(pattern) => translate(pattern),
                None => Err("it is no text"),
            };
            match read {
                Ok(read) => {
                    *self.patterns -= 1;
                    typed.checks.push(format!("it matches re\"{}\"", read.regex));
                    sample = Some(if sample.is_some() { None } else { read.sample });
                }
                Err(why) => self.lose(&at, Some("pattern"), Effect::Widened, format!("it is not checked: {why}")),
            }
        }
        self.rest(parts, "string", &["minLength", "maxLength", "pattern", "format"]);
        let example = sample.unwrap_or_else(|| {
            let least = usize::try_from(least).unwrap_or(usize::MAX);
            let most = most.map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX));
            (least <= 1000).then(|| "example".chars().cycle().take(7.max(least).min(most)).collect::<String>())
        });
        let fits = |text: &String| {
            let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
            length >= least && most.is_none_or(|most| length <= most)
        };
        typed.example = example.filter(fits).map(|text| reach_grammar::quoted(&text));
        typed
    }
}
