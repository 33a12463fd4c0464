//! Servers that do one thing wrong, each a real process. None is given the time to finish what it does.

use std::time::{Duration, Instant};

use reach_import::{ImportError, Launch, Served, Server};

use crate::python;

fn ask(mode: &str) -> Served {
    Server::ask(&python("hostile.py", &[mode])).unwrap()
}

#[test]
fn what_breaks_the_protocol_ends_the_import_with_its_reason() {
    for (mode, reason) in [
        ("logs-to-output", "a line is no message, it is not JSON"),
        ("batch", "a line is JSON and no message"),
        ("not-utf8", "it is not UTF-8"),
        ("duplicate-keys", "the key `name` stands in one object twice"),
        ("deep", "nested deeper than 64"),
        ("unknown-version", "its version of the protocol, `2099-01-01`, is not known"),
        ("no-version", "has no `protocolVersion`"),
        ("wrong-id", "a question that nobody asked"),
        ("text-id", "a question that nobody asked"),
        ("two-answers", "a question that nobody asked"),
        ("no-tools", "has no list `tools`"),
        ("cursor-loop", "the cursor `again` comes again"),
        ("long-cursor", "longer than 4,096 bytes"),
        ("number-cursor", "`nextCursor` is a number"),
    ] {
        match ask(mode).listing {
            Err(ImportError::Protocol(why)) => assert!(why.contains(reason), "{mode}: {why}"),
            other => panic!("{mode}: {other:?}"),
        }
    }
}

#[test]
fn what_is_too_much_ends_the_import() {
    for (mode, what) in [
        ("endless-line", "4 MiB in one line"),
        ("long-line", "4 MiB in one line"),
        ("endless-notifications", "10,000 messages that are no answers"),
        ("endless-pages", "1,000 pages of tools"),
        ("large-pages", "16 MiB"),
        ("many-tools", "10,000 tools"),
        ("many-values", "a million JSON values"),
    ] {
        assert_eq!(ask(mode).listing, Err(ImportError::TooMuch(what)), "{mode}");
    }
}

/// It asks without end and never reads an answer: either too many questions, or no room to answer them.
#[test]
fn a_server_that_never_reads_does_not_hold_the_import_up() {
    let error = ask("never-reads").listing.unwrap_err();
    assert!(matches!(&error, ImportError::Protocol(why) if why == "it does not read what it is sent") || matches!(error, ImportError::TooMuch(_)), "{error}");
}

#[test]
fn an_error_of_the_server_is_told_in_its_words_made_harmless() {
    for (mode, method, message) in [
        ("refuses", "initialize", "go away\\u{1b}[2J (-32000)"),
        ("error-without-id", "initialize", "parse error (-32700)"),
        ("method-not-found", "tools/list", "Method not found (-32601)"),
    ] {
        assert_eq!(ask(mode).listing, Err(ImportError::Refused { method, message: message.into() }), "{mode}");
    }
}

#[test]
fn an_early_end_is_told_with_the_status_and_what_was_said() {
    let served = ask("exits");
    assert_eq!(served.listing, Err(ImportError::Ended("initialize")));
    assert_eq!(served.status.as_deref(), Some("exit status: 3"));
    assert_eq!(served.stderr, "cannot open \\u{1b}[31mthe database\\u{202e}\n");
    assert_eq!(ask("cut-off").listing, Err(ImportError::Ended("initialize")));
    assert_eq!(ask("closes-output").listing, Err(ImportError::Ended("initialize")));
}

#[test]
fn lists_that_cannot_be_declared_are_refused() {
    assert_eq!(ask("two-tools").listing, Err(ImportError::Twice("a".into())));
    assert!(matches!(ask("bad-name").listing, Err(ImportError::Name { .. })));
}

#[test]
fn what_is_merely_unusual_is_read() {
    assert_eq!(ask("old-version").protocol.as_deref(), Some("2024-11-05"));
    for mode in ["old-version", "null-cursor", "fine"] {
        assert_eq!(ask(mode).listing.unwrap().tools.len(), 1, "{mode}");
    }
    assert_eq!(ask("empty").listing.unwrap().tools.len(), 0);
}

/// The one thing that is waited for here is a time limit that is under test, a short one.
#[test]
fn a_silent_server_is_stopped_in_time_also_when_it_ignores_signals() {
    for mode in ["silent", "ignores-signals"] {
        let launch = Launch { timeout: Duration::from_millis(300), ..python("hostile.py", &[mode]) };
        let before = Instant::now();
        let served = Server::ask(&launch).unwrap();
        assert_eq!(served.listing, Err(ImportError::Silent { method: "initialize", timeout_ms: 300 }), "{mode}");
        assert!(before.elapsed() < Duration::from_secs(30), "{mode}");
    }
}

#[test]
fn a_server_that_goes_on_when_its_input_ends_is_ended() {
    let served = ask("stays");
    assert_eq!(served.listing.unwrap().tools.len(), 1);
    assert_eq!(served.status, None);
}

/// A process that the server has started is ended with it; on Linux, what is left of a process is read from `/proc`.
#[test]
#[cfg(target_os = "linux")]
fn no_process_that_the_server_has_started_is_left() {
    let note = std::env::temp_dir().join(format!("reach-import-child-{}", std::process::id()));
    let served = Server::ask(&python("hostile.py", &["children", note.to_str().unwrap()])).unwrap();
    assert_eq!(served.listing.unwrap().tools.len(), 1);
    let child = std::fs::read_to_string(&note).unwrap();
    std::fs::remove_file(&note).unwrap();
    // It was killed; whoever reaps it may not have done so yet.
    let gone = || std::fs::read_to_string(format!("/proc/{child}/stat")).map_or(true, |stat| stat.rsplit(") ").next().unwrap().starts_with('Z'));
    let until = Instant::now() + Duration::from_secs(20);
    while !gone() {
        assert!(Instant::now() < until, "{child} still runs");
        std::thread::yield_now();
    }
}

#[test]
fn standard_error_without_end_is_read_and_only_its_end_is_kept() {
    let served = ask("endless-stderr");
    assert_eq!(served.listing.unwrap().tools.len(), 1);
    assert!(served.stderr.len() <= 16 << 10 && served.stderr.contains("noise"), "{}", served.stderr.len());
}
