//! Rules that use history, and events for them.

use std::fmt::Write as _;

/// Returns a bundle whose rules use history so many times, all of them about calls of one tool, half of them joined.
#[must_use]
pub fn monitors(count: usize) -> String {
    let mut text = String::from("tool t(key: text, n: int)\n\npermit all\n  on t\n\n");
    for at in 0..count {
        let asked = match at % 5 {
            0 => format!("ever(call t where args.key == step.args.key and args.n > {at} over 1h)"),
            1 => format!("count(call t where args.n > {at} over 10m) > {}", 50 + at),
            2 => format!("sum(args.n of call t where args.key == step.args.key and args.n > {at} over 10m) > 1000000"),
            3 => format!("count(result t where args.key == step.args.key and args.n > {at} and ok over 1h) > {}", 100 + at),
            _ => format!("ever(call t where args.n > {} over 1h)", 1000 + at),
        };
        let _ = writeln!(text, "forbid f{at}\n  on t\n  when args.n < 0 and {asked}\n");
    }
    text
}

/// Returns a bundle with the tool of [`monitors`] and one rule for it, and beside it so many tools whose rules use history once each.
#[must_use]
pub fn elsewhere(count: usize) -> String {
    let mut text = monitors(0);
    for at in 0..count {
        let _ = writeln!(
            text,
            "tool other{at}(key: text)\n\nforbid f{at}\n  on other{at}\n  when count(call other{at} where args.key == step.args.key over 1h) > {at}\n"
        );
    }
    text
}

/// Returns the two events of the `n`th step, one second after the one before.
#[must_use]
pub fn events(n: u64) -> [String; 2] {
    let at = time_of(n);
    [
        format!(r#"{{"type":"call","id":"c{n}","name":"t","args":{{"key":"k{}","n":{}}},"at":"{at}"}}"#, n % 50, n % 200),
        format!(r#"{{"type":"result","step":"c{n}","ok":true,"content":"done","at":"{at}"}}"#),
    ]
}

/// Returns the time so many seconds after a day of January began.
fn time_of(n: u64) -> String {
    let (days, seconds) = (n / 86_400, n % 86_400);
    format!("2026-01-{:02}T{:02}:{:02}:{:02}Z", 1 + days, seconds / 3_600, seconds / 60 % 60, seconds % 60)
}
