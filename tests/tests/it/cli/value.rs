//! `reach value parse`.

use super::Place;

/// Arguments and what stands on standard input.
const CASES: &[(&str, &str)] = &[
    ("path", "/srv//data/../x/a.tar.gz\n"),
    ("path --at /srv/app", "../../etc/passwd"),
    ("path --in windows", "C:\\Users\\Ann\\Notes.TXT"),
    ("path --in windows --at C:/work", "..\\a"),
    ("url", "https://good.example@evil.example:8443/a/b?q=1#top"),
    ("url --default https", "docs.example.com/x"),
    ("host", "WWW.Example.CO.UK."),
    ("host", "169.254.169.254"),
    ("ip", "::ffff:10.0.0.1"),
    ("network", "private"),
    ("email", "Ann@BÜCHER.example"),
    ("iban", "gb29 nwbk 6016 1331 9268 19"),
    ("shell", "git status && cat notes.txt | sudo tee /etc/motd > log; A=1 make $TARGET"),
    ("shell", "eval $X"),
    ("sql --in postgres", "with gone as (delete from users returning id) select id from gone"),
    ("sql", "selekt 1"),
    ("time", "2026-07-01T09:00:00+02:00"),
    ("time --in Europe/Berlin", "2026-07-01T09:00"),
    ("text", "mail ann@bank.example, card 4111 1111 1111 1111"),
];

#[test]
fn values_are_shown_with_their_parts() {
    let place = Place::new();
    let mut told = String::new();
    for (arguments, input) in CASES {
        let (kind, options) = arguments.split_once(' ').unwrap_or((arguments, ""));
        let run = place.reach_with(format!("value parse {kind} - {options}").trim_end(), input);
        assert_eq!((run.exit, run.err.as_str()), (0, ""), "{arguments}: {}", run.told());
        told.push_str(&format!("== {arguments}: {input:?}\n{}\n", run.out));
    }
    insta::assert_snapshot!("value_parse", told);
}

#[test]
fn a_text_that_is_no_such_value_says_why() {
    let place = Place::new();
    let mut told = String::new();
    for (arguments, input) in [
        ("url -", "example.com"),
        ("url -", "https://exa mple.com/"),
        ("host -", "a..b"),
        ("ip -", "0177.0.0.1"),
        ("iban -", "GB00NWBK60161331926819"),
        ("path - --in windows", "C:foo"),
        ("time - --in Europe/Berlin", "2026-03-29T02:30"),
        ("path -", ""),
    ] {
        let run = place.reach_with(&format!("value parse {arguments}"), input);
        assert_eq!((run.exit, run.out.as_str()), (2, ""), "{arguments}");
        told.push_str(&run.err);
    }
    for arguments in ["uri x", "path x --in dos", "url x --at /srv", "time 2026-01-01T00:00:00Z --in Berlin", "text x --in y", "path"] {
        let run = place.reach(&format!("value parse {arguments}"));
        assert_eq!(run.exit, 2, "{arguments}");
        told.push_str(&run.err);
    }
    insta::assert_snapshot!("value_refused", told);
}

#[test]
fn no_value_draws_on_the_terminal() {
    let place = Place::new();
    let run = place.reach_with("value parse shell -", "echo \u{1b}[31mred\u{7} \u{202e}x");
    assert!(!run.out.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{:?}", run.out);
}

#[test]
fn an_explanation_shows_what_a_command_line_was_parsed_into() {
    let place = Place::new();
    place.write(
        "guard/guard.reach",
        "context { cwd: path }\n\ntool bash(command: shell at context.cwd)\n\npermit reading\n  on bash\n  when args.command runs only { \"cat\", \"wc\" }\n\n\
         forbid system\n  on bash\n  when args.command may touch { glob\"/etc/**\" } or args.command may run x where x.options has \"--force\"\n",
    );
    place.write(
        "events.jsonl",
        "{\"type\":\"start\",\"context\":{\"cwd\":\"/repo\"},\"at\":\"2026-01-01T09:00:00Z\"}\n\
         {\"type\":\"call\",\"id\":\"c1\",\"name\":\"bash\",\"args\":{\"command\":\"cat ../etc/passwd | wc -l\"},\"at\":\"2026-01-01T09:00:01Z\"}\n",
    );
    insta::assert_snapshot!("explain_command_line", place.told("policy explain --bundle guard events.jsonl"));
}
