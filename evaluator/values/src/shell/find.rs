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
    let mut rest = args;
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
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
            None if first.splits || (ends && first.may_be_option()) => effects.note(Opaque::Wrapper),
            None => {}
        }
    }
    true
}

/// Returns where the command of `-exec` ends: at `;`, or at a `+` behind `{}`.
fn end_of(words: &[Word]) -> Option<usize> {
    let text = |i: usize| words.get(i).and_then(|w| w.value.as_deref());
    (0..words.len()).find(|&i| text(i) == Some(";") || (text(i) == Some("+") && i > 0 && text(i - 1) == Some("{}")))
}
