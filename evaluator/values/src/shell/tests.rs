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
        ("echo 'a", "echo … !Syntax"),
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

fn file_names(files: &Files) -> String {
    format!("{}{}", files.known.join(" "), if files.more { " …" } else { "" }).trim().to_owned()
}

#[test]
fn the_files_of_known_programs_are_found() {
    let mut wrong = Vec::new();
    // Of the last command: what it reads, what it writes, whether it redirects.
    for (text, reads, writes, redirects, why) in [
        ("cat a b", "a b", "", false, "operands are read"),
        ("cat -n a - b", "a b", "", false, "a dash is the input"),
        ("cat < a > b", "a", "b", true, "redirections"),
        ("cat a >> b 2>&1", "a", "b", true, "descriptors are no files"),
        ("ls > /dev/null 2> /dev/stderr", ".", "", false, "what keeps nothing"),
        ("ls &> b", ".", "b", true, "both outputs"),
        ("echo x >| b", "", "b", true, "in spite of noclobber"),
        ("cat <> a", "a", "a", true, "both ways"),
        ("echo x > $f", "", "…", true, "a file that isn't known"),
        ("echo /etc/passwd", "", "", false, "words that are no files"),
        ("head -n 5 a", "a", "", false, "the value of an option"),
        ("tail -5 a", "a", "", false, "an old option"),
        ("grep -n pattern a b", "a b", "", false, "the first operand is a pattern"),
        ("grep -e pattern a", "a", "", false, "unless an option gives it"),
        ("grep -rn pattern a", "a …", "", false, "what a folder holds"),
        ("sort -o b a", "a", "b", false, "an option that writes"),
        ("sort -k2 -ob a", "a", "b", false, "attached"),
        ("cp a b c", "a b", "c/a c/b c", false, "the last is written"),
        ("cp -t c a b", "a b", "c …", false, "unless an option names it"),
        ("cp -r a c", "a …", "c/a c …", false, "with all in it"),
        ("mv a b", "a b …", "a b …", false, "a folder is moved with all in it"),
        ("rm -f a b", "", "a b", false, "removed"),
        ("rm -rf a", "", "a …", false, "with all in it"),
        ("rm -- -f", "", "-f", false, "no option"),
        ("mkdir -p a/b", "", "a/b", false, "created"),
        ("chmod -v 600 a", "", "a", false, "the first operand is a mode"),
        ("tee -a a", "", "a", false, "written"),
        ("dd if=a of=b bs=1", "a", "b", false, "operands with names"),
        ("uniq a b", "a", "b", false, "the second operand is written"),
        ("uniq a", "a", "", false, "where there is one"),
        ("sed -n 1p a", "a", "", false, "the first operand is a script"),
        ("sed -i s/a/b/ a", "a", "a …", false, "in place"),
        ("find a b -name x", "a b …", "", false, "what is below is read"),
        ("find a -delete", "a …", "…", false, "what is found is removed"),
        ("find a -fprint b", "a …", "b", false, "an option that writes"),
        ("[ -f a ]", "a", "", false, "a file that is asked for"),
        ("[ a = b ]", "", "", false, "words that are compared"),
        ("curl -so b https://x", "", "b", false, "an option that writes"),
        ("curl https://x -d @a", "a …", "…", false, "an option that isn't known"),
        ("curl file:///etc/passwd", "/etc/passwd", "", false, "a file by its address (RFC 8089)"),
        ("curl -s FILE:/etc/pass%77d", "/etc/passwd", "", false, "written in other ways"),
        ("curl '--url=file://localhost/a?b'", "/a", "", false, "with a host"),
        ("curl '{file}:///a' 'f[i-i]le:///a'", "…", "", false, "with signs for several addresses"),
        ("curl \"$x\"", "…", "…", false, "which may be one"),
        ("curl \"file:$x\"", "…", "", false, "of which the rest isn't known"),
        ("curl \"https://x/$y\" -o a", "", "a", false, "which is none"),
        ("curl -T a file:///b", "/b a", "/b", false, "what is sent to a file writes it"),
        ("curl scp://x/a", "…", "", false, "a scheme that isn't known"),
        ("curl -F x=@/a https://x", "/a …", "…", false, "content of a file"),
        ("wget file:///a", "/a", "…", false, "an address of another program"),
        ("ffmpeg -i file:a b", "a file:a b …", "a file:a b …", false, "a program that isn't known"),
        ("sqlite3 'file:/a?mode=ro'", "/a file:/a?mode=ro …", "/a file:/a?mode=ro …", false, "with its settings"),
        ("profile:x file:", "file: …", "file: …", false, "no address"),
        ("ls", ".", "", false, "the current folder"),
        ("ls -l", ".", "", false, "with options"),
        ("ls a", "a", "", false, "unless another is named"),
        ("dir", ".", "", false, "another"),
        ("du -s", ". …", "", false, "with what it holds"),
        ("tree", ". …", "", false, "another"),
        ("find", ". …", "", false, "another"),
        ("find -name x", ". …", "", false, "with a condition"),
        ("find -L a -name x", "a …", "", false, "options stand before the folders"),
        ("grep -r x", ". …", "", false, "another"),
        ("grep -d recurse x a", "x a …", "", false, "by another option"),
        ("ls -w 80", "80 …", "", false, "a value or a name"),
        ("cd /etc && ls -a | wc -l", "", "", false, "of another command"),
        ("cd /etc && grep -r x", "/etc …", "", false, "the current folder, changed"),
        ("xargs ls", "…", "…", false, "others are named in the input"),
        ("grep x", "", "", false, "its input"),
        ("grep -rf a", "a . …", "", false, "a file of patterns"),
        ("grep -f a b", "a b", "", false, "beside another"),
        ("curl -Oo a https://x", "", "a …", false, "a value behind another option"),
        ("rg x", ". …", "", false, "another"),
        ("rg --files a", "a …", "", false, "where no pattern is given"),
        ("cd /etc && ls", "/etc", "", false, "the current folder, changed"),
        ("pushd /etc; ls", "/etc …", "", false, "perhaps"),
        ("pushd etc; ls", "…", "", false, "in a way that isn't known"),
        ("git status", ".", "", false, "a repository is named by the folder; its subcommand is none"),
        ("git --no-pager status -sb --porcelain=v1 -uno a", ". a", "", false, "with options"),
        ("git status -v", ". …", "", false, "content"),
        ("git -C /srv status", "/srv …", "…", false, "another folder"),
        ("cd /srv && git status", "/srv", "", false, "another folder that is known"),
        ("git diff", ". …", "", false, "content of the folder"),
        ("git diff HEAD~1 -- a", ". a …", "", false, "a revision, and what may be a folder"),
        ("git diff --stat HEAD a", ". a", "", false, "numbers"),
        ("git diff --name-only main -- a", ". a", "", false, "what stands before two dashes is a revision"),
        ("git diff --stat -p", ". …", "", false, "content, too"),
        ("git diff --output=a", ". …", "a", false, "an option that writes"),
        ("git diff --stat --output a", ".", "a", false, "apart"),
        ("git diff --no-index /etc/passwd a", ". /etc/passwd a …", "", false, "files outside of it"),
        ("git diff --stat -O/a", ". /a", "", false, "an order"),
        ("git diff --ext-diff", ". …", "…", false, "an option that isn't known"),
        ("git diff --stat ':/a'", ". …", "", false, "signs of a pathspec"),
        ("git log --oneline -5", ".", "", false, "names"),
        ("git log -n 5 --format=%h -- a", ". a", "", false, "with values"),
        ("git log -p", ". …", "", false, "content"),
        ("git log --output=/repo/x", ".", "/repo/x", false, "an option that writes"),
        ("git log \"$x\"", ". …", "…", false, "options that aren't seen"),
        ("git show HEAD:a/b", ". a/b …", "", false, "a file of a revision"),
        ("git rev-parse --abbrev-ref HEAD", ".", "", false, "no content"),
        ("git branch", ".", "", false, "a list"),
        ("git branch -a --list 'x*'", ".", "", false, "of some"),
        ("git branch x", "…", "…", false, "with a name one is made"),
        ("git blame a", ". a", "", false, "content of one file"),
        ("git blame --contents /a b", ". /a b", "", false, "an option that reads"),
        ("git ls-files a", ". a", "", false, "names"),
        ("git ls-files -X a", ". a …", "…", false, "an option that isn't known"),
        ("git add a", "a …", "…", false, "what is added"),
        ("git commit -m x", "…", "…", false, "a message"),
        ("git commit -F a", "a …", "a …", false, "in a file"),
        ("git checkout -- a", "a …", "a …", false, "what is written again"),
        ("git push origin main", "…", "…", false, "names of others"),
        ("git push ../x main", "../x …", "../x …", false, "a repository beside"),
        ("git push file:///x main", "/x …", "/x …", false, "by its address"),
        ("git clone git@x:y/z a", "a …", "a …", false, "from elsewhere"),
        ("git clone /srv/x a", "/srv/x a …", "a …", false, "from here"),
        ("git clone file:///srv/x", "/srv/x …", "…", false, "by its address"),
        ("git fetch", "…", "…", false, "what isn't known"),
        ("git", "", "", false, "nothing but help"),
        ("npm test a", "a …", "a …", false, "subcommands are no files"),
        ("npm run build", "…", "…", false, "nor is what is run"),
        ("cargo build", "…", "…", false, "another program"),
        ("docker ps", "…", "…", false, "another program"),
        ("make all", "…", "…", false, "nor are targets"),
        ("tar czf a b", "a b …", "a b …", false, "archives"),
        ("unknown -x a", "a …", "a …", false, "a program that isn't known"),
        ("cat --unknown=a b", "a b …", "a …", false, "an option that isn't known"),
        ("cat $x", "…", "…", false, "options that aren't seen"),
        ("cat \"a/$x\"", "…", "", false, "a file that isn't known"),
        ("cat a*", "…", "…", false, "a glob"),
        ("diff <(ls) a", "a", "", false, "of a substitution's command"),
        ("cat ~/a '~/b' ~u/c", "~/a ./~/b ~u/c", "", false, "folders of users, and a name that begins so"),
        ("cd /srv && cat a ~/b /c", "/srv/a ~/b /c", "", false, "another folder"),
        ("cd /srv; cat a", "/srv/a …", "", false, "which may not be there"),
        ("cd srv && cat a /b", "/b …", "", false, "one that isn't known"),
        ("cd /srv || exit; cat a", "/srv/a …", "", false, "which may not be there"),
        ("(cd /srv); cat a", "a", "", false, "only in a subshell"),
        ("cd /srv | cat a", "a", "", false, "only in a pipe"),
        ("if x; then cd /srv; fi; cat a", "…", "", false, "perhaps"),
        ("env -C /srv cat a", "…", "", false, "for one command"),
        ("sh -c 'cd /srv'; cat a", "a", "", false, "only in the other shell"),
        ("{ echo x; } > b", "", "b", true, "of all in a group"),
        ("xargs rm", "…", "…", false, "words of the input"),
    ] {
        let script = parse(text);
        let command = if text.starts_with("diff") { &script.commands[0] } else { script.commands.last().unwrap() };
        let found = (file_names(&command.reads), file_names(&command.writes), command.redirects);
        if found != (reads.to_owned(), writes.to_owned(), redirects) {
            wrong.push(format!("{text}: {found:?} instead of {:?}: {why}", (reads, writes)));
        }
    }
    assert!(wrong.is_empty(), "{} cases:\n{}", wrong.len(), wrong.join("\n"));
    let loops = parse("for i in 1 2; do cat a; cd b; done");
    assert_eq!(file_names(&loops.commands[0].reads), "…", "a `cd` in a loop counts for what stands before");
}

