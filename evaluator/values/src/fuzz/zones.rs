//! Time zones.

use crate::time;
use crate::zone::Zone;

/// Reads any bytes as the name of a zone, a blank line, and a local text or a time.
///
/// # Panics
/// Where a time is read that clocks don't show, or a zone has another name than the one it was found by.
pub fn fuzz_zones(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (name, text) = text.split_once('\n').unwrap_or(("Europe/Berlin", &text));
    if let Some(zone) = Zone::find(name) {
        assert_eq!(zone.name(), name, "a zone is found by its exact name");
    }
    let Some(zone) = Zone::find(name).or_else(|| Zone::find("Africa/Casablanca")) else { return };
    if let Ok(time_ns) = zone.parse(text) {
        assert!(time::is_time(time_ns), "a time is in the calendar");
        let local = zone.local(time_ns);
        // A text with an offset may be shown beyond the calendar; one without is shown as it was written.
        let date = local.map(|l| time::format_date(l.date));
        let has_offset = time::parse_time(text).is_ok();
        assert!(has_offset || date.as_deref() == text.get(..10), "clocks show what was read");
        let clock = local.map(|l| format!("{:02}:{:02}", l.hour, l.minute));
        assert!(has_offset || clock.as_deref() == text.get(11..16), "clocks show what was read");
    }
    // The same bytes as an instant.
    let number = bytes.iter().take(16).fold(0i128, |n, b| n.wrapping_mul(256).wrapping_add(i128::from(*b)));
    for time_ns in [number, number.checked_rem(time::MAX_TIME).unwrap_or(0), number.checked_rem(time::MIN_TIME).unwrap_or(0)] {
        if let Some(local) = zone.local(time_ns) {
            assert!(time::is_date(local.date) && local.weekday < 7, "a local time is in the calendar");
            assert!((1..=12).contains(&local.month) && (1..=31).contains(&local.day), "a local date is in the calendar");
            assert!((0..24).contains(&local.hour) && (0..60).contains(&local.minute) && (0..60).contains(&local.second), "a local time of day is one");
        }
    }
}
