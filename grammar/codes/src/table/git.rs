//! `P0320` to `P0334`: registries in git repositories.

use crate::Example::None;

codes! {
    GIT_MISSING = "P0320" "git-missing" Error {
        "the program `git` is needed, and cannot be run",
        "A registry at an address such as `git+https://example.com/packs.git` is fetched by the program `git`, so that your credentials and SSH settings are used. It is not on this machine, or not where programs are looked for (`PATH`). Install it (2.29 or newer), or use a registry in a folder.",
        None
    }
    BAD_GIT_ADDRESS = "P0321" "bad-git-address" Error {
        "an address of a git repository is none that is taken",
        "An address is written `git+https://HOST/PATH`, `git+ssh://USER@HOST/PATH` or `git+file:///PATH`, with `#BRANCH` behind it where another branch is meant than the one that the repository's `HEAD` names. It has no password in it, since it is kept and shown: git asks for one, or has it from a credential helper. Other ways to reach a repository, such as `ext::`, which runs programs, are not taken. In a shell, put quotes around an address with `#`.",
        None
    }
    GIT_FAILED = "P0322" "git-failed" Error {
        "git could not do what it was asked",
        "The repository was not reached, does not know you, or answers otherwise than a repository does. What git said stands in the notes. What was fetched before is used with `--offline`. If a push has failed on its way, the other side may have taken it: `reach pack search` shows whether it has.",
        None
    }
    GIT_TOO_MUCH = "P0323" "git-too-much" Error {
        "a git repository takes too long, or has too much in it",
        "A fetch and a push end after ten minutes, a fetch also after 4 GiB, so that nobody can fill your disk or hold a command for ever. Only the newest commit of one branch is fetched. If the registry is that large, use a clone of it as a folder.",
        None
    }
    NO_GIT_BRANCH = "P0324" "no-git-branch" Error {
        "a git repository has no such branch, or is empty",
        "The branch that is named behind `#` in the address is not there; without one it is the one that the repository's `HEAD` names. `reach pack registry init` begins a registry in an empty repository, or on a new branch.",
        None
    }
    PUSH_REFUSED = "P0325" "push-refused" Error {
        "a git repository has not taken a push",
        "A change of a registry is one commit, pushed on top of what is there, never by force. Where somebody else was faster, it is made again and tried a few times. Here the repository refuses it: you may not write to it or to this branch, or a rule of the host is against it. Nothing was published.",
        None
    }
    NOT_FETCHED = "P0326" "not-fetched" Error {
        "nothing of a git repository is at hand",
        "Without asking another machine only what was fetched and believed before can be used. Run `reach pack search`, or another command that looks for what is new, once with a network.",
        None
    }
}
