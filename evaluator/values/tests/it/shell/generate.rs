//! Command lines: well-formed ones, such with something put in between, and nonsense.

use proptest::collection::vec;
use proptest::prelude::*;

/// Pieces of which anything may be put together, most of it nonsense.
const PIECES: &[&str] = &[
    "p1",
    "p2",
    "p3",
    "p4",
    "p5",
    "p6",
    "p7",
    "p8",
    " ",
    " ",
    " ",
    " ",
    "\n",
    "\n",
    "\t",
    "\r",
    "'",
    "'",
    "\"",
    "\"",
    "\\",
    "\\\n",
    "$(",
    "$(",
    ")",
    ")",
    "`",
    "`",
    "${",
    "${x:-",
    "${x#",
    "}",
    "<<E ",
    "<<E\n",
    "<<-E\n",
    "<<'E'\n",
    "<<\"E\"\n",
    "<<\\E\n",
    "\nE\n",
    "\nE\n",
    "\n\tE\n",
    "$'",
    "$\"",
    "((",
    "))",
    "[[ ",
    " ]]",
    "case x in ",
    " in ",
    "esac",
    ";;",
    ";&",
    "a)",
    "(a)",
    "if ",
    "then ",
    "elif ",
    "else ",
    "fi",
    "while ",
    "until ",
    "do ",
    "done",
    "for i in ",
    "for i ",
    "{ ",
    "; }",
    "}",
    "#",
    " #",
    "&&",
    "||",
    "|",
    "|&",
    "&",
    ";",
    ";",
    "<",
    ">",
    "&>",
    ">&",
    ">>",
    "<>",
    "<<<",
    "<(",
    ">(",
    "2>",
    "x=",
    "x+=",
    "x=(",
    "(",
    "(",
    "!",
    "! ",
    "time ",
    "time -p ",
    "function f ",
    "f() ",
    "coproc ",
    "select i in ",
    "~",
    "~/",
    "*",
    "?",
    "[",
    "]",
    "{a,b}",
    "{p1,p2}",
    "$x",
    "$@",
    "\"$@\"",
    "$",
    "$((1+",
    "$((",
    "$[1",
    "-c ",
    "sh -c '",
    "bash -c \"",
    "dash -c ",
    "eval ",
    "xargs ",
    "env ",
    "env -i ",
    "nice ",
    "timeout 1 ",
    "find . -exec ",
    " \\; ",
    " {} + ",
    "command ",
    "exec ",
    "builtin ",
    "nohup ",
    "A=b ",
    "read y ",
    "test ",
    "[ ",
    "echo ",
    ": ",
    "cat ",
    "set -e",
    "cd / ",
    "%",
    "^",
    "=",
    ",",
    "..",
    "\\'",
    "\\\"",
    "\\$",
    "\\`",
    "\u{a0}",
    "é",
    "0",
    "1",
    "12",
    "-",
    "--",
    "+",
    "@",
    "then",
    "do",
    "in",
    "-f ",
    "-n ",
    "-eq ",
    "== ",
    "=~ ",
    "/dev/null",
    "f1",
    "y[0]",
    "${#x}",
    "${x[0]}",
    "${x//a/b}",
    "${x@Q}",
    "$?",
    "$!",
    "$$",
    "E",
    "E ",
    " E",
    "\nE \n",
    "\n E\n",
    "\\\nE\n",
    "E\\\n",
    "\\E",
];

