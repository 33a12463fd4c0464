//! What globs say of paths of each platform.

use super::{M, P, W, normal};
use reach_values::pattern::{Pattern, PatternError};

#[test]
fn a_glob_is_about_what_a_path_names_on_its_platform() {
    for (platform, glob, path, expected, why) in [
        (P, "~/.ssh/**", "~/.ssh/id_rsa", Some(true), "the same home"),
        (P, "~/.ssh/**", "~/.sshx", Some(false), "by component"),
        (P, "~/.ssh/**", "~/.ssh", Some(false), "what is below, as for `/etc/**`"),
        (P, "~/.ssh/**", "~ann/.ssh/x", None, "whose home?"),
        (P, "~/.ssh/**", "/home/ann/.ssh/x", None, "where is that home?"),
        (P, "~/.ssh/**", ".ssh/x", None, "perhaps one works there"),
        (P, "~/.ssh/**", "~/../ann/.ssh/x", None, "perhaps that is the home"),
        (P, "~ann/**", "~ann/x", Some(true), "the home of ann"),
        (P, "~*/x", "~ann/x", Some(true), "of anyone"),
        (P, "src/**", "~/src/x", None, "a relative glob, a home path"),
        (P, "/etc/**", "~/x", None, "a home in `/etc`?"),
        (P, "*/x", "~/x", None, "a star is a name, a home is none"),
        (P, "*/x", "./~/x", Some(true), "but this is a name"),
        (P, "~/x", "./~/x", None, "and no home"),
        (P, "\\~/x", "./~/x", Some(true), "said plainly"),
        (P, "\\~/x", "~/x", None, "that is a home"),
        (P, "*/x", "/x", None, "a relative glob, an absolute path"),
        (P, "**/.ssh/*", "~/.ssh/id_rsa", Some(true), "anywhere"),
        (P, "**/.ssh/*", "~/a", Some(false), "names that the path says"),
        (P, "**/.ssh/*", ".", None, "one that names nothing"),
        (P, "*.pem", "~/a.pem", Some(true), "the last name"),
        (P, "*.pem", "~", None, "of a home is not known"),
        (P, "*.pem", ".", None, "nor that of a folder"),
        (P, "*", ".", Some(true), "but any name will do here"),
        (P, "**", "..", Some(true), "and here"),
        (P, "{~/a,/b}/*", "~/a/x", Some(true), "one of two beginnings"),
        (P, "{~/a,/b}/*", "~/c/x", None, "unless home is `/b`"),
        (P, "{~/.ssh/**,**/*.pem}", "~/.ssh/x", None, "the star fits a tilde, which is no name"),
        (P, "{~/.ssh/**,**/id_rsa}", "~/.ssh/x", Some(true), "but this is certain"),
        (P, "{**/.ssh/**,~/x}", "~/.ssh/x", Some(true), "and so is this"),
        (P, "{**/a,~/b}", "~", None, "a home may be called `a`"),
        (P, "{**/a,~/b}", "~/c", Some(false), "but not `c`"),
        (P, "secrets/**", "../secrets/x", None, "climbs out of where the glob begins"),
        (P, "{,a}*/x", "~/x", None, "it can't be told what begins there"),
        (W, "C:/Users/**", r"c:\USERS\Ann\x", Some(true), "case doesn't count"),
        (W, "C:/Users/**", r"D:\Users\x", Some(false), "another drive"),
        (W, "C:/Users/**", r"\\localhost\c$\Users\x", None, "a share may be the drive"),
        (W, "C:/Users/**", "Users/x", None, "a relative path"),
        (W, "{C:,D:}/tmp/*", r"D:\TMP\x", Some(true), "alternatives of drives"),
        (W, "{C:/a,src}/*", r"SRC\x", Some(true), "and of others"),
        (W, "C:/*", r"C:\x", Some(true), "the root of a drive"),
        (W, "C:/", r"C:\", Some(true), "itself"),
        (W, "//Files/Team/**", r"\\files\team\x", Some(true), "a share"),
        (W, "//Files/Team/a", r"\\files\team\b", Some(false), "another file of the share"),
        (W, "//Files/Team/**", r"\\files\all\x", None, "another share may hold it"),
        (W, "//Files/Team/**", r"C:\x", None, "a drive may be it"),
        (W, "//*/Team/**", r"\\files\team\x", Some(true), "any server"),
        (W, "//**", r"C:\x", None, "shares, no drives"),
        (W, "**/.git/*", r"C:\repo\.GIT\config", Some(true), "anywhere"),
        (W, "**/.git/*", r"\\files\team\.git\config", Some(true), "on a share too"),
        (W, "**/.git/*", r"repo\.git\config", Some(true), "and below a folder"),
        (W, "**/.git/*", r"C:\repo\x", Some(false), "or not"),
        (W, "*.[P]EM", r"C:\a.pem", Some(true), "classes ignore case"),
        (W, "[!a-c]x", r"C:\Bx", Some(false), "those of others too"),
        (W, "ÄÖ/*", r"äö\x", Some(true), "beyond ASCII"),
        (W, "kit/*", "\u{212a}it/x", Some(false), "the sign of kelvin is no k to NTFS"),
        (W, "~/Documents/*", r"~\documents\x", Some(true), "home"),
        (W, "a\\[1\\]/*", "A[1]/x", Some(true), "a bracket made plain"),
        (M, "/private/etc/**", "/etc/hosts", Some(true), "by the link"),
        (M, "/ETC/**", "/private/etc/hosts", Some(true), "the other way round"),
        (M, "/System/Volumes/Data/Users/**", "/users/ann", Some(true), "by the firmlink"),
        (M, "/System/Volumes/Data/Private/Var/**", "/var/x", Some(true), "both"),
        (M, "/private/relay/*", "/private/relay/x", Some(true), "no link"),
        (M, "**/CAFE\u{301}/*", "/café/x", Some(true), "case and composition"),
        (M, "straße/*", "STRASSE/x", Some(true), "full folding"),
        (M, "[A-C]?", "/Éx/bé", Some(true), "classes ignore case"),
        (M, "caf[e\u{301}]", "café", Some(true), "a class is composed"),
        (M, "~/Library/**", "~/library/Keychains", Some(true), "home"),
    ] {
        let pattern = Pattern::glob_on(platform, glob, false).unwrap_or_else(|error| panic!("{glob}: {error}"));
        assert_eq!(pattern.matches(&normal(platform, path)), expected, "{} {path} matches {glob}: {why}", platform.word());
    }
}

#[test]
fn a_glob_that_would_never_match_says_why() {
    use PatternError::*;
    for (platform, glob, expected, why) in [
        (W, r"C:\Users\**", Drive, "a backslash is no separator here"),
        (W, r"src\*.rs", Separator, "nor here: a star is in no name"),
        (W, r"src\lib", Separator, "nor before a letter"),
        (W, "c:x", Drive, "no separator behind the drive"),
        (W, "C:", Drive, "nor here"),
        (W, "a:b", Drive, "no drive"),
        (W, "**/a:b", Drive, "a stream"),
        (W, "[CD]:/x", Drive, "write alternatives"),
        (W, "/etc/**", Rooted, "no drive"),
        (W, "{,a}/x", Rooted, "on one way"),
        (W, "//", Slash, "no server"),
        (W, "///a", Slash, "nor here"),
        (W, "C://x", Slash, "an empty component"),
        (M, "/private/*", Alias, "`/private/etc` is `/etc`"),
        (M, "/private", Alias, "holds what seems to lie beside it"),
        (M, "{/private/etc,/x}/*", Alias, "one glob each"),
        (M, "/{private,x}/etc", Alias, "one glob each"),
        (M, "[ß]", Class, "two characters in normal form"),
        (M, "a\u{200b}\u{200c}", Character, "an invisible character"),
        (P, "~/../x", Dots, "no component of a normal form"),
        (P, "~//x", Slash, "nor an empty one"),
    ] {
        assert_eq!(Pattern::glob_on(platform, glob, false).unwrap_err(), expected, "{} {glob}: {why}", platform.word());
    }
}
