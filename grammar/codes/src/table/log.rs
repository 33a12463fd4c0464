//! `H02xx`: the log.

use crate::Example::None;

codes! {
    NOT_A_LOG = "H0201" "not-a-log" Error {
        "a file is no log of Reach, or has tables that a log has not",
        "A log is an SQLite database with the tables that docs/log.md lists and no others: no trigger, no view, nothing that could run when it is opened. Recorded events as lines of JSON are no log: `reach policy decide --log NEW --recorded` makes one of them.",
        None
    }
    LOG_VERSION = "H0202" "log-version" Error {
        "a log has a version that this program doesn't know",
        "A log of a later version may say things that this program would not understand, so it is not read. Use the version of Reach that wrote it, or a later one. Older versions stay readable.",
        None
    }
    LOG_DAMAGED = "H0203" "log-damaged" Error {
        "a log is damaged, or was changed, where nothing may be cut",
        "What a crash leaves behind at the end of a log is cut when it is opened, and an entry says so. Anything else that is wrong was done by a failing disk or by somebody: cutting it would take away entries that others rely on, so the log is refused, and no step is permitted. `reach log verify` lists all that is wrong. Keep the file, and begin a new log.",
        None
    }
    LOG_LOCKED = "H0204" "log-locked" Error {
        "another process uses the log and doesn't stop",
        "Many processes may write to one log, one after the other. This one has waited and got no turn. What was erased can only be overwritten in the journal once nobody reads it. Look for a process that hangs, or for a tool that has opened the file.",
        None
    }
    LOG_UNWRITABLE = "H0205" "log-unwritable" Error {
        "a log can't be written: the disk is full, failed, or is read-only",
        "Where a log is required, a step that can't be recorded is forbidden by `unrecorded`. After a write that failed nothing is acknowledged any more until the log is opened again: whether the disk has what it was given is not known, and asking again would not tell.",
        None
    }
    NO_SUCH_ENTRY = "H0206" "no-such-entry" Error {
        "a log has no entry of that number, or the entry has no such part",
        "Entries are numbered from 0 in the order in which they were recorded; `reach log show` has the number first. Only entries of events have payloads, and an observation that fits has no answer.",
        None
    }
    NOT_A_CHECKPOINT = "H0207" "not-a-checkpoint" Error {
        "a file is no signed checkpoint, receipt or capsule, or is of another log",
        "A checkpoint is a signed note of three lines (C2SP tlog-checkpoint): which log, how many entries, the root of their tree. A receipt is a proof with such a checkpoint at its end (C2SP tlog-proof), a capsule has one in it. None is believed where its form is wrong.",
        None
    }
    CHECKPOINT_NOT_SIGNED = "H0208" "checkpoint-not-signed" Error {
        "none of the given keys has signed a checkpoint, or a signature is wrong",
        "A checkpoint counts as far as somebody signed it whose key is known. `--key` takes the line that `reach key public` prints, or a file with such lines. A signature of a known key that is wrong is never taken for none: the checkpoint was changed, or forged.",
        None
    }
    NOTHING_SIGNED = "H0209" "nothing-signed" Error {
        "a log has no signed checkpoint, and the command needs one",
        "A receipt shows that an entry is in the tree of a checkpoint. `reach log checkpoint LOG --key FILE` signs one.",
        None
    }
    CAPSULE_SOURCES = "H0210" "capsule-sources" Error {
        "the sources in a capsule don't make the bundle that they are said to be",
        "A capsule carries the sources of the bundle that decided its session, under the bundle's digest. They are compiled again and the digest is compared; where it differs, they were changed, or this version of Reach reads them in another way. Nothing is decided with them. The entries of the capsule may be right all the same: `reach capsule verify` says so.",
        None
    }
}
