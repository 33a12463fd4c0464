//! What is found in plain command lines, and the limits.

use super::*;

fn show(script: &Script) -> String {
    let commands: Vec<String> =
        script.commands.iter().map(|c| c.words.iter().map(|w| w.as_deref().unwrap_or("…").to_owned()).collect::<Vec<_>>().join(" ")).collect();
    format!("{}{}", commands.join(" ; "), script.opaque.map(|o| format!(" !{o:?}")).unwrap_or_default())
}

#[test]
fn plain_command_lines_are_read() {
    for (text, expected) in [
        ("git status", "git status"),
        ("", ""),
        ("# nothing", ""),
        ("ls -l | wc -l", "ls -l ; wc -l"),
        ("a && b || c; d & e\nf", "a ; b ; c ; d ; e ; f"),
        ("(a; b) | { c; }", "a ; b ; c"),
        ("echo $(id) `date`", "echo … … ; id ; date"),
        ("if a; then b; elif c; then d; else e; fi", "a ; b ; c ; d ; e"),
        ("for x in 1 2; do rm \"$x\"; done", "rm …"),
        ("while read -r l; do echo \"$l\"; done < f", "read -r l ; echo …"),
        ("case $x in a|b) c;; *) d;; esac", "c ; d"),
        ("cat <<E\n$(id) \\$(no)\nE\nls", "cat ; id ; ls"),
        ("cat <<'E'\n$(id)\nE\nls", "cat ; ls"),
        ("sudo -u x rm -rf /", "sudo -u x rm -rf / ; rm -rf /"),
        ("sh -c 'rm x; ls'", "sh -c rm x; ls ; rm x ; ls"),
        ("find . -name x -exec rm {} \\;", "find . -name x -exec rm {} ; ; rm …"),
        ("xargs -n 1 rm -f", "xargs -n 1 rm -f ; rm -f …"),
        ("env -i A=b ls", "env -i A=b ls ; ls"),
        ("A=b ls", "ls"),
        ("A=b", ":"),
        ("> f", ":"),
        ("$x", " !Program"),
        ("f() { rm x; }; f", "rm x ; f !Function"),
        ("eval x", "eval x !Evaluation"),
        ("python -c x", "python -c x !Interpreter"),
        ("PATH=. ls", "ls !Environment"),
        ("echo 'a", " !Syntax"),
        ("[[ -f x && -d y ]] && ls", "[[ -f x -d y ]] ; ls"),
        ("time ls", "time ; ls"),
        ("git commit -m \"$(cat <<'EOF'\nhello $(no) 'there\nEOF\n)\"", "git commit -m … ; cat"),
        ("echo a#b # c", "echo a#b"),
        ("\\rm 'x'y\"z\"", "rm xyz"),
        ("ls &>/dev/null", "ls"),
        ("ls 2>&1 >&2", "ls"),
        ("diff <(a) <(b)", "diff … … ; a ; b"),
    ] {
        assert_eq!(show(&parse(text)), expected, "{text}");
    }
}
