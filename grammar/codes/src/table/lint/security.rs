//! A decision is looser, or easier to get around, than it looks.

use crate::Example::Policy;

lints! {
    Security
    PATH_WITHOUT_REAL = "L0001" "path-without-real" Warn {
        "a permit rests on a path as text, where a symbolic link may lead elsewhere",
        "A path is brought to its normal form as text; the file system is never asked. In a folder in which the agent, or somebody who feeds it, can make a symbolic link, `/repo/notes` may be `/etc/shadow`. The host knows: let it follow the links and send where the path really leads as a fact, and let the rule ask for that too. The lint looks at permits that ask `within`, or match a glob with a slash, on an argument of a tool that has no fact of type `path`. `@allow(path-without-real)` before the rule turns it off, where there can be no links.",
        Policy {
            bad: "tool read_file(file_path: path)\n\npermit notes\n  on read_file\n  when args.file_path within \"/srv/notes\"\n",
            good: "tool read_file(file_path: path) facts { real: path }\n\npermit notes\n  on read_file\n  when args.file_path within \"/srv/notes\" and facts.real within \"/srv/notes\"\n"
        }
    }
}
