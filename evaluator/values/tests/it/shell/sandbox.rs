//! Real shells in a root of their own, where every program only records that it was started.
//!
//! Nothing is run outside of it: no network, nothing of the host but the shells and their libraries, read only, and a scratch
//! folder in memory.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What shells made of a command line.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// The programs that bash started.
    pub(super) bash: BTreeSet<String>,
    /// The programs that dash started.
    pub(super) dash: BTreeSet<String>,
    /// Whether bash accepts it (`bash -n`).
    pub(super) accepted: bool,
}

/// Programs that run others: the real ones are started behind the recorder.
const REAL: &[&str] = &["env", "nice", "nohup", "timeout", "xargs", "find", "setsid", "stdbuf", "flock", "ionice", "cat", "sed", "mawk"];

/// Records its name and its words, and is what it is called where that runs others.
const RECORDER: &str = r#"#!/reach/bash -p
name=${0##*/}
printf '%s\n' "$name" >> /scratch/log
if [[ -x /reach/real/$name ]]; then exec "/reach/real/$name" "$@"; fi
read -r status < /scratch/status
exit "$status"
"#;

/// Runs each text by each shell, once where all programs succeed and once where all fail.
const DRIVER: &str = r#"
declare -A seen
settle() { local i; for ((i = 0; i < 400; i++)); do set -- /proc/[0-9]*; (($# <= 2)) && return; read -rt 0.005 <> /scratch/never; done; }
for file in /in/*; do
  n=${file##*/}
  IFS= read -rd '' text < "$file"
  printf '@ %s\n' "$n"
  if /reach/bash -n "$file" 2>/dev/null; then printf 'accepted\n'; fi
  for shell in bash dash; do
    for status in 0 1; do
      printf '%s\n' "$status" > /scratch/status
      : > /scratch/log
      cd /scratch/work || exit
      (ulimit -t 5 -f 2048 -v 4000000; exec /reach/real/timeout -k 1 4 "/reach/$shell" -c "$text") < /reach/stdin > /dev/null 2>&1
      settle
      while read -r name; do seen[$name]=1; done < /scratch/log
      for name in "${!seen[@]}"; do printf '%s %s\n' "$shell" "$name"; done
      seen=()
    done
  done
done
printf 'end\n'
"#;

fn which(name: &str) -> Option<PathBuf> {
    ["/usr/bin", "/bin"].iter().map(|d| Path::new(d).join(name)).find(|p| p.exists())
}

/// Returns why it can't be run.
fn missing() -> Option<String> {
    for program in ["bwrap", "bash", "dash", "timeout"] {
        if which(program).is_none() {
            return Some(format!("{program} isn't here"));
        }
    }
    let works = Command::new("bwrap").args(["--ro-bind", "/", "/", "--unshare-all", "true"]).stderr(Stdio::null()).status().is_ok_and(|s| s.success());
    (!works).then(|| "bwrap can't make namespaces here".to_owned())
}

/// Runs command lines; none where that isn't possible here.
pub(super) fn run(texts: &[&str]) -> Option<Vec<Outcome>> {
    if let Some(why) = missing() {
        crate::skip("running command lines in real shells", &why);
        return None;
    }
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let root = std::env::temp_dir().join(format!("reach-shell-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
    let outcomes = run_in(&root, texts);
    let _ = fs::remove_dir_all(&root);
    Some(outcomes)
}

fn run_in(root: &Path, texts: &[&str]) -> Vec<Outcome> {
    let (bin, inputs) = (root.join("bin"), root.join("in"));
    fs::create_dir_all(&bin).unwrap();
    fs::create_dir_all(&inputs).unwrap();
    let recorder = root.join("recorder");
    fs::write(&recorder, RECORDER).unwrap();
    fs::set_permissions(&recorder, fs::Permissions::from_mode(0o755)).unwrap();
    let mut names: BTreeSet<String> = REAL.iter().map(|n| (*n).to_owned()).collect();
    names.extend(["sh", "bash", "dash", "awk", "id", "rm"].map(str::to_owned));
    for (i, text) in texts.iter().enumerate() {
        fs::write(inputs.join(format!("{i:06}")), text).unwrap();
        // Whatever it may start is there to be started; but for names that are options, which no program has.
        let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "_.+-".contains(c)));
        names.extend(words.filter(|w| !w.is_empty() && w.len() < 40 && !w.starts_with(['.', '-'])).map(str::to_owned));
        let quoted: String = text.chars().filter(|c| !"'\"\\".contains(*c)).collect();
        let words = quoted.split(|c: char| !(c.is_ascii_alphanumeric() || "_.+-[]".contains(c)));
        names.extend(words.filter(|w| !w.is_empty() && w.len() < 40 && !w.starts_with(['.', '-'])).map(str::to_owned));
    }
    for name in &names {
        fs::hard_link(&recorder, bin.join(name)).unwrap();
    }
    fs::write(root.join("stdin"), "one two\nthree\n").unwrap();
    fs::write(root.join("driver"), DRIVER).unwrap();
    let output = fs::File::create(root.join("output")).unwrap();
    let mut command = Command::new("bwrap");
    command.args(["--unshare-all", "--die-with-parent", "--new-session", "--clearenv", "--setenv", "PATH", "/bin", "--setenv", "HOME", "/scratch"]);
    for library in ["/lib", "/lib64", "/usr/lib", "/usr/lib64"] {
        if Path::new(library).exists() {
            command.args(["--ro-bind", library, library]);
        }
    }
    let bind = |command: &mut Command, from: &Path, to: &str| {
        command.arg("--ro-bind").arg(from).arg(to);
    };
    for shell in ["bash", "dash"] {
        bind(&mut command, &which(shell).unwrap(), &format!("/reach/{shell}"));
    }
    for (real, name) in REAL.iter().map(|n| (*n, *n)).chain([("dash", "sh"), ("dash", "dash"), ("bash", "bash"), ("mawk", "awk")]) {
        if let Some(path) = which(real) {
            bind(&mut command, &fs::canonicalize(path).unwrap(), &format!("/reach/real/{name}"));
        }
    }
    for (from, to) in [("bin", "/bin"), ("in", "/in"), ("stdin", "/reach/stdin"), ("driver", "/reach/driver")] {
        bind(&mut command, &root.join(from), to);
    }
    command.args(["--symlink", "/bin", "/usr/bin", "--proc", "/proc", "--dev", "/dev", "--size", "50000000", "--tmpfs", "/scratch"]);
    command.args(["--dir", "/scratch/work", "--dir", "/tmp", "--remount-ro", "/", "--chdir", "/scratch/work"]);
    command.args(["/reach/bash", "-c", "read -rt 0 < /dev/null; : > /scratch/never; . /reach/driver"]);
    let mut child = command.stdin(Stdio::null()).stdout(output).stderr(fs::File::create(root.join("errors")).unwrap()).spawn().unwrap();
    let begin = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if begin.elapsed() > Duration::from_secs(300) {
            child.kill().unwrap();
            panic!("the shells take too long");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let output = String::from_utf8_lossy(&fs::read(root.join("output")).unwrap()).into_owned();
    let errors = fs::read_to_string(root.join("errors")).unwrap_or_default();
    assert!(output.ends_with("end\n"), "the driver didn't end:\n{errors}\n{}", output.get(output.len().saturating_sub(500)..).unwrap_or(""));
    read(&output, texts.len())
}

fn read(output: &str, len: usize) -> Vec<Outcome> {
    let mut outcomes: Vec<Outcome> = (0..len).map(|_| Outcome::default()).collect();
    let mut at = 0;
    for line in output.lines() {
        match line.split_once(' ') {
            Some(("@", n)) => at = n.parse().unwrap(),
            Some(("bash", name)) => drop(outcomes[at].bash.insert(name.to_owned())),
            Some(("dash", name)) => drop(outcomes[at].dash.insert(name.to_owned())),
            None if line == "accepted" => outcomes[at].accepted = true,
            None if line == "end" => {}
            _ => panic!("unknown line {line}"),
        }
    }
    outcomes
}

#[test]
fn the_sandbox_records_what_is_started() {
    let Some(outcomes) = run(&["first; second | third", "(", "sh -c 'inner'", "good && bad"]) else { return };
    let set = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(outcomes[0].bash, set(&["first", "second", "third"]));
    assert_eq!(outcomes[0].dash, set(&["first", "second", "third"]));
    assert!(outcomes[0].accepted && !outcomes[1].accepted);
    assert_eq!(outcomes[2].bash, set(&["sh", "inner"]));
    assert_eq!(outcomes[3].bash, set(&["good", "bad"]));
}
