//! Commands in the README, in the tutorial and in the guides to testing, to the analysis, to coverage and to replay print what is shown.
//!
//! A block `console` holds commands (`$ …`) and their output: standard output, then standard error. Every command must end
//! with 0 unless `$ echo $?` follows. A block with `file=name` is a file of the folder in which the commands run; a block
//! `diff` changes that file.
//! Digests are shown as `sha256:…`, times that were measured as `N ms`.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{blessing, markdown, root};

struct Shell<'a> {
    folder: &'a Path,
    last: i32,
}

impl Shell<'_> {
    /// Runs one line and returns what it prints.
    fn run(&mut self, line: &str) -> String {
        if line == "echo $?" {
            return format!("{}\n", std::mem::take(&mut self.last));
        }
        assert_eq!(self.last, 0, "the command before `{line}` failed, and nobody looked at its status");
        let arguments = line.strip_prefix("cargo run -q -p reach-cli -- ").or_else(|| line.strip_prefix("reach "));
        let arguments = arguments.unwrap_or_else(|| panic!("`{line}` is no command that these tests can run"));
        let out = Command::new(env!("CARGO_BIN_EXE_reach-under-test"))
            .args(words(arguments))
            .current_dir(self.folder)
            .env("NO_COLOR", "1")
            .env_remove("CLICOLOR_FORCE")
            .output()
            .unwrap();
        self.last = out.status.code().unwrap();
        shown(&(String::from_utf8(out.stdout).unwrap() + &String::from_utf8(out.stderr).unwrap()))
    }
}

/// Splits at blanks, but not between single quotes.
fn words(line: &str) -> Vec<String> {
    let mut out = Vec::new();
    for (i, part) in line.split('\'').enumerate() {
        if i % 2 == 1 {
            out.push(part.to_owned());
        } else {
            out.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    out
}

/// The output as it is shown: digests shortened, measured times replaced.
fn shown(text: &str) -> String {
    let out = crate::cli::shorten_digests(text);
    let lines = out.lines().map(|line| {
        let mut line = line.trim_end().to_owned();
        line.push('\n');
        match line.rsplit_once(" in ") {
            Some((before, time)) if is_measured(time.trim_end()) => format!("{before} in N ms\n"),
            _ => match line.trim_end().strip_suffix(')').and_then(|rest| rest.rsplit_once(" (")) {
                // Told only of what took long.
                Some((before, time)) if is_measured(time) => format!("{before}\n"),
                _ => line,
            },
        }
    });
    lines.collect()
}

/// Whether it is a time such as `12 ms` or `1.5 s`.
fn is_measured(text: &str) -> bool {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    unit.len() < text.len() && matches!(unit.trim_start(), "µs" | "ms" | "s")
}

/// Runs the commands of a page in a folder; writes the page anew where blessing.
fn check(page: &str, folder: &Path) {
    let path = root().join(page);
    let text = fs::read_to_string(&path).unwrap();
    let mut shell = Shell { folder, last: 0 };
    let mut new = String::new();
    let mut copied = 0;
    let mut commands = 0;
    for block in markdown::blocks(&text) {
        if let Some((_, name)) = block.info.split_once("file=") {
            let file = folder.join(name);
            let text = if block.info.starts_with("diff") { changed(&fs::read_to_string(&file).unwrap(), &block.text) } else { block.text.clone() };
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        if block.info != "console" {
            continue;
        }
        new.push_str(&text[copied..block.range.start]);
        for line in block.text.lines().filter_map(|l| l.strip_prefix("$ ")) {
            commands += 1;
            new.push_str(&format!("$ {line}\n{}", shell.run(line)));
        }
        copied = block.range.end;
    }
    new.push_str(&text[copied..]);
    assert_eq!(shell.last, 0, "the last command of {page} failed");
    assert!(commands > 0, "{page} shows no command");
    if new == text {
        return;
    }
    if blessing() {
        fs::write(&path, new).unwrap();
    } else {
        panic!("{page} shows what the commands don't print (REACH_BLESS=1 writes it)\n{}", difference(&text, &new));
    }
}

/// A text after a change: where the lines with ` ` or `-` stand, those with ` ` or `+` stand then. A line of dots is between two places.
fn changed(text: &str, change: &str) -> String {
    let mut text = text.to_owned();
    for hunk in change.split("...\n") {
        let side = |sign: char| hunk.lines().filter_map(|l| l.strip_prefix([' ', sign])).map(|l| format!("{l}\n")).collect::<String>();
        let (old, new) = (side('-'), side('+'));
        assert_eq!(text.matches(&old).count(), 1, "these lines must stand there once:\n{old}");
        text = text.replace(&old, &new);
    }
    text
}

/// The first lines that differ.
fn difference(shown: &str, printed: &str) -> String {
    let at = shown.lines().zip(printed.lines()).position(|(a, b)| a != b).unwrap_or(0);
    let part = |text: &str| text.lines().skip(at).take(12).collect::<Vec<_>>().join("\n  ");
    format!("line {}\nshown:\n  {}\nprinted:\n  {}", at + 1, part(shown), part(printed))
}

#[test]
fn the_commands_of_the_readme_print_what_it_shows() {
    check("README.md", &root());
}

#[test]
fn the_commands_of_the_tutorial_print_what_it_shows() {
    let folder = tempfile::tempdir().unwrap();
    check("docs/tutorial.md", folder.path());
}

#[test]
fn the_commands_of_the_guide_to_the_analysis_print_what_it_shows() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["before", "banking"] {
        fs::create_dir(folder.path().join(name)).unwrap();
        for file in ["bank.reach", "tests.reach"] {
            fs::copy(root().join("policies/banking").join(file), folder.path().join(name).join(file)).unwrap();
        }
    }
    check("docs/guide/analysis.md", folder.path());
}

#[test]
fn the_commands_of_the_guide_to_testing_print_what_it_shows() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("banking")).unwrap();
    for file in ["bank.reach", "tests.reach"] {
        fs::copy(root().join("policies/banking").join(file), folder.path().join("banking").join(file)).unwrap();
    }
    check("docs/guide/testing.md", folder.path());
}

#[test]
fn the_commands_of_the_guide_to_coverage_print_what_it_shows() {
    let folder = tempfile::tempdir().unwrap();
    check("docs/guide/coverage.md", folder.path());
}

#[test]
fn changes_are_made_where_they_say() {
    let text = "a\nb\nc\nd\n";
    assert_eq!(changed(text, " a\n-b\n+x\n+y\n...\n-d\n"), "a\nx\ny\nc\n");
}

#[test]
fn digests_and_times_are_not_shown_as_they_are() {
    let digest = "0123456789abcdef".repeat(4);
    assert_eq!(
        shown(&format!("a sha256:{digest} b sha256:0f\n3 passed in 12 ms\n2 errors in 2 files \n")),
        "a sha256:… b sha256:0f\n3 passed in N ms\n2 errors in 2 files\n"
    );
}

#[test]
fn the_guide_to_mutation_works_as_it_is_written() {
    let folder = tempfile::TempDir::new().unwrap();
    check("docs/guide/mutation.md", folder.path());
}

#[test]
fn the_guide_to_replay_works_as_it_is_written() {
    let folder = tempfile::TempDir::new().unwrap();
    check("docs/guide/replay.md", folder.path());
}

#[test]
fn the_page_about_packs_works_as_it_is_written() {
    let folder = tempfile::TempDir::new().unwrap();
    check("docs/packs.md", folder.path());
}
