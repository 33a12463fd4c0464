//! What a text names, and whether that is within something.

use super::{M, P, W, normal};
use proptest::prelude::*;
use reach_values::path::{self, PathError, Platform, normalize_on, within};
use std::borrow::Cow;

#[test]
fn a_text_has_the_normal_form_of_what_it_names_or_is_refused() {
    use PathError::*;
    for (platform, text, expected, why) in [
        (P, "/repo/../etc/passwd", Ok("/etc/passwd"), "`..` is resolved before anything is compared"),
        (P, "/repo/./../repo/../../etc", Ok("/etc"), "nothing is above the root"),
        (P, "//etc/passwd", Ok("/etc/passwd"), "two slashes are one"),
        (P, "/etc//passwd/.", Ok("/etc/passwd"), "neither a dot nor a slash at the end is a component"),
        (P, "/repo/..%2fetc", Ok("/repo/..%2fetc"), "a file system decodes nothing; Apache did, twice (CVE-2021-41773, CVE-2021-42013)"),
        (P, "/repo/%2e%2e/etc", Ok("/repo/%2e%2e/etc"), "the same for dots"),
        (P, "/repo/..\u{2215}etc", Ok("/repo/..\u{2215}etc"), "a division slash is a character of a name"),
        (P, "/repo/..\u{ff0f}etc", Ok("/repo/..\u{ff0f}etc"), "so is a fullwidth solidus"),
        (P, "/repo/\u{ff0e}\u{ff0e}/etc", Ok("/repo/\u{ff0e}\u{ff0e}/etc"), "fullwidth dots are a name (IIS took them for dots, CVE-2000-0884)"),
        (P, "/repo/..\\etc", Ok("/repo/..\\etc"), "a backslash is a character of a name"),
        (P, "/repo/...", Ok("/repo/..."), "three dots are a name"),
        (P, "/repo/.. ", Ok("/repo/.. "), "so is a blank behind two"),
        (P, "/etc/passwd\0.png", Err(Nul), "C ends the text there; PHP opened it (CVE-2006-7243)"),
        (P, "", Err(Empty), "nothing"),
        (P, "/Etc", Ok("/Etc"), "case counts"),
        (P, "cafe\u{301}", Ok("cafe\u{301}"), "characters are not composed"),
        (P, "a/b/../../..", Ok(".."), "climbs out of where it begins"),
        (P, "~", Ok("~"), "the home of the user"),
        (P, "~/.ssh/../x", Ok("~/x"), "below it"),
        (P, "~/..", Ok("~/.."), "above it: not `.`"),
        (P, "~root/.ssh", Ok("~root/.ssh"), "the home of somebody else"),
        (P, "~//x/", Ok("~/x"), "slashes as ever"),
        (P, "./~/x", Ok("./~/x"), "a folder whose name is a tilde: shells replace none here"),
        (P, "a/../~x", Ok("./~x"), "the first component that is left begins with a tilde, but no shell saw it so"),
        (P, "../~x", Ok("../~x"), "nothing to be confused with"),
        (P, "a/~", Ok("a/~"), "a tilde counts at the beginning only"),
        (W, r"C:\Users\Ann\a.TXT", Ok("//c:/users/ann/a.txt"), "a drive; case doesn't count"),
        (W, "C:/Users\\Ann/", Ok("//c:/users/ann"), "both separators"),
        (W, r"C:\", Ok("//c:/"), "the root of a drive"),
        (W, r"C:\..\..\Windows", Ok("//c:/windows"), "nothing is above it"),
        (W, r"\\?\C:\Users\Ann", Ok("//c:/users/ann"), "the same, said to the object manager"),
        (W, r"\\?\C:\Users\..\Windows", Err(Verbatim), "there `..` is a name"),
        (W, r"\\?\C:\Users/x", Err(Verbatim), "there `/` is no separator"),
        (W, r"\\?\C:\secret.txt.", Err(Verbatim), "there the dot at the end stays"),
        (W, r"\\?\C:", Err(Verbatim), "the device of the drive"),
        (W, r"\\?\UNC\Server\Share\x", Ok("//server/share/x"), "a share, said so"),
        (W, r"\\?\GLOBALROOT\Device\HarddiskVolume1\x", Err(Verbatim), "devices by another name"),
        (W, r"\\?\Volume{26a21bda-a627-11d7-9931-806e6f6e6963}\x", Err(Verbatim), "a drive by its number"),
        (W, "//?/C:/Users", Err(Device), "neither verbatim nor plain"),
        (W, r"\\.\PhysicalDrive0", Err(Device), "a device"),
        (W, r"\\.\C:\Users", Err(Device), "and a file through one"),
        (W, r"\??\C:\Users", Err(Rooted), "a name of the object manager"),
        (W, r"\\Server\Share", Ok("//server/share"), "a share"),
        (W, r"\\Server\Share\..\..\x", Ok("//server/share/x"), "nothing is above a share"),
        (W, r"\\Server", Err(Share), "a server is no folder"),
        (W, r"\\\Server\Share", Err(Share), "nor is nothing a server"),
        (W, r"\\Server\..\x", Err(Share), "nor `..` a share"),
        (W, r"\\localhost\pipe\docker_engine", Err(Device), "a named pipe"),
        (W, "//c:/users", Ok("//c:/users"), "the normal form reads back"),
        (W, "//c:", Err(DriveRelative), "but this is none"),
        (W, r"\\c:\users", Err(Stream), "nor this: a server can't be called so"),
        (W, "c:secret.txt", Err(DriveRelative), "below the current folder of the drive"),
        (W, "c:", Err(DriveRelative), "that folder itself"),
        (W, r"\Windows\win.ini", Err(Rooted), "at the root of the current drive"),
        (W, "/etc/passwd", Err(Rooted), "the same with a slash"),
        (W, "secret.txt::$DATA", Err(Stream), "the file by the name of its stream; IIS showed sources so (CVE-1999-0278)"),
        (W, r"C:\repo\a.txt:evil.exe", Err(Stream), "a stream beside the file"),
        (W, r"C:\repo\.git::$INDEX_ALLOCATION\config", Err(Stream), "a folder by its stream; git learned of it (CVE-2019-1352)"),
        (W, "CON.txt", Err(Device), "a device whatever the extension"),
        (W, r"C:\repo\nul", Err(Device), "in every folder"),
        (W, r"C:\repo\AUX .txt", Err(Device), "with a blank (Node.js, CVE-2025-27210)"),
        (W, "com1", Err(Device), "a port"),
        (W, "LPT\u{b2}", Err(Device), "Windows takes superscript digits for digits"),
        (W, "com10", Ok("com10"), "no port"),
        (W, "console.log", Ok("console.log"), "no device"),
        (W, r"C:\PROGRA~1\x", Err(ShortName), "stands for `Program Files`, or not"),
        (W, r"C:\repo\GIT~1\config", Err(ShortName), "stands for `.git` (CVE-2014-9390)"),
        (W, r"C:\repo\AB12CD~1.TXT", Err(ShortName), "the form with a hash"),
        (W, r"C:\repo\notes~2.markdown", Ok("//c:/repo/notes~2.markdown"), "too long an extension for a short name"),
        (W, r"C:\repo\a~b", Ok("//c:/repo/a~b"), "a tilde in a name"),
        (W, r"C:\repo\.env.", Ok("//c:/repo/.env"), "Win32 drops the dot at the end"),
        (W, r"C:\repo\.env . .", Ok("//c:/repo/.env"), "and whatever dots and blanks are there"),
        (W, r"C:\repo.\.env", Ok("//c:/repo/.env"), "and one dot of a folder"),
        (W, r"C:\repo \.env", Err(Trailing), "but not its blank"),
        (W, r"C:\repo\...\x", Err(Trailing), "Windows 95 went up two folders here"),
        (W, r"C:\repo\.. \x", Err(Trailing), "up for some, a name for others"),
        (W, r"C:\repo\ ", Err(Trailing), "nothing but a blank"),
        (W, "a?.txt", Err(Character), "a wildcard"),
        (W, "a\u{1}b", Err(Character), "a control character"),
        (W, "a|b", Err(Character), "no name of Windows"),
        (W, r"..\x", Ok("../x"), "relative"),
        (W, r"a\..\..\x", Ok("../x"), "and resolved"),
        (W, r"~\.ssh", Ok("~/.ssh"), "PowerShell replaces a tilde"),
        (W, r".\~x", Ok("./~x"), "but not here"),
        (W, "\u{212a}it", Ok("\u{212a}it"), "the sign of kelvin is no k to NTFS"),
        (W, "ÄÖΣΑΣ", Ok("äöσασ"), "letters beyond ASCII have case"),
        (W, "cafe\u{301}", Ok("cafe\u{301}"), "NTFS doesn't compose"),
        (W, "a\0", Err(Nul), "C ends the text there"),
        (W, "", Err(Empty), "nothing"),
        (M, "/Users/Ann/.SSH/ID_RSA", Ok("/users/ann/.ssh/id_rsa"), "case doesn't count"),
        (M, "/private/etc/hosts", Ok("/etc/hosts"), "`/etc` is a link to there"),
        (M, "/private/VAR/root", Ok("/var/root"), "in any case"),
        (M, "/private/../private/tmp", Ok("/tmp"), "resolved before"),
        (M, "/private", Err(Alias), "holds what seems to lie beside it"),
        (M, "/private/relay", Ok("/private/relay"), "no link leads here"),
        (M, "/System/Volumes/Data/Users/ann", Ok("/users/ann"), "a firmlink"),
        (M, "/System/Volumes/Data/private/etc", Ok("/etc"), "both"),
        (M, "/System/Volumes/Data", Ok("/"), "all of the user's data"),
        (M, "/.vol/16777220/2", Err(Alias), "a file by its number"),
        (M, "/.nofollow/etc/passwd", Err(Alias), "a prefix that says how links are followed"),
        (M, "/etc/passwd/..namedfork/data", Err(Alias), "the file by the name of its fork"),
        (M, "cafe\u{301}", Ok("caf\u{e9}"), "APFS takes composed and decomposed for the same"),
        (M, "STRASSE", Ok("strasse"), "and"),
        (M, "straße", Ok("strasse"), "these two (GHSA-r6q2-hw4h-h46w)"),
        (M, "\u{17f}ecret", Ok("secret"), "a long s is an s"),
        (M, "\u{212a}it", Ok("kit"), "the sign of kelvin is a k, by canonical equivalence"),
        (M, "ﬁle", Ok("file"), "a ligature is its letters"),
        (M, "ı", Ok("ı"), "a dotless i is no i"),
        (M, ".g\u{200c}it/config", Err(Invisible), "HFS+ ignores it: `.git/config` (CVE-2014-9390)"),
        (M, "~/Library", Ok("~/library"), "home paths too"),
        (M, "a:b", Ok("a:b"), "a colon is a character of a name"),
        (M, "a\0", Err(Nul), "C ends the text there"),
        (M, "", Err(Empty), "nothing"),
    ] {
        assert_eq!(normalize_on(platform, text).as_deref(), expected.as_deref(), "{} {text}: {why}", platform.word());
    }
}

#[test]
fn what_is_within_goes_by_what_is_named() {
    for (platform, a, b, expected, why) in [
        (P, "/repo-evil/x", "/repo", Some(false), "a prefix of the text is none of the path (CVE-2025-53110, MCP filesystem server)"),
        (P, "/repo/../etc/passwd", "/repo", Some(false), "out by `..` (CWE-22)"),
        (P, "/repo/link", "/repo", Some(true), "links aren't followed: that is for a fact of the host (CVE-2025-53109)"),
        (P, "/REPO/x", "/repo", Some(false), "case counts"),
        (P, "//repo/x", "/repo", Some(true), "two slashes are one"),
        (P, "~/.ssh/id_rsa", ".", None, "a home is not below the folder where one works, or it is"),
        (P, "~/.ssh/id_rsa", "/home", None, "nor is it known where it is"),
        (P, "~/.ssh/id_rsa", "/", None, "a tool that replaces no tilde has a relative path here"),
        (P, "/home/ann/.ssh", "~", None, "the other way round"),
        (P, "~/.ssh/id_rsa", "~/.ssh", Some(true), "but the same home is the same"),
        (P, "~/.sshx", "~/.ssh", Some(false), "by component"),
        (P, "~ann/.ssh", "~", None, "whose home is `~`?"),
        (P, "~/../bob/.ssh", "~", None, "above a home: bob may be the user"),
        (P, "~/x", "~/..", Some(true), "below what is above"),
        (P, "./~/x", "~", None, "a folder of that name is no home"),
        (P, "./~/x", ".", Some(true), "it lies where one works"),
        (P, "./~/x", "./~", Some(true), "and in itself"),
        (P, "~x", ".", None, "the same without the dot is a home"),
        (W, r"c:\USERS\ann\x", "C:/Users/Ann", Some(true), "case and separators don't count"),
        (W, r"C:\UsersX", r"C:\Users", Some(false), "by component"),
        (W, r"D:\Users\x", r"C:\Users", Some(false), "another drive"),
        (W, r"C:\x", r"C:\", Some(true), "the root of the drive"),
        (W, r"\\?\C:\Users\x", r"C:\Users", Some(true), "a verbatim path is the same"),
        (W, r"\\localhost\c$\Users\x", r"C:\Users", None, "a share may be the drive"),
        (W, r"\\files\team\x", r"\\files\team", Some(true), "the same share"),
        (W, r"\\files\team\x", r"\\10.0.0.1\team", None, "a server has many names"),
        (W, r"\\files\team\x", r"\\files\all", None, "a share may hold another"),
        (W, r"x\y", r"C:\", None, "a relative path may be anywhere"),
        (W, r"~\x", r"C:\Users", None, "so may a home"),
        (M, "/Private/Etc/hosts", "/etc", Some(true), "by the link"),
        (M, "/ETC/hosts", "/private/etc", Some(true), "the other way round"),
        (M, "/System/Volumes/Data/Users/ann/x", "/Users/Ann", Some(true), "by the firmlink"),
        (M, "/users/CAFE\u{301}/x", "/Users/café", Some(true), "case and composition"),
    ] {
        let (x, y) = (normal(platform, a), normal(platform, b));
        assert_eq!(within(&x, &y), expected, "{} {a} within {b}: {why}", platform.word());
    }
}

#[test]
fn a_path_is_joined_to_where_it_is_read() {
    for (base, path, expected) in [
        ("/srv", "a/b", "/srv/a/b"),
        ("/srv", ".", "/srv"),
        ("/srv", "../../x", "/x"),
        ("/srv", "/etc", "/etc"),
        ("/srv", "~/x", "~/x"),
        ("/srv", "./~x", "/srv/~x"),
        ("/", "a", "/a"),
        (".", "./~x", "./~x"),
        ("..", "../x", "../../x"),
        ("a", "../..", ".."),
        ("~", "../x", "~/../x"),
        ("~ann/a", "../b", "~ann/b"),
        ("//c:/users", "../x", "//c:/x"),
        ("//c:/", "..", "//c:/"),
        ("//c:/users", "//d:/x", "//d:/x"),
        ("//files/team", "../../x", "//files/team/x"),
        ("//files/team/a", "..", "//files/team"),
    ] {
        assert_eq!(path::join(base, path), expected, "{path} at {base}");
    }
}

#[test]
fn a_detour_of_macos_is_seen_when_it_is_whole() {
    assert_eq!(path::join_on(M, "/", "private/etc/hosts").as_deref(), Ok("/etc/hosts"));
    assert_eq!(path::join_on(M, "/system/volumes", "data/users").as_deref(), Ok("/users"));
    assert_eq!(path::join_on(M, "/users", "../private"), Err(PathError::Alias));
    assert_eq!(path::join_on(M, "/", ".vol/1/2"), Err(PathError::Alias));
    assert_eq!(path::join_on(P, "/", "private/etc").as_deref(), Ok("/private/etc"));
}

#[test]
fn a_path_has_parts_wherever_it_begins() {
    for (path, name, extension, parent, shown, absolute) in [
        ("//c:/", "", None, None, "c:/", Some(true)),
        ("//c:/a.txt", "a.txt", Some("txt"), Some("//c:/"), "c:/a.txt", Some(true)),
        ("//c:/a/b", "b", None, Some("//c:/a"), "c:/a/b", Some(true)),
        ("//files/team", "team", None, None, "//files/team", Some(true)),
        ("//files/team/a.b", "a.b", Some("b"), Some("//files/team"), "//files/team/a.b", Some(true)),
        ("~", "~", None, Some("~/.."), "~", None),
        ("~a.b", "~a.b", None, Some("~a.b/.."), "~a.b", None),
        ("~/..", "..", None, Some("~/../.."), "~/..", None),
        ("~/a", "a", None, Some("~"), "~/a", None),
        ("~/../a", "a", None, Some("~/.."), "~/../a", None),
        ("./~x.y", "~x.y", Some("y"), Some("."), "./~x.y", Some(false)),
        ("./~x/y", "y", None, Some("./~x"), "./~x/y", Some(false)),
        ("..", "..", None, Some("../.."), "..", Some(false)),
        ("/", "", None, None, "/", Some(true)),
    ] {
        assert_eq!((path::name(path), path::extension(path), path::parent(path).as_deref()), (name, extension, parent), "{path}");
        assert_eq!((path::shown(path), path::absolute(path)), (shown, absolute), "{path}");
    }
}

#[test]
fn sets_have_an_answer_where_all_paths_begin_alike() {
    let same = |a: &[&'static str], b: &[&'static str]| path::same_sets(a.iter().copied(), b.iter().copied());
    assert_eq!(same(&["~/a"], &["~/b"]), Some(false));
    assert_eq!(same(&["~/a"], &["a"]), None);
    assert_eq!(same(&["~/a"], &["~ann/a"]), None);
    assert_eq!(same(&["~/a", "b"], &["~/a", "b"]), Some(true));
    assert_eq!(same(&["//c:/a"], &["//d:/a"]), Some(false));
    assert_eq!(same(&["//c:/a"], &["//files/team"]), None);
    assert_eq!(same(&["//files/team/a"], &["//files/all"]), None);
    assert_eq!(path::same("//c:/a", "//d:/a"), Some(false));
    assert_eq!(path::same("~/a", "~/a"), Some(true));
    assert_eq!(path::same("~/a", "~/../a"), None);
    assert_eq!(path::same("./~", "~"), None);
}

#[test]
fn a_platform_has_a_word() {
    assert_eq!(Platform::ALL.map(Platform::word), ["posix", "windows", "macos"]);
    assert!(Platform::ALL.into_iter().all(|p| Platform::from_word(p.word()) == Some(p)));
    assert_eq!(Platform::from_word("Windows"), None);
    assert_eq!(Platform::ALL.map(|p| p as u8), [0, 1, 2]);
}

fn piece() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        2 => Just("/"), 1 => Just("\\"), 1 => Just(".."), 1 => Just("."), 3 => proptest::sample::select(vec!["a", "B", "a.b", "ß", "é", "e\u{301}", "Σ", "\u{212a}", "x y"]),
        1 => proptest::sample::select(vec!["~", "C:", "c:/", "\\\\?\\", "//s/t", " ", "nul", "a~1", ":", "private", "etc", "System/Volumes/Data", "\0", "?", "\u{200d}"]),
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![4 => proptest::collection::vec(piece(), 1..14).prop_map(|v| v.concat()), 1 => "\\PC{0,24}"]
}

fn platform() -> impl Strategy<Value = Platform> {
    proptest::sample::select(Platform::ALL.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_normal_form_is_stable_and_shown_reads_back(platform in platform(), text in text()) {
        if let Ok(normal) = normalize_on(platform, &text) {
            prop_assert_eq!(normalize_on(platform, &normal), Ok(Cow::Borrowed(&*normal)));
            let shown = path::shown(&normal);
            prop_assert_eq!(normalize_on(platform, shown).ok(), Some(normal.clone()));
        }
    }

    #[test]
    fn a_path_is_within_its_parent_and_itself(platform in platform(), text in text()) {
        if let Ok(normal) = normalize_on(platform, &text) {
            prop_assert_eq!(within(&normal, &normal), Some(true));
            prop_assert_eq!(path::same(&normal, &normal), Some(true));
            if let Some(up) = path::parent(&normal) {
                let again = normalize_on(platform, &up);
                // The parent of what lies in `/private` on macOS can't be named.
                prop_assert!(again.as_deref() == Ok(&*up) || platform == M && up == "/private", "{:?} {}", again, up);
                prop_assert_eq!(within(&normal, &up), Some(true));
                prop_assert!(path::same(&normal, &up) != Some(true));
            }
        }
    }

    #[test]
    fn a_path_joined_to_a_folder_is_read_there(platform in platform(), folder in text(), text in text()) {
        if let (Ok(base), Ok(next)) = (normalize_on(platform, &folder), normalize_on(platform, &text)) {
            let joined = path::join(&base, &next);
            let begins = |p: &str| path::is_absolute(p) || p.starts_with('~');
            let expected = if begins(&next) { next.to_string() } else { format!("{}/{next}", path::shown(&base)) };
            prop_assert_eq!(path::join_on(platform, &base, &next), normalize_on(platform, &expected).map(Cow::into_owned));
            if platform != M {
                prop_assert_eq!(path::join_on(platform, &base, &next), Ok(joined));
            }
        }
    }

    #[test]
    fn what_the_fuzzer_checks_holds(one in text(), other in text()) {
        reach_values::fuzz::fuzz_paths(format!("{one}\n{other}").as_bytes());
    }

    #[test]
    fn case_and_separators_do_not_count_where_they_do_not(text in text()) {
        for platform in [W, M] {
            let other = if platform == W { text.to_ascii_uppercase().replace('\\', "/") } else { text.to_ascii_uppercase() };
            let is_separator = |c: char| c == '/' || c == '\\';
            if platform == W && text.chars().take_while(|c| is_separator(*c)).count() > 1 {
                continue;
            }
            prop_assert_eq!(normalize_on(platform, &text).ok(), normalize_on(platform, &other).ok());
        }
    }
}
