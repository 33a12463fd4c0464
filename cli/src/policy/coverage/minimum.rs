//! How much must be covered.

use reach_coverage::{Measure, Total};

use super::Below;

/// How much must be covered, in hundredths of a percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Minimum {
    /// Of what; of rules, conditions and MC/DC without one.
    measure: Option<Measure>,
    hundredths: u64,
}

/// What a minimum without a measure is about.
const GENERAL: [Measure; 3] = [Measure::Rules, Measure::Conditions, Measure::Mcdc];

/// Reads a minimum.
pub fn minimum(text: &str) -> Result<Minimum, String> {
    let (measure, percent) = match text.split_once('=') {
        None => (None, text),
        Some((word, percent)) => {
            let known = Measure::ALL.into_iter().find(|measure| measure.word() == word);
            let words = Measure::ALL.map(Measure::word).join("`, `");
            (Some(known.ok_or_else(|| format!("a measure is one of `{words}`"))?), percent)
        }
    };
    let hundredths = hundredths(percent).ok_or_else(|| "a percentage from 0 to 100 is needed, with two digits behind the point at most".to_owned())?;
    Ok(Minimum { measure, hundredths })
}

fn hundredths(text: &str) -> Option<u64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| (!text.is_empty() && text.len() <= 3 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse::<u64>().ok()).flatten();
    let part = match part.len() {
        1 => digits(part)? * 10,
        2 => digits(part)?,
        _ => return None,
    };
    Some(digits(whole)? * 100 + part).filter(|all| *all <= 10_000)
}

/// Returns the minimums that are not reached. One of a measure wins over one of all.
pub fn below(minimums: &[Minimum], totals: &[Total]) -> Vec<Below> {
    let wanted = |measure: Measure| {
        let own = minimums.iter().rev().find(|m| m.measure == Some(measure));
        own.or_else(|| minimums.iter().rev().find(|m| m.measure.is_none() && GENERAL.contains(&measure))).map(|m| m.hundredths)
    };
    let missed = |total: &Total| {
        let min = wanted(total.measure)?;
        let reached = total.covered.saturating_mul(10_000) >= total.total.saturating_mul(min);
        (!reached).then_some(Below { measure: total.measure, min })
    };
    totals.iter().filter_map(missed).collect()
}

/// Writes hundredths of a percent.
pub fn percent(hundredths: u64) -> String {
    let (whole, part) = (hundredths / 100, hundredths % 100);
    if part == 0 { format!("{whole} %") } else { format!("{whole}.{part:02} %") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_read_exactly() {
        let read = |text: &str| minimum(text).map(|m| (m.measure, m.hundredths));
        assert_eq!(read("100"), Ok((None, 10_000)));
        assert_eq!(read("0"), Ok((None, 0)));
        assert_eq!(read("mcdc=90.5"), Ok((Some(Measure::Mcdc), 9_050)));
        assert_eq!(read("boundaries=33.33"), Ok((Some(Measure::Boundaries), 3_333)));
        for text in ["", "101", "100.01", "-1", "9.999", "1e2", "mcdc=", "lines=5", "=5", "٣", "1.", ".5"] {
            assert!(minimum(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_minimum_of_a_measure_wins_whatever_the_order() {
        let total = |measure, covered| Total { measure, covered, total: 10, impossible: 0 };
        let totals = [total(Measure::Rules, 10), total(Measure::Mcdc, 9), total(Measure::Boundaries, 0)];
        let below = |minimums: &[&str]| {
            let minimums: Vec<Minimum> = minimums.iter().map(|m| minimum(m).unwrap()).collect();
            super::below(&minimums, &totals).into_iter().map(|b| b.measure.word()).collect::<Vec<_>>()
        };
        assert_eq!(below(&["100"]), ["mcdc"]);
        assert_eq!(below(&["100", "mcdc=90"]), [""; 0]);
        assert_eq!(below(&["mcdc=90", "100"]), [""; 0]);
        assert_eq!(below(&["mcdc=90.01"]), ["mcdc"]);
        assert_eq!(below(&["boundaries=1"]), ["boundaries"]);
        assert_eq!(below(&[]), [""; 0]);
    }
}
