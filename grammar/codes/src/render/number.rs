//! Numbers in text for people.

/// Returns a number with commas between thousands, for example `12,000`.
#[must_use]
pub fn number(n: impl TryInto<u64>) -> String {
    let digits = n.try_into().unwrap_or(u64::MAX).to_string();
    let mut out = String::new();
    for (at, c) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// Returns a number with its noun, for example `1 file`, `12,000 files` or `2 properties`.
#[must_use]
pub fn count(n: impl TryInto<u64>, noun: &str) -> String {
    let n = n.try_into().unwrap_or(u64::MAX);
    // `entry` and `entries`, but `key` and `keys`.
    let stem = noun.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u']));
    let noun = match (n, stem) {
        (1, _) => noun.to_owned(),
        (_, Some(stem)) => format!("{stem}ies"),
        (_, None) => format!("{noun}s"),
    };
    format!("{} {noun}", number(n))
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn numbers_come_with_their_nouns() {
        assert_eq!(count(0_usize, "file"), "0 files");
        assert_eq!(count(1_u64, "file"), "1 file");
        assert_eq!(count(999_u32, "entry"), "999 entries");
        assert_eq!(count(2_u32, "trusted key"), "2 trusted keys");
        assert_eq!(count(1000_usize, "file"), "1,000 files");
        assert_eq!(count(1_234_567_u64, "file"), "1,234,567 files");
        assert_eq!(count(u128::MAX, "file"), "18,446,744,073,709,551,615 files");
    }
}
