//! Limits, and time and stack on hostile text.

use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use reach_values::fuzz::fuzz_shell;
use reach_values::shell::{MAX_BYTES, MAX_COMMANDS, MAX_DEPTH, Opaque, parse};

/// Runs on a stack of 256 KiB.
fn on_a_small_stack(run: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(256 * 1024).spawn(run).unwrap().join().unwrap();
}

#[test]
fn the_length_is_limited_at_n_and_n_plus_one() {
    let text = |n: usize| format!("echo {}", "a".repeat(n - 5));
    assert_eq!(parse(&text(MAX_BYTES)).opaque, None);
    assert_eq!(parse(&text(MAX_BYTES + 1)).opaque, Some(Opaque::Long));
    assert!(parse(&text(MAX_BYTES + 1)).commands.is_empty());
}

#[test]
fn the_number_of_commands_is_limited_at_n_and_n_plus_one() {
    let text = |n: usize| "a;".repeat(n);
    assert_eq!((parse(&text(MAX_COMMANDS)).opaque, parse(&text(MAX_COMMANDS)).commands.len()), (None, MAX_COMMANDS));
    assert_eq!((parse(&text(MAX_COMMANDS + 1)).opaque, parse(&text(MAX_COMMANDS + 1)).commands.len()), (Some(Opaque::Deep), MAX_COMMANDS));
}

#[test]
fn nesting_is_limited_at_n_and_n_plus_one_on_a_small_stack() {
    on_a_small_stack(|| {
        for (open, middle, close) in [
            ("( ", "a", " )"),
            ("{ ", "a;", " };"),
            ("echo $(", "a", ")"),
            ("echo \"$(", "a", ")\""),
            ("echo <(", "a", ")"),
            ("if ", "a", "; then b; fi"),
            ("while ", "a", "; do b; done"),
            ("for x in y; do ", "a", "; done"),
            ("case x in y) ", "a", ";; esac"),
            ("echo ${x:-", "a", "}"),
            ("nice ", "a", ""),
            ("f() { ", "a;", " };"),
            ("coproc { ", "a;", " };"),
        ] {
            // A function's body is a level of its own.
            let levels = if open.contains("() {") || open.starts_with("coproc") { MAX_DEPTH / 2 } else { MAX_DEPTH };
            let text = |n: usize| {
                if open.starts_with("echo ${") {
                    format!("echo {}{middle}{}", open.replacen("echo ", "", 1).repeat(n), close.repeat(n))
                } else {
                    format!("{}{middle}{}", open.repeat(n), close.repeat(n))
                }
            };
            assert_ne!(parse(&text(levels)).opaque, Some(Opaque::Deep), "{}", text(levels));
            assert_eq!(parse(&text(levels + 1)).opaque, Some(Opaque::Deep), "{}", text(levels + 1));
        }
    });
}

#[test]
fn hostile_text_takes_little_time_and_stack() {
    on_a_small_stack(|| {
        let mut worst = (Duration::ZERO, String::new());
        for piece in [
            "(",
            "{ ",
            "$(",
            "`",
            "\\`",
            "\"",
            "'",
            "\"$(",
            "${",
            "${x:-",
            "$((",
            "((",
            "<<A ",
            "<<A\n",
            "a ",
            "a;",
            "a|",
            "a&&",
            "!",
            "! ",
            "time ",
            "if ",
            "while ",
            "case ",
            "case x in ",
            "for x in ",
            "do ",
            "[[ ",
            "<(",
            ">(",
            "a=(",
            "a[",
            "f()",
            "f(){",
            "function f {",
            "coproc ",
            "sh -c ",
            "sh -c '",
            "sudo ",
            "nice ",
            "env ",
            "xargs ",
            "find -exec ",
            "find . -exec a {} + ",
            "busybox ",
            "command ",
            "exec ",
            "eval ",
            "\\\n",
            "\n",
            " ",
            "\t",
            "#",
            "# \n",
            ";",
            "&",
            "$'",
            "$'\\",
            "{a,b}",
            "~",
            "~a",
            "*",
            "[",
            "]",
            "=",
            "a=b ",
            "a=b\n",
            "0",
            "0<",
            "99999999999>",
            ">a ",
            "&>a ",
            "cd /a && ",
            "cd /a\n",
            "git -c ",
            "sed 's/a/b/;",
            "sed s/[/",
            "awk '{",
            "é",
            "\u{1f468}\u{200d}",
            "\u{a0}",
            "\r",
            "x{",
            "..",
            "-",
            "rm a",
            "cp a b ",
            ">a;",
            "<a <b >c ",
            "a `b` ",
            "$(a) ",
            "\"$(a)\"",
            "$x",
            "${x}",
            "$",
            "<<A\nA\n",
            "<<'A'\n$(\nA\n",
            "<<-A\n\tA\n",
            "tar x",
            "[ ",
            "[[ a ]] ",
        ] {
            for text in [
                piece.repeat(MAX_BYTES / piece.len()),
                format!("a {}", piece.repeat(MAX_BYTES / piece.len() - 2)),
                format!("cat <<A\n{}\nA\n", piece.repeat(MAX_BYTES / piece.len() / 2)),
            ] {
                let begin = Instant::now();
                let _ = parse(&text);
                if begin.elapsed() > worst.0 {
                    worst = (begin.elapsed(), text.chars().take(40).collect());
                }
            }
        }
        println!("the slowest of 64 KiB takes {:?}: {:?}", worst.0, worst.1);
        // Linear ones take milliseconds, quadratic ones minutes.
        assert!(worst.0 < Duration::from_secs(3), "{worst:?}");
    });
}

#[test]
fn wrappers_of_many_words_take_little_time() {
    let text = format!("{}{}", "nice ".repeat(MAX_DEPTH), "a ".repeat(MAX_BYTES / 2 - 200));
    // Each repeats the words of the next: they are limited too.
    assert_eq!(parse(&text).opaque, Some(Opaque::Deep));
    let group = format!("{}{}{}", "{ ".repeat(20), "a;".repeat(900), "} >f1 <f2;".repeat(20));
    let begin = Instant::now();
    let _ = parse(&format!("{{ {} }} {}", "a;".repeat(900), "> f ".repeat(10_000)));
    let _ = parse(&format!("{group} {}", "> f ".repeat(10_000)));
    let _ = parse(&format!("find . {}", "-exec a {} ; ".repeat(4_000)).replace(';', "\\;"));
    assert!(begin.elapsed() < Duration::from_secs(3));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, rng_seed: RngSeed::Fixed(4), ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read(bytes in vec(any::<u8>(), 0..300)) {
        fuzz_shell(&bytes);
    }

    #[test]
    fn any_characters_of_shells_are_read(text in "[a-z \n\t'\"\\\\$(){}<>|&;#!=*~0-9`\\[\\],:-]{0,200}") {
        fuzz_shell(text.as_bytes());
    }
}
