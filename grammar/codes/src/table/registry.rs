//! `P0230` to `P0299`: registries, choosing versions, installing.

use crate::Example::None;

codes! {
    NO_REGISTRY = "P0230" "no-registry" Error {
        "there is no registry where one is meant",
        "A registry is a folder with `registry.json`, a `snapshot`, an index and archives. `reach pack registry init` begins one, and `reach pack registry add` makes one known, so that commands find it without `--registry`.",
        None
    }
    REGISTRY_NOT_BELIEVED = "P0231" "registry-not-believed" Error {
        "the snapshot of a registry is not signed by those who are trusted for it",
        "A snapshot says what a registry holds, and is signed. Either nobody has signed it who is trusted for this registry, or a key has that expired or was revoked. Ask whoever runs the registry for the key, in another way than from the registry itself, and trust it for this registry alone: `reach key trust` with the name `registry:` and the origin.",
        None
    }
    FORGED_SNAPSHOT = "P0232" "forged-snapshot" Error {
        "the snapshot of a registry was changed after it was signed, or is none",
        "The signature under a known key doesn't fit the text, or the text is not what a snapshot is. Somebody has changed the snapshot, or it was damaged on its way. Nothing of the registry is used.",
        None
    }
    SNAPSHOT_EXPIRED = "P0233" "snapshot-expired" Error {
        "the snapshot of a registry has expired",
        "Whoever holds back newer snapshots can hide new versions and yanked ones; so each counts for a time only. Fetch the registry anew. If it is current, whoever runs it signs it again with `reach pack registry refresh`. What is locked needs no snapshot: `reach pack install --locked` takes just that.",
        None
    }
    REGISTRY_ROLLED_BACK = "P0234" "registry-rolled-back" Error {
        "a registry is older than it was before",
        "The number of its snapshot is lower than one that was seen on this machine. An old copy was put back, or somebody serves an old state to hide newer versions. Fetch the registry anew from its source.",
        None
    }
    REGISTRY_REWRITTEN = "P0235" "registry-rewritten" Error {
        "a registry says something else than it said before",
        "What a registry has said once it cannot take back: lines are added, never changed, and a version is the same pack for all and for ever. Here a version has another digest, lines are gone, or two different snapshots have one number. Its key signs different things for different people, or was stolen. Do not use the registry until whoever runs it has explained.",
        None
    }
    REGISTRY_MIXED = "P0236" "registry-mixed" Error {
        "files of a registry do not belong together",
        "The listing, or what the index says of a pack, is not what the snapshot was signed for: files of different states were mixed, or a file was changed. If the registry is being copied, wait until that is done; else fetch it anew.",
        None
    }
    INDEX_POISONED = "P0237" "index-poisoned" Error {
        "the index of a registry contradicts itself, or has lines that are none",
        "A line is not written as lines are, is about another pack, publishes a version twice, or yanks one that was never published. It was signed so, by a broken or hostile publisher. Nothing of the registry is used.",
        None
    }
    ARCHIVE_DAMAGED = "P0238" "archive-damaged" Error {
        "an archive in a registry is missing, or is not what its name says",
        "Archives are named by the SHA-256 of their bytes. This one is not there, or has other bytes: it was damaged or exchanged. Fetch the registry anew.",
        None
    }
    REGISTRY_NAME_DIFFERS = "P0239" "registry-name-differs" Error {
        "a registry has another name than the one that is meant",
        "Trust, and what is remembered of a registry, hang on its name, the origin. This folder has another one than is expected, or its description and its snapshot name different ones.",
        None
    }
    ALREADY_PUBLISHED = "P0240" "already-published" Error {
        "a version was published already",
        "A version is published once and stays what it is, even when it was yanked. Raise the version and publish that.",
        None
    }
    OLDER_THAN_PUBLISHED = "P0241" "older-than-published" Error {
        "a newer version was published already",
        "To publish a version below one that is there is often a slip. Where an older line gets a repair, `--allow-older` publishes it.",
        None
    }
    NO_SUCH_RELEASE = "P0242" "no-such-release" Error {
        "a registry has no such pack or version",
        "`reach pack search` finds packs. Versions are written in full, as `1.2.0`.",
        None
    }
    ALREADY_YANKED = "P0243" "already-yanked" Error {
        "a version was yanked already",
        "A version is yanked once, and stays so; nothing is ever deleted.",
        None
    }
    UNWRITABLE_RELEASE = "P0244" "unwritable-release" Error {
        "something cannot stand in the index of a registry",
        "A line of the index has a limit, its texts are one line without characters that cannot be seen, and no pack needs itself. The index has limits too.",
        None
    }
    REGISTRY_BUSY = "P0245" "registry-busy" Error {
        "somebody else is writing there",
        "One process at a time publishes into a registry, installs into a project, or remembers what it saw. Others wait for a while. If none is at work, a process may hang: the file that is named in the message shows which.",
        None
    }
    MEMORY_DAMAGED = "P0246" "memory-damaged" Error {
        "what is remembered of a registry is damaged",
        "The user's folder keeps what was seen of each registry, so that none can go back on it. A file of it was changed by hand, or was damaged. If you take it away, the registry is believed as if it were seen for the first time: do so only when you know why it is damaged.",
        None
    }
    UNSAFE_FILE = "P0247" "unsafe-file" Error {
        "a file of a registry or project is a link, or no plain file",
        "Links could lead out of the folder, and pipes and devices never end. In registries, and among installed packs, files and folders are plain.",
        None
    }
    NO_VERSIONS_FIT = "P0260" "no-versions-fit" Error {
        "no versions of the packs fit together",
        "Each sentence follows from what the index says and from those before it; the last one says that nothing is left. Loosen what the project asks for, or ask for newer versions of the packs that are named.",
        None
    }
    RESOLUTION_TOO_HARD = "P0261" "resolution-too-hard" Error {
        "it takes too long to find out which versions fit together",
        "Choosing versions can take longer than anybody waits, so it ends after a number of steps. Ask for some packs more precisely, so that there is less to choose from.",
        None
    }
    BAD_LOCK = "P0262" "bad-lock" Error {
        "`pack.lock` is not as a lock file is",
        "The file is written by `reach pack install` and its kin, in one way. It was changed by hand, or a merge has left both sides in it. Take one side of the merge as it is, and run `reach pack install`, which adds what lacks.",
        None
    }
    LOCK_OUT_OF_DATE = "P0263" "lock-out-of-date" Error {
        "`pack.lock` does not have just what the project needs",
        "With `--locked` nothing is chosen anew: the lock must have every pack that is needed, in a version that fits, and no others. Run `reach pack install` without `--locked`, look at what it changes, and commit the lock.",
        None
    }
    OTHER_PACK = "P0264" "other-pack" Error {
        "a pack is not the one that the index or the lock names",
        "The archive verifies, and is another pack than the index of the registry or `pack.lock` says: of another name or version, with other needs, or with another digest. A version is the same for all and for ever, so one of the two lies. Nothing was installed.",
        None
    }
    OTHER_REGISTRY = "P0265" "other-registry" Error {
        "a pack would come from another registry than before",
        "The same name in another registry can be somebody else's pack. Use the registry that the lock names, or remove the pack first, so that it comes as a new one, with its rights to be given again.",
        None
    }
    PACK_HAS_MISTAKES = "P0266" "pack-has-mistakes" Error {
        "a pack has mistakes, or is not what it says of itself",
        "Packs are looked at again where they arrive, as `reach pack validate` looks at them: their policies are compiled, `pack.reach` must say what was signed, and no rule may go beyond the permissions. \
         A pack that fails is not installed, whoever has signed it. Tell its author, or take another version.",
        None
    }
    CONSENT_NEEDED = "P0268" "consent-needed" Error {
        "packs ask for rights that were not given to them",
        "A pack may do only what it was given. On a terminal you are asked; elsewhere `--accept RIGHT` gives one, written as it is shown, and `--accept-all` all. What was given stands in `pack.lock` and is not asked again; a version that asks for more is.",
        None
    }
    PACK_NOT_INSTALLED = "P0269" "pack-not-installed" Error {
        "a pack that the lock names is not installed, or not whole",
        "The folder `.reach/packs` does not have it as the lock says; it may never have been installed on this machine. `reach pack install --locked` installs just what the lock names.",
        None
    }
    INSTALLED_PACK_CHANGED = "P0270" "installed-pack-changed" Error {
        "an installed pack was changed",
        "Files of installed packs are compared with what was signed each time they are used. One was changed, added or replaced by a link. `reach pack install --locked` puts back what was signed. To change a pack, make your own of it.",
        None
    }
    BAD_PACK_ARGUMENT = "P0271" "bad-pack-argument" Error {
        "an argument names no pack",
        "A pack is named `acme.bank_guard`, with the versions that are asked for behind `@` where not the newest is meant: `acme.bank_guard@^1.2`. A version alone means those that are compatible with it; `=1.2.0` means just that one.",
        None
    }
    NEEDS_IN_MANIFEST = "P0272" "needs-in-manifest" Error {
        "what a project needs stands in its manifest",
        "A folder with `pack.reach` is a pack itself, and its `needs` say what it uses. Change them there, and run `reach pack install` without names: a list in two places would be two lists.",
        None
    }
    NOT_A_NEED = "P0273" "not-a-need" Error {
        "a project does not ask for a pack itself",
        "Only what was asked for by name can be removed. A pack that others need goes when they go; `reach pack list` shows both.",
        None
    }
    UNREADABLE_NEEDS = "P0274" "unreadable-needs" Error {
        "the needs of `pack.reach` cannot be read",
        "`needs` is a record of names and versions: `needs: { acme.other: \"^1.0\" }`. `reach pack validate` shows all mistakes of a manifest.",
        None
    }
}
