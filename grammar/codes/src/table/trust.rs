//! `P018x` and `P019x`: who is trusted, and whether something is signed by them.

use crate::Example::None;

codes! {
    MALFORMED_ENVELOPE = "P0180" "malformed-envelope" Error {
        "the envelope or the statement of a pack is none",
        "An envelope (DSSE) and the statement in it are written in one way only. This one is written in another, or is something else, so that there is nothing that could be verified. The file was damaged or made by another program.",
        None
    }
    UNSIGNED_PACK = "P0181" "unsigned-pack" Error {
        "nobody has signed a pack",
        "Its envelope has no signature, so nobody can say who made it. `reach pack sign FILE --key KEY` signs it, if it is yours.",
        None
    }
    BAD_SIGNATURE = "P0182" "bad-signature" Error {
        "a signature that is said to be of a known key is not",
        "The signature doesn't belong to this key and this statement: the statement was changed after it was signed, or the signature was made up. It makes no difference that other signatures are good: a signature that is there and wrong is never treated as absent. Fetch the pack again from where it was published; if it is the same there, tell its author.",
        None
    }
    UNTRUSTED_PACK = "P0183" "untrusted-pack" Error {
        "too few of those who have signed a pack are trusted for its name",
        "No key that has signed it is in the trust store, those that are may sign for other names, or more keys are asked for than have signed. `reach pack inspect FILE` shows who has signed. If you have the key from its owner by a way that you trust, `reach key trust KEY --for NAME` says so. Don't take it from the pack itself or from where the pack came from.",
        None
    }
    EXPIRED_TRUST = "P0184" "expired-trust" Error {
        "the trust in a key has ended",
        "The key was trusted until a time that has passed. A signature doesn't prove when it was made, so what was signed before is not accepted either. If its owner still uses it, `reach key trust KEY --for NAME --expires TIME` trusts it for longer; if they have a new key, ask for its rotation. Look at the clock of this machine, too.",
        None
    }
    REVOKED_KEY = "P0185" "revoked-key" Error {
        "a key that was revoked has signed",
        "Somebody else may have the key. A signature doesn't prove when it was made, so a revoked key verifies nothing any more, not even what was signed before. Ask for the pack signed by another key. Revoking is for good.",
        None
    }
    TAMPERED_PACK = "P0186" "tampered-pack" Error {
        "the files of a pack are not those that its statement lists",
        "A file has other bytes than those whose digest was signed, one lacks, or there is one more. The pack was changed after it was made. Nothing of it was used. Fetch it again from where it was published.",
        None
    }
    TRUST_STORE_DAMAGED = "P0190" "trust-store-damaged" Error {
        "a trust store was cut off or changed",
        "Each line of a trust store holds the digest of the line before it. One that doesn't belong where it stands was changed, taken away or put in, for example to make a revocation unsaid. Nobody is trusted from such a file. Put back a copy, and find out who has changed it.",
        None
    }
    REFUSED_TRUST = "P0191" "refused-trust" Error {
        "something cannot be said in a trust store",
        "Nothing was written. A revoked key cannot be trusted again, a key can hand over to one other key and only what it has itself, and two keys with the same name and id could not be told apart.",
        None
    }
    BAD_NAMES = "P0192" "bad-names" Error {
        "a text is no pattern of names",
        "A key is trusted for the names of packs (`acme.bank_guard`), for all names that begin with the same words (`acme.*`), or for a registry (`registry:example.com/packs`). There is no pattern for everything: whoever is trusted is trusted for something.",
        None
    }
    BAD_TIME = "P0193" "bad-time" Error {
        "a text is no point in time",
        "Times are given as a date (`2027-01-31`, its first second in UTC) or with the time of day and the distance from UTC (`2027-01-31T12:00:00Z`, `2027-01-31T12:00:00+01:00`), from 1970 to 9999.",
        None
    }
    NOT_A_ROTATION = "P0194" "not-a-rotation" Error {
        "a file does not say that a key takes the place of another",
        "`reach key rotate OLD NEW -o FILE` writes such a statement. It is signed by the old key and by the new one, and by nobody else. This file is something else, or one of the signatures is not good.",
        None
    }
    UNKNOWN_KEY = "P0195" "unknown-key" Error {
        "a key is not known by this name and id",
        "A key is given as the line that `reach key public` prints, as a file with such a line, or by the name and id of one that is in the trust store; `reach key list` shows those.",
        None
    }
    EXPOSED_TRUST_STORE = "P0196" "exposed-trust-store" Error {
        "a trust store could have been put there by somebody else",
        "Whoever can write the trust store decides whose packs are believed. It is a plain file and no link, and not everybody may write it. Look at what it holds (`reach key list --history`), then take the right with `chmod o-w`.",
        None
    }
    NO_USER_FOLDER = "P0197" "no-user-folder" Error {
        "the folder in which Reach keeps what belongs to the user cannot be found or used",
        "It is `REACH_HOME` where that is set, else `reach` in the folder that the system has for the data of programs: `XDG_DATA_HOME` or `~/.local/share`. Set `REACH_HOME` to a folder that this user may write, or name the trust store with `--trust FILE`.",
        None
    }
}
