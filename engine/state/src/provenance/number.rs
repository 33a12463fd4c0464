//! Decimal numbers in texts.

/// Numbers of more digits are not kept; zeros that don't matter don't count.
const MOST_DIGITS: usize = 34;

/// Why something has no normal form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// It is a number of more than [`MOST_DIGITS`] digits.
    Long,
    /// It is no number.
    Other,
}

/// Calls `found` with every number in a text, in normal form.
///
/// Digits with `.` and `,` between them are looked at together: between commas there are numbers (`1,2.5,3`), and if the commas can be between
/// thousands the whole is one as well. What has two points between commas is none (`192.168.0.1`), nor what a letter stands at (`x86`, `5kg`).
pub(super) fn each(text: &str, mut found: impl FnMut(&str)) {
    let mut at = 0;
    while let Some(start) = next_digit(text, at) {
        let end = run_end(text, start);
        let (before, behind) = (text.get(..start).unwrap_or_default(), text.get(end..).unwrap_or_default());
        let tied = before.ends_with(char::is_alphanumeric);
        let ties = behind.starts_with(char::is_alphanumeric);
        let negative = is_negative(before);
        let run = text.get(start..end).unwrap_or_default();
        let last = run.matches(',').count();
        for (place, piece) in run.split(',').enumerate() {
            if !(tied && place == 0 || ties && place == last)
                && let Ok(number) = normal_digits(negative && place == 0, piece)
            {
                found(&number);
            }
        }
        if last > 0
            && !tied
            && !ties
            && let Ok(number) = normal_run(negative, run)
        {
            found(&number);
        }
        at = end;
    }
}

/// A value in the form that [`each`] gives.
pub(super) fn normal(value: &str) -> Result<String, Unread> {
    let value = value.trim_matches(super::text::is_blank);
    let (negative, run) = match value.strip_prefix(['-', MINUS]) {
        Some(run) => (true, run),
        None => (false, value.strip_prefix('+').unwrap_or(value)),
    };
    if !run.starts_with(|first: char| first.is_ascii_digit()) || run_end(run, 0) != run.len() {
        return Err(Unread::Other);
    }
    normal_run(negative, run)
}

const MINUS: char = '\u{2212}';

fn next_digit(text: &str, at: usize) -> Option<usize> {
    let offset = text.as_bytes().get(at..)?.iter().position(u8::is_ascii_digit)?;
    at.checked_add(offset)
}

/// Where digits, with single `.` and `,` between them, that begin at a place end.
fn run_end(text: &str, start: usize) -> usize {
    let mut bytes = text.bytes().enumerate().skip(start).peekable();
    let mut end = start;
    while let Some((at, byte)) = bytes.next() {
        let goes_on = byte.is_ascii_digit() || matches!(byte, b'.' | b',') && bytes.peek().is_some_and(|(_, next)| next.is_ascii_digit());
        if !goes_on {
            break;
        }
        end = at + 1;
    }
    end
}

/// Whether there is a minus before a number, which isn't a dash between words or the numbers of a date.
fn is_negative(before: &str) -> bool {
    before.strip_suffix(['-', MINUS]).is_some_and(|before| !before.ends_with(char::is_alphanumeric))
}

/// The normal form of digits and `.` and `,` between them, all of which is one number.
fn normal_run(negative: bool, run: &str) -> Result<String, Unread> {
    let whole = run.split_once('.').map_or(run, |(whole, _)| whole);
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let rest = run.get(whole.len()..).unwrap_or_default();
    let grouped = whole.len() == first.len() || first.len() <= 3 && groups.all(|group| group.len() == 3);
    if !grouped || rest.contains(',') {
        return Err(Unread::Other);
    }
    normal_digits(negative, &run.replace(',', ""))
}

/// The normal form of digits that have `.` between them, if at most one.
fn normal_digits(negative: bool, digits: &str) -> Result<String, Unread> {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if fraction.contains('.') {
        return Err(Unread::Other);
    }
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    if whole.len().saturating_add(fraction.len()) > MOST_DIGITS {
        return Err(Unread::Long);
    }
    let mut normal = String::with_capacity(MOST_DIGITS + 3);
    if negative && !(whole.is_empty() && fraction.is_empty()) {
        normal.push('-');
    }
    normal.push_str(if whole.is_empty() { "0" } else { whole });
    if !fraction.is_empty() {
        normal.push('.');
        normal.push_str(fraction);
    }
    Ok(normal)
}