#[test]
fn what_is_assigned_before_a_command_is_found() {
    let env = |text: &str| parse(text).commands.last().unwrap().env.clone();
    assert_eq!(env("A=b C='d e' ls"), [("A".to_owned(), Some("b".to_owned())), ("C".to_owned(), Some("d e".to_owned()))]);
    assert_eq!(env("A=$x ls"), [("A".to_owned(), None)]);
    assert_eq!(env("A+=b ls"), [("A".to_owned(), Some("b".to_owned()))]);
    assert_eq!(env("env A=b ls"), [("A".to_owned(), Some("b".to_owned()))]);
    assert_eq!(env("sudo -n A=b ls"), [("A".to_owned(), Some("b".to_owned()))]);
    assert_eq!(env("A=b"), [("A".to_owned(), Some("b".to_owned()))]);
    assert!(env("ls A=b").is_empty());
}

#[test]
fn ranges_are_those_of_the_text() {
    let ranges = |text: &str| parse(text).commands.iter().map(|c| text[c.start..c.end].to_owned()).collect::<Vec<_>>();
    assert_eq!(ranges("é a; b  c ; (d)"), ["é a", "b  c", "d"]);
    assert_eq!(ranges("a $(b c)"), ["a $(b c)", "b c"]);
    assert_eq!(ranges("sh -c 'a; b'"), ["sh -c 'a; b'", "sh -c 'a; b'", "sh -c 'a; b'"]);
    assert_eq!(ranges("sudo a b"), ["sudo a b", "sudo a b"]);
    assert_eq!(ranges("A=b c > d"), ["A=b c > d"]);
}

