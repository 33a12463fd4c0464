//! `P015x` and `P016x`: the files of packs, and what they are built of.

use crate::Example::None;

codes! {
    NOT_A_PACK_FILE = "P0150" "not-a-pack-file" Error {
        "a file is no pack",
        "A pack file is an archive in the format ustar whose first member is `pack.dsse.json`. It is neither compressed nor wrapped in anything. `reach pack build` makes one.",
        None
    }
    PACK_CUT_OFF = "P0151" "pack-cut-off" Error {
        "a pack file was cut off or damaged",
        "A header announces more than there is, its checksum doesn't fit, or the two blocks of zeros at the end lack. Nothing of it was used. Fetch the file again.",
        None
    }
    BAD_PATH_IN_PACK = "P0152" "bad-path-in-pack" Error {
        "a path in a pack file leads elsewhere, or is none on some system",
        "Paths in packs have letters a to z and A to Z, digits, `-`, `_`, `.` and `/`. They don't begin at the root, have no part that is hidden, empty, `.` or `..`, and no name that Windows takes for a device. So no file of a pack can be written outside its folder. A file with another path was not made by `reach pack build`: somebody may be attacking you.",
        None
    }
    NOT_A_FILE_IN_PACK = "P0153" "not-a-file-in-pack" Error {
        "a pack file holds something else than plain files",
        "Links, folders, devices, sparse files and the extensions of pax and GNU tar are refused: each of them has been used to write where nothing should be written, or to show one name to whoever looks and another to whoever unpacks. `reach pack build` never writes them.",
        None
    }
    CLASH_IN_PACK = "P0154" "clash-in-pack" Error {
        "two files of a pack cannot both be",
        "A name is there twice, two names differ in nothing but the case of letters, or one file is a folder of another. On some systems one would take the place of the other, so that what runs would not be what was looked at. Rename one of them.",
        None
    }
    PACK_NOT_CANONICAL = "P0155" "pack-not-canonical" Error {
        "a pack file is written in another way than the one",
        "There is one way to write the archive of given files: they stand in the order of their paths' bytes, with mode 0644, owner 0, time 0, and nothing behind the end. Everything else could carry something that no signature covers, or be read differently by two programs. Build it with `reach pack build`; `tar` with its usual options writes something else.",
        None
    }
    PACK_TOO_LARGE = "P0156" "pack-too-large" Error {
        "a pack has too many files or bytes",
        "A pack has up to 10,000 files of up to 16 MiB each and 64 MiB together. Whatever is larger is no policy; leave it out with a line in `.packignore`.",
        None
    }
    NO_ENVELOPE = "P0157" "no-envelope" Error {
        "a pack file doesn't begin with its envelope",
        "The first member of a pack file is `pack.dsse.json`, which holds what the pack says of itself and who has signed it. Without it nothing can be checked.",
        None
    }
    SECRET_IN_PACK = "P0160" "secret-in-pack" Error {
        "a file that looks like a secret would get into a pack",
        "Private keys are recognised by their form, tokens by the prefixes that their issuers give them, and some files by their names (`*.pem`, `*.key`, `id_ed25519`, `*.env`). A pack is given away for good: what was in it once is known. Move the file away, name it in `.packignore`, or, where it only looks like a secret, build with `--no-secret PATH`. If the secret has been published before, replace it.",
        None
    }
    UNFIT_FOR_PACK = "P0161" "unfit-for-pack" Error {
        "a file cannot be in a pack",
        "Packs have plain files with paths that are the same on every system. A link, a pipe, a name with spaces or other characters, and a file that is too large are refused and not left out in silence. Rename it, or name it in `.packignore`, which has the syntax of `.gitignore`.",
        None
    }
    BAD_PACKIGNORE = "P0162" "bad-packignore" Error {
        "`.packignore` cannot be read",
        "It is a text of up to 64 KiB that stands beside `pack.reach`; each line is a pattern in the syntax of `.gitignore`. A line that is no pattern is refused: it might have been meant to keep something secret out.",
        None
    }
    NO_PACK = "P0163" "no-pack" Error {
        "a folder holds no pack that can be built",
        "A pack is a folder with a file `pack.reach`, which holds its manifest. Name that folder, or make one.",
        None
    }
    IMAGE_DIFFERS = "P0164" "image-differs" Error {
        "the image that a pack brings is not that of its policies",
        "A pack may bring its policies compiled. They are compiled again, and where the same version of Reach makes something else of them, the pack is refused: what would run is not what can be read. Whoever has signed the pack should build it again.",
        None
    }
}
