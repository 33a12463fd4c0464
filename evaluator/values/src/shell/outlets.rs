//! Options by which ordinary programs run others, as GTFOBins lists them and as allowlists of agents were evaded with.

use super::Opaque;
use super::run::Effects;
use super::word::Word;

/// Such options of a program: letters, long names (which may be abbreviated), and words that matter wherever they stand.
struct Outlet {
    programs: &'static [&'static str],
    short: &'static str,
    long: &'static [&'static str],
    words: &'static [&'static str],
}

const fn outlet(programs: &'static [&'static str], short: &'static str, long: &'static [&'static str], words: &'static [&'static str]) -> Outlet {
    Outlet { programs, short, long, words }
}

pub(super) fn inspect(name: &str, args: &[Word], effects: &mut Effects) -> bool {
    let mut known = false;
    for outlet in OUTLETS.iter().filter(|o| o.programs.contains(&name)) {
        known = true;
        // The letters of old programs (`tar`) need no dash in the first word.
        let bundled = |arg: &Word| outlet.programs.contains(&"tar") && arg.value.as_deref().is_some_and(|t| t.contains(|c| outlet.short.contains(c)));
        let ended = args.iter().position(|a| a.value.as_deref() == Some("--")).unwrap_or(args.len());
        // An archive of another host is read there by another program (tar(1), cpio(1)).
        let elsewhere = |arg: &Word| {
            let text = arg.value.as_deref().unwrap_or(&arg.prefix);
            let names = !text.starts_with(['/', '.']) && (!text.starts_with("--") || text.starts_with("--f"));
            names && text != "--force-local" && (text.contains(':') || arg.value.is_none())
        };
        let local = args.iter().any(|a| a.value.as_deref() == Some("--force-local"));
        if matches!(name, "tar" | "star" | "cpio") && !local && args.iter().any(elsewhere) {
            effects.note(Opaque::Wrapper);
        }
        if args.iter().enumerate().any(|(i, arg)| opens(outlet, arg, i > ended)) || args.first().is_some_and(bundled) {
            effects.note(Opaque::Wrapper);
        }
    }
    known
}

fn opens(outlet: &Outlet, arg: &Word, ended: bool) -> bool {
    let Some(text) = arg.value.as_deref() else {
        return (!ended && (arg.may_be_option() || arg.splits)) || outlet.words.iter().any(|w| w.starts_with(&*arg.prefix) || arg.prefix.starts_with(w));
    };
    // One that ends in a sign is the beginning of a word.
    if outlet.words.iter().any(|w| text == *w || (!w.ends_with(|c: char| c.is_alphanumeric()) && text.starts_with(w))) {
        return true;
    }
    if ended {
        return false;
    }
    if let Some(long) = text.strip_prefix("--").filter(|l| !l.is_empty()) {
        return abbreviates(long, outlet.long);
    }
    // Values that are attached to other options are taken for letters too: rather too many than too few.
    text.strip_prefix('-').is_some_and(|letters| letters.chars().any(|c| outlet.short.contains(c)) || abbreviates(letters, outlet.long))
}

/// Returns whether an option without its dashes may be short for one of these names.
pub(super) fn abbreviates(option: &str, names: &[&str]) -> bool {
    let stem = option.split('=').next().unwrap_or(option);
    !stem.is_empty() && names.iter().any(|n| n.starts_with(stem) && (stem.len() > 1 || n.len() == 1))
}

const OUTLETS: &[Outlet] = &[
    outlet(
        &["tar", "bsdtar", "star"],
        "IF",
        &["checkpoint-action", "to-command", "use-compress-program", "info-script", "new-volume-script", "rsh-command", "rmt-command"],
        &[],
    ),
    outlet(&["rsync"], "eM", &["rsh", "rsync-path", "remote-option", "early-input"], &[]),
    outlet(&["scp", "sftp"], "SoDF", &[], &[]),
    outlet(&["sort"], "", &["compress-program"], &[]),
    outlet(&["split"], "", &["filter"], &[]),
    outlet(&["rg", "ripgrep"], "", &["pre", "hostname-bin", "search-zip"], &[]),
    outlet(&["ag", "ack", "pt"], "", &["pager", "output", "ackrc"], &[]),
    outlet(&["man", "apropos", "whatis", "info"], "PHBXTl", &["pager", "html", "gxditview", "troff-device", "preprocessor", "local-file"], &[]),
    outlet(&["less", "more", "most"], "kKTPo", &["lesskey-file", "lesskey-src", "lesskey-content", "tag-file"], &["+"]),
    outlet(&["zip"], "T", &["unzip-command", "test"], &[]),
    outlet(&["ssh-keygen"], "Dw", &[], &[]),
    outlet(&["go"], "", &["exec", "toolexec", "vettool", "overlay"], &["run", "generate", "tool"]),
    outlet(&["cargo"], "", &["config"], &[]),
    outlet(&["npm", "pnpm", "yarn"], "", &["script-shell", "node-options", "shell", "shell-mode"], &["exec", "x", "dlx", "create", "init", "explore"]),
    outlet(&["uv"], "", &[], &["run", "tool", "x"]),
    outlet(&["gh"], "", &[], &["alias", "extension", "ext", "codespace", "cs", "config"]),
    outlet(&["fd", "fdfind"], "xX", &["exec", "exec-batch"], &[]),
    outlet(&["fzf", "sk"], "", &["preview", "bind", "execute", "with-shell", "listen"], &[]),
    outlet(&["bat", "batcat", "delta"], "", &["pager", "map-syntax"], &["cache"]),
    outlet(&["wget", "wget2"], "e", &["use-askpass", "execute", "config"], &[]),
    outlet(&["tcpdump"], "z", &["postrotate-command"], &[]),
    outlet(&["nc", "ncat", "netcat"], "ec", &["exec", "sh-exec", "lua-exec"], &[]),
    outlet(&["nmap"], "", &["script", "interactive", "datadir"], &[]),
    outlet(&["dpkg"], "", &["pre-invoke", "post-invoke", "status-logger", "admindir", "root", "instdir"], &[]),
    outlet(&["apt", "apt-get", "apt-cache", "aptitude"], "oc", &["option", "config-file"], &[]),
    outlet(&["yum", "dnf", "rpm", "zypper"], "cE", &["eval", "pipe", "setopt", "config", "plugin", "define"], &["shell"]),
    outlet(
        &["gcc", "g++", "cc", "c++", "clang", "clang++", "gfortran", "ld"],
        "B",
        &["wrapper", "fplugin", "plugin", "specs", "fuse-ld", "ld-path", "load"],
        &["@"],
    ),
    outlet(&["openssl"], "", &["engine", "provider", "provider-path"], &["engine"]),
    outlet(&["cpio"], "", &["rsh-command", "to-stdout-command"], &[]),
    outlet(&["sdiff", "diff3"], "", &["diff-program"], &[]),
    outlet(&["patch"], "e", &["ed"], &[]),
    outlet(&["pandoc"], "FL", &["filter", "lua-filter", "pdf-engine", "defaults"], &[]),
    outlet(&["ctags", "etags"], "", &["options", "optlib-dir", "langdef"], &[]),
    outlet(&["pdflatex", "latex", "xelatex", "lualatex", "tex", "luatex", "latexmk"], "e", &["shell-escape", "enable-write18"], &[]),
    outlet(&["helm"], "", &["post-renderer"], &["plugin"]),
    outlet(&["terraform", "tofu"], "", &[], &["console"]),
    outlet(&["journalctl", "systemctl", "loginctl", "timedatectl"], "", &[], &["edit"]),
    outlet(&["logrotate", "logsave", "savelog"], "lm", &["mail", "log"], &[]),
    outlet(&["xdg-open", "open", "sensible-browser", "sensible-editor", "sensible-pager", "x-www-browser", "start"], "", &[], &[""]),
    outlet(&["sshfs"], "oF", &["option"], &[]),
    outlet(&["groff", "troff", "gtroff", "pic", "eqn", "tbl"], "U", &["unsafe"], &[]),
    outlet(&["ctest"], "S", &["script", "build-and-test", "test-command"], &[]),
    outlet(&["mvn", "mvnw"], "", &[], &["exec:", "org.codehaus.mojo:", "antrun:"]),
    outlet(&["gradle", "gradlew"], "I", &["init-script"], &[]),
    outlet(&["hg"], "", &["config", "config-file", "ssh", "remotecmd"], &["bisect", "debug"]),
    outlet(&["svn"], "", &["editor-cmd", "diff-cmd", "diff3-cmd", "merge-cmd", "config-option", "config-dir"], &[]),
    outlet(&["restic", "borg", "rclone"], "o", &["password-command", "rsh", "remote-path", "option"], &[]),
    outlet(&["mutt", "mail", "mailx", "sendmail"], "eEFSCIO", &[], &["~"]),
    outlet(&["ffmpeg", "ffprobe"], "", &[], &["|"]),
    outlet(&["pip", "pip3"], "", &["global-option", "config-settings", "install-option", "python", "editable"], &["download-exec"]),
    outlet(&["make", "gmake", "bmake"], "E", &["eval"], &["SHELL=", "MAKEFLAGS="]),
];
