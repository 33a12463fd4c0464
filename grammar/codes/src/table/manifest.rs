//! `P01xx`: manifests of packs.

use crate::Example::None;

codes! {
    NO_MANIFEST = "P0100" "no-manifest" Error {
        "a folder holds no `pack.reach`",
        "A pack is a folder with a file `pack.reach`, which says what the pack is called, what it is for and what its rules may permit at most. `reach pack init` begins one.",
        None
    }
    NOT_ONLY_A_PACK = "P0101" "not-only-a-pack" Error {
        "`pack.reach` holds something else than one `pack` declaration",
        "The manifest is read before any rule is, and by people who decide whether they want the pack. So it stands alone: one `pack` declaration. Rules, tools and tests go into other files.",
        None
    }
    UNKNOWN_ENTRY = "P0102" "unknown-entry" Error {
        "a manifest has an entry that manifests don't have",
        "An entry that is not known is refused and not passed over, since a permission that is misspelt would look as if it were none. The entries stand in docs/packs.md.",
        None
    }
    REPEATED_ENTRY = "P0103" "repeated-entry" Error {
        "an entry of a manifest is there twice",
        "With two entries of one name it would not be clear which of them counts. Put what both say into one.",
        None
    }
    MISSING_ENTRY = "P0104" "missing-entry" Error {
        "a manifest lacks an entry that every manifest has",
        "Whoever installs a pack wants to know what it is, under which terms it may be used, and which versions of Reach it is made for.",
        None
    }
    WRONG_VALUE = "P0105" "wrong-value" Error {
        "an entry of a manifest has a value of another kind than it takes",
        "Values of a manifest are written out: texts in quotes, words, whole numbers, amounts such as `10.00`, lists in `[ ]` and blocks in `{ }`. Nothing is computed, so that what stands there is what holds.",
        None
    }
    BAD_PACK_NAME = "P0106" "bad-pack-name" Error {
        "a text cannot be the name of a pack",
        "The name of a pack has two to four words with dots between: whose it is and what it is, as `acme.bank_guard`. A word begins with a letter a to z; then come letters a to z, digits and `_`.",
        None
    }
    BAD_PACK_VERSION = "P0107" "bad-pack-version" Error {
        "a text is no version, or says not which versions are meant",
        "Versions are those of Semantic Versioning 2.0.0 (https://semver.org): three numbers, as `1.2.0`, perhaps with what comes before a release, as `1.2.0-rc.1`. Which versions are meant is said as Cargo does: `^1.2`, `>=0.1, <0.2`, `=1.2.3`.",
        None
    }
    INCOMPATIBLE_PACK = "P0108" "incompatible-pack" Error {
        "a pack is made for other versions of Reach than this one",
        "`reach` in the manifest says for which versions of Reach a pack is made. With another one its rules may mean something else, so it is not used.",
        None
    }
    BAD_HOST = "P0109" "bad-host" Error {
        "a permission for the network names no host",
        "`network` has names of hosts (with all below them), IP addresses, ranges such as `10.0.0.0/8`, or `\"*\"` for every host. Schemes, ports, paths and stars within names are no part of it.",
        None
    }
    BAD_MANIFEST_GLOB = "P0110" "bad-manifest-glob" Error {
        "a manifest has a glob that is none, or that leads out of the pack",
        "`read` and `write` take globs of paths as rules do. `policies` takes globs of files of the pack: relative to `pack.reach`, with `/` between folders, and without `..`.",
        None
    }
    BAD_AMOUNT = "P0111" "bad-amount" Error {
        "a permission has a number or an amount that cannot be",
        "Amounts of `spend` are not negative, with up to 20 digits and up to 18 behind a point: they are compared exactly. `children` and `depth` of `spawn` are whole numbers.",
        None
    }
    REPEATED_ITEM = "P0112" "repeated-item" Error {
        "a list of a manifest has the same element twice",
        "Lists of a manifest are sets. An element that stands there twice is most often another one that was misspelt.",
        None
    }
    DECEPTIVE_NAME = "P0113" "deceptive-name" Error {
        "a name in a manifest looks like another one",
        "People agree to what they read. A name with letters of several scripts that look alike, or with letters that look like those of plain English, reads as one thing and is another. Write it with letters of one script; a host with letters beyond a to z can be written as `xn--…`.",
        None
    }
    BAD_MANIFEST_TEXT = "P0114" "bad-manifest-text" Error {
        "a text cannot stand in a manifest",
        "A text of a manifest is one line that people can read: not empty, at most 1,000 bytes, and without characters that cannot be seen or that change the direction of others.",
        None
    }
    TOO_MANY_ITEMS = "P0115" "too-many-items" Error {
        "a list of a manifest is too long",
        "Nobody reads a list of more than 10,000 elements, and so nobody can agree to it. Say it with a glob, or make several packs. (A list in `[ ]` ends earlier, at the terms that an expression may have: [`too-many-terms`](E3003.md).)",
        None
    }
    BAD_MANIFEST_NAME = "P0116" "bad-manifest-name" Error {
        "a text cannot be the name of a tool, a program, a parameter or the like",
        "A program is named as it is written in command lines: one word, without a folder unless the folder is written there too. A parameter, an export and a budget is a word of the language. A tool is named as in its declaration.",
        None
    }
    UNDECLARED_PACK_TOOL = "P0120" "undeclared-pack-tool" Error {
        "a pack says something of a tool that its manifest doesn't list",
        "`tools` of the manifest is what people are shown before they install a pack: all tools that it declares, or that its rules or tests name. One that is missing there would be decided about without anybody's consent.",
        None
    }
    UNUSED_PACK_TOOL = "P0121" "unused-pack-tool" Warning {
        "a manifest lists a tool that nothing in the pack names",
        "The name may be misspelt, or what named it is gone. People are asked to agree to more than is needed.",
        None
    }
    EXCEEDED_PERMISSION = "P0122" "exceeded-permission" Error {
        "a pack permits a step that goes beyond its permissions",
        "No rule of a pack may permit, by itself or by a person's approval, what the manifest gives no right to. The step that is shown was found by the analysis and decided by the engine. Narrow the rules, or ask for the right in `permissions`. What each right covers stands in docs/packs.md.",
        None
    }
    UNPROVEN_PERMISSION = "P0123" "unproven-permission" Error {
        "it could not be shown that a pack stays within its permissions",
        "No step was found that goes beyond, and neither that there is none. What is not known counts as beyond. Write the rule so that it can be told: a path by `within` or a glob, a host by `within`, a command line by `runs only { … }`, each against what stands there as it is. docs/guide/analysis.md says what can be told.",
        None
    }
    UNUSED_PERMISSION = "P0124" "unused-permission" Warning {
        "a manifest asks for a right that nothing needs",
        "No rule permits a step that this right would be needed for. People are asked to agree to more than is needed; take it out.",
        None
    }
    UNKNOWN_MEMBER = "P0125" "unknown-member" Error {
        "a manifest names something that the pack doesn't have",
        "`parameters` names `param`s, `exports` names declarations and `readers` names tools of `tools`. A name that is none of those says nothing, and most often it is misspelt.",
        None
    }
    UNDECLARED_NEED = "P0126" "undeclared-need" Error {
        "a pack uses another one that its manifest doesn't need",
        "`needs` says which packs, in which versions, are installed together with this one. A `use` of another one could not be resolved.",
        None
    }
    UNUSED_NEED = "P0127" "unused-need" Warning {
        "a manifest needs a pack that nothing uses",
        "What is needed is installed too, and everything that it needs itself. Take it out where no `use` names it.",
        None
    }
    CONNECTOR_WITH_RULES = "P0128" "connector-with-rules" Error {
        "a connector has rules that permit or ask",
        "A connector declares the tools of a server, so that policies of others can be about them. It gives no right itself: a rule that permits something stands in a pack of the kind `policy`. Rules that forbid are fine.",
        None
    }
    EMPTY_POLICY_GLOB = "P0129" "empty-policy-glob" Error {
        "a glob of `policies` selects no file",
        "Rules that are not found are not part of the pack, and neither is what they forbid. So a glob that selects nothing is a mistake.",
        None
    }
    UNSELECTED_FILE = "P0130" "unselected-file" Error {
        "a `.reach` file lies in the pack's folder, and no glob of `policies` selects it",
        "Every `.reach` file of a pack is in force where the pack is installed, so each must be one that `policies` selects, and that was looked at with the others. Select it, or put it elsewhere.",
        None
    }
    NEEDS_ITSELF = "P0131" "needs-itself" Error {
        "a pack needs itself",
        "A pack that needs itself, in any version, could never be installed.",
        None
    }
    BAD_LICENSE = "P0132" "bad-license" Error {
        "the licence of a pack is no SPDX expression",
        "`license` is an expression of SPDX (annex D of its version 2.3): names of the SPDX licence list (https://spdx.org/licenses), written as they are there, with `AND`, `OR`, `WITH` and brackets between: `Apache-2.0 OR MIT`. Names that the list has given up are refused: `GPL-3.0` says not whether later versions count, `GPL-3.0-only` and `GPL-3.0-or-later` do. Terms that are in no list are named `LicenseRef-` and a name, and their text is put into the pack.",
        None
    }
}
