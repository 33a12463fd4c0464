//! `find`, which runs commands and removes files.

use super::Opaque;
use super::run::Effects;
use super::word::Word;
use super::wrappers::substitute;

pub(super) fn inspect(name: &str, args: &[Word], effects: &mut Effects) -> bool {
    if name != "find" {
        return false;
    }
    // An unknown word may be `-exec` where something else may end its command.
    let ends = args.iter().any(|w| matches!(w.value.as_deref(), Some(";" | "+")));
    let (mut rest, mut before) = (args, None);
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        let takes = std::mem::replace(&mut before, first.value.as_deref()).is_some_and(|b| VALUED.contains(&b));
        match first.value.as_deref() {
            Some("-exec" | "-execdir" | "-ok" | "-okdir") => {
                let end = end_of(behind);
                let Some(mut words) = end.and_then(|e| behind.get(..e)).map(<[Word]>::to_vec) else {
                    effects.note(Opaque::Wrapper);
                    return true;
                };
                if words.iter().any(|w| w.value.is_none()) {
                    effects.note(Opaque::Wrapper);
                }
                substitute(&mut words, "{}");
                effects.elsewhere |= first.value.as_deref().is_some_and(|o| o.ends_with("dir"));
                effects.run(&words);
                rest = end.and_then(|e| behind.get(e + 1..)).unwrap_or(&[]);
            }
            Some(_) => {}
            None if first.splits || (ends && !takes && first.may_be_option()) => effects.note(Opaque::Wrapper),
            None => {}
        }
    }
    true
}

/// Tests that take a word.
const VALUED: &[&str] = &[
    "-name",
    "-iname",
    "-path",
    "-ipath",
    "-regex",
    "-iregex",
    "-type",
    "-mtime",
    "-mmin",
    "-newer",
    "-size",
    "-perm",
    "-user",
    "-group",
    "-maxdepth",
    "-mindepth",
];

/// Returns what `find` reads and writes by its words, beside what it finds.
pub(super) fn files(args: &[Word], mut add: impl FnMut(bool, &Word)) -> bool {
    // Options that stand before the folders.
    let before = args.iter().take_while(|w| w.value.as_deref().is_some_and(|t| matches!(t, "-H" | "-L" | "-P") || t.starts_with("-O"))).count();
    let args = args.get(before..).unwrap_or(args);
    let starts = args.iter().position(|w| w.value.as_deref().is_some_and(|t| t.starts_with(['-', '(', '!']))).unwrap_or(args.len());
    args.iter().take(starts).for_each(|word| add(false, word));
    if starts == 0 {
        add(false, &Word::literal("."));
    }
    let mut removes = args.iter().any(|w| w.value.is_none());
    let mut words = args.iter().skip(starts);
    while let Some(word) = words.next() {
        let writes = match word.value.as_deref() {
            Some("-delete") => {
                removes = true;
                continue;
            }
            Some("-fprint" | "-fprint0" | "-fls" | "-fprintf") => true,
            Some(text) if text.starts_with("-newer") || matches!(text, "-anewer" | "-cnewer" | "-samefile" | "-files0-from") => false,
            _ => continue,
        };
        if let Some(word) = words.next() {
            add(writes, word);
        }
    }
    removes
}

/// Returns where the command of `-exec` ends: at `;`, or at a `+` behind `{}`.
fn end_of(words: &[Word]) -> Option<usize> {
    let text = |i: usize| words.get(i).and_then(|w| w.value.as_deref());
    (0..words.len()).find(|&i| text(i) == Some(";") || (text(i) == Some("+") && i > 0 && text(i - 1) == Some("{}")))
}
