//! Command lines.

use crate::shell::{MAX_BYTES, MAX_COMMANDS, Opaque, Script, begins_with, may_be, options, parse, pattern};

/// Reads any bytes as a command line, and compares what is found with patterns made of the same text.
pub fn fuzz_shell(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let script = parse(&text);
    assert!(script == parse(&text), "the same text is read in two ways");
    check(&text, &script);
    for command in &script.commands {
        let words = || command.words.iter().map(Option::as_deref);
        let known: Vec<&str> = command.words.iter().map_while(Option::as_deref).collect();
        assert!(begins_with(words(), &known) == Some(true), "a command doesn't begin with its own words");
        // Base names: `a/b` is called `b`.
        if let Some((program, rest)) = known.split_first() {
            let base = program.rsplit('/').next().unwrap_or(program);
            let whole: Vec<&str> = std::iter::once(base).chain(rest.iter().copied()).collect();
            assert!(
                base.is_empty() || base.ends_with(".exe") || may_be(words(), &whole) == Some(true) || base.starts_with('g'),
                "a command can't be itself: {whole:?}"
            );
        }
        if let Some(options) = options(&command.words) {
            assert!(options.is_sorted() && options.iter().all(|(name, _)| name.starts_with('-')), "options are not sorted options");
        }
    }
    if let (Some(wanted), Some(command)) = (pattern(&text), script.commands.first()) {
        let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
        let _ = may_be(command.words.iter().map(Option::as_deref), &wanted);
        let _ = begins_with(command.words.iter().map(Option::as_deref), &wanted);
    }
}

/// Checks what holds of every script.
fn check(text: &str, script: &Script) {
    assert!(script.commands.len() <= MAX_COMMANDS, "more commands than there may be");
    assert!(text.len() <= MAX_BYTES || script.opaque == Some(Opaque::Long), "it is too long");
    for command in &script.commands {
        assert!(matches!(command.words.first(), Some(Some(_))), "a command without a program");
        assert!(command.start <= command.end && text.get(command.start..command.end).is_some(), "a range that isn't one");
        assert!(command.redirects <= (command.writes.more || !command.writes.known.is_empty()), "a redirection without a file");
        for files in [&command.reads, &command.writes] {
            assert!(files.known.iter().all(|f| !f.is_empty()), "a file without a name");
        }
    }
}