/// Sound shapes with holes, each filled with a command, a word or a list.
const SHAPES: &[&str] = &[
    "@c",
    "@c",
    "@c",
    "@l; @l",
    "@l && @c",
    "@l || @c",
    "@c | @c",
    "@c |& @c",
    "@c & @c",
    "@l\n@l",
    "(@l)",
    "{ @l; }",
    "{ @l\n}",
    "! @c",
    "time @c",
    "if @l; then @l; fi",
    "if @l\nthen @l\nelse @l\nfi",
    "while @c; do @l; break; done",
    "until @c; do @l; break; done",
    "for i in @w @w; do @l; done",
    "for i in @w\ndo @l\ndone",
    "case @w in @w) @l;; *) @l;; esac",
    "case @w in (@w|@w) @l ;& @w) @l\nesac",
    "[[ -n @w && -f @w ]] && @c",
    "cat <<E\n@w\n@b\nE\n@l",
    "cat <<'E'\n@b\nE\n@l",
    "cat <<-E\n\t@b\n\tE\n@l",
    "@c <<E && @c\n@b\nE\n",
    "@c <<A <<'B'\n@b\nA\n@b\nB\n@c",
    "@c # @l\n@c",
    "@c \\\n @w",
    "@l ; # ' @w\n@l",
    "x=$(@l) @c",
    "x=@w; @c",
    "@c > f@w",
    "@c 2>&1 < f1",
    "{ @l; } > f2 2>&1",
    "(@l) < f1",
    "env @c",
    "env -i A=@w @c",
    "sh -c '@l'",
    "bash -c \"@l\"",
    "nice -n 1 @c",
    "timeout 1 @c",
    "xargs @c",
    "xargs -n1 @c",
    "xargs -I % @c",
    "find . -maxdepth 0 -exec @c \\;",
    "find . -maxdepth 0 -exec @c {} +",
    "command @c",
    "exec @c",
    "nohup @c",
    "setsid @c",
    "stdbuf -o L @c",
    "coproc @c",
    "function f { @l; }",
    "f() { @l; }",
    "f() (@l)",
    "while read -r y; do @c; done < f1",
    "cd /scratch/work && @c",
    "@c &> /dev/null",
    "(@c) & @l",
    "select i in @w; do @l; break; done",
    "flock f1 @c",
    "sh -c @w",
];
const WORDS: &[&str] = &[
    "w",
    "-x",
    "'a b'",
    "\"a $(@l) b\"",
    "$(@l)",
    "`@q`",
    "\"`@q`\"",
    "${x:-@w}",
    "\"${x:-$(@c)}\"",
    "$((1 + 2))",
    "$x",
    "\"$x\"",
    "{a,@w}",
    "*",
    "~",
    "~/f",
    "\\q",
    "a\\\nb",
    "a#b",
    "''",
    "$'a\\n'",
    "$\"a @w\"",
    "<(@l)",
    ">(@c)",
    "x=y",
    "@w@w",
    "\"@w'\"",
    "'@w'",
    "$(cat <<E\n@b\nE\n)",
    "${x#@w}",
    "$(@c # @w\n)",
    "$(\n@l\n)",
    "{}",
    "é",
    "[a]",
    "\\\\",
    "\"\\\\\"",
    "\"\\\"\"",
    "}",
    "!",
    "in",
    "fi",
    "{",
    "=",
    "f1",
    "1",
];
const BODIES: &[&str] = &[
    "b",
    "$(@c)",
    "\\$(@c)",
    "`@q`",
    "' @b",
    "\" @b",
    "${x:-@w}",
    "E x",
    " E",
    "\\\\",
    "@b\\\n@b",
    "@b\n@b",
    "$x",
    "$((1))",
    "\\",
    "# $(@c)",
    "\"$(@c)\"",
    "'$(@c)'",
    "$",
    "@l",
];

/// Takes choices until there are none; then the first of everything.
struct Choices<'c>(std::slice::Iter<'c, u8>);

impl Choices<'_> {
    fn of<'s>(&mut self, from: &[&'s str]) -> &'s str {
        self.0.next().map_or(from[0], |c| from[usize::from(*c) % from.len()])
    }

    fn fill(&mut self, shape: &str, depth: usize) -> String {
        let mut text = String::new();
        let mut chars = shape.chars();
        while let Some(c) = chars.next() {
            if c != '@' {
                text.push(c);
                continue;
            }
            match chars.next() {
                Some('c') => text.push_str(&self.command(depth + 1)),
                Some('q') => text.push_str(&self.command(depth + 3)),
                Some('w') => text.push_str(&self.piece(WORDS, depth + 1)),
                Some('b') => text.push_str(&self.piece(BODIES, depth + 1)),
                _ => text.push_str(&self.list(depth + 1)),
            }
        }
        text
    }

    fn piece(&mut self, from: &[&str], depth: usize) -> String {
        let shape = if depth > 6 { from[0] } else { self.of(from) };
        self.fill(shape, depth)
    }

    fn list(&mut self, depth: usize) -> String {
        let shape = if depth > 5 { "@c" } else { self.of(SHAPES) };
        self.fill(shape, depth)
    }

    fn command(&mut self, depth: usize) -> String {
        let mut text = self.of(&["p1", "p2", "p3", "p4", "p5", "\\p6", "'p'7", "/bin/p8", "echo", "cat", "test", ":"]).to_owned();
        for _ in 0..self.0.next().map_or(0, |c| c % 3) {
            text.push_str(self.of(&[" ", " ", " ", "  ", "\t", " \\\n"]));
            text.push_str(&self.piece(WORDS, depth + 1));
        }
        text
    }
}

pub(super) fn soup() -> impl Strategy<Value = String> {
    vec(any::<u8>(), 1..14).prop_map(|choices| choices.iter().map(|c| PIECES[usize::from(*c) % PIECES.len()]).collect())
}

pub(super) fn shaped() -> impl Strategy<Value = String> {
    vec(any::<u8>(), 0..60).prop_map(|choices| Choices(choices.iter()).list(0))
}

/// A shaped one with pieces put in between.
pub(super) fn damaged() -> impl Strategy<Value = String> {
    (shaped(), vec((any::<u16>(), any::<u8>()), 1..4)).prop_map(|(mut text, changes)| {
        for (at, piece) in changes {
            let mut at = (usize::from(at) * (text.len() + 1)) >> 16;
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            text.insert_str(at, PIECES[usize::from(piece) % PIECES.len()]);
        }
        text
    })
}
