//! Rules that differ in a number: the texts are those that are measured beside other engines.

/// Returns a rule's text with its number and its limit in their places.
#[must_use]
pub fn fill(rule: &str, number: usize) -> String {
    rule.replace("$n", &number.to_string()).replace("$limit", &limit(number).to_string())
}

/// Returns the limit of the amount in a rule.
#[must_use]
pub const fn limit(number: usize) -> u64 {
    10 + number as u64 % 1_000
}

/// Returns a text for each of so many rules, after what stands once.
#[must_use]
pub fn each(head: &str, rule: &str, rules: usize) -> String {
    let mut text = head.to_owned();
    text.extend((0..rules).map(|number| fill(rule, number)));
    text
}

/// Cuts text into files that are small enough for the language, where a blank line ends a declaration.
#[must_use]
pub fn files(text: &str) -> Vec<(String, String)> {
    let mut files: Vec<String> = Vec::new();
    for declaration in text.split_inclusive("\n\n") {
        match files.last_mut() {
            Some(last) if last.len() + declaration.len() <= 1 << 19 => last.push_str(declaration),
            _ => files.push(declaration.to_owned()),
        }
    }
    files.into_iter().enumerate().map(|(n, text)| (format!("part_{n:03}.reach"), text)).collect()
}