fn words(text: &str) -> Vec<Option<String>> {
    text.split(' ').map(|w| (w != "…").then(|| w.to_owned())).collect()
}

#[test]
fn options_are_those_before_two_dashes() {
    let pairs =
        |text: &str| options(&words(text)).map(|o| o.into_iter().map(|(n, v)| if v.is_empty() { n } else { format!("{n}={v}") }).collect::<Vec<_>>().join(" "));
    for (text, expected) in [
        ("git push --force", Some("--force")),
        ("git clone --depth=1 x", Some("--depth=1")),
        ("rm -rf x", Some("-f -r -rf")),
        ("rm -r -r", Some("-r")),
        ("rm -- -f", Some("")),
        ("cat -", Some("")),
        ("--x", Some("")),
        ("rm … -f", None),
        ("rm -f -- …", Some("-f")),
    ] {
        assert_eq!(pairs(text).as_deref(), expected, "{text}");
    }
}

#[test]
fn patterns_are_compared_with_words() {
    fn refs(words: &[Option<String>]) -> impl Iterator<Item = Option<&str>> + Clone {
        words.iter().map(Option::as_deref)
    }
    for (text, pattern_text, begins, may) in [
        ("git push", "git push", Some(true), Some(true)),
        ("git push origin", "git push", Some(true), Some(true)),
        ("git", "git push", Some(false), Some(false)),
        ("/usr/bin/git push", "git push", Some(false), Some(true)),
        ("git -C x push", "git push", Some(false), Some(true)),
        ("git … push", "git push", None, Some(true)),
        ("git …", "git push", None, None),
        ("ls …", "git push", Some(false), Some(false)),
        ("git push … --force", "git push --force", None, Some(true)),
        ("git push --forc", "git push --force", Some(false), Some(true)),
        ("git push --force-with-lease", "git push --force", Some(false), Some(false)),
        ("git push -uf x", "git push -f", Some(false), Some(true)),
        ("git push +HEAD:x", "git push +HEAD:x", Some(true), Some(true)),
        ("rm -r -f x", "rm -rf", Some(false), Some(true)),
        ("rm -rf x", "rm -r", Some(false), Some(true)),
        ("rm -r x", "rm -rf", Some(false), Some(false)),
        ("a --x=1", "a --x", Some(false), Some(true)),
        ("a --x=1", "a --x=2", Some(false), Some(false)),
        ("a c b", "a b c", Some(false), Some(false)),
    ] {
        let (words, pattern) = (words(text), pattern(pattern_text).unwrap());
        let pattern: Vec<&str> = pattern.iter().map(String::as_str).collect();
        assert_eq!((begins_with(refs(&words), &pattern), may_be(refs(&words), &pattern)), (begins, may), "{text}, {pattern_text}");
    }
    assert_eq!(pattern(" \t"), None);
    assert_eq!(may_be([None, Some("x")].into_iter(), &["x"]), None);
}

#[test]
fn a_program_that_lies_anywhere_is_only_called_like_one_that_is_known() {
    for (line, more) in
        [("cat a", false), ("/usr/bin/cat a", false), ("/tmp/cat a", true), ("./git status", true), ("~/bin/cat a", true), ("git status", false)]
    {
        let script = parse(line);
        let [command] = script.commands.as_slice() else { panic!("{line}: {script:?}") };
        assert_eq!((command.reads.more, command.writes.more), (more, more), "{line}");
    }
}
