//! Sessions at other times. What a clock shows at a place isn't told apart by the search, so that an example may stand at the wrong hour or
//! on the wrong day: the same session is tried at others, with all of its times moved alike, which keeps what lies between them.

use reach_values::time;
use serde_json::Value;

/// Half a day first, then what lies between, then other days, at the same hour and half a day later.
const HOURS: [i128; 35] =
    [12, 9, 15, 6, 18, 3, 21, 1, 2, 4, 5, 7, 8, 10, 11, 13, 14, 16, 17, 19, 20, 22, 23, 24, 36, 48, 60, 72, 84, 96, 108, 120, 132, 144, 156];

/// Returns a session at other times.
pub(super) fn in_time(events: &[String]) -> impl Iterator<Item = Vec<String>> {
    let parsed: Option<Vec<Value>> = events.iter().map(|event| serde_json::from_str(event).ok()).collect();
    HOURS.into_iter().filter_map(move |hours| {
        let by = hours.checked_mul(3_600)?.checked_mul(time::SECOND_NS)?;
        let mut moved = parsed.clone()?;
        moved.iter_mut().for_each(|event| shift(event, by));
        Some(moved.iter().map(Value::to_string).collect())
    })
}

fn shift(value: &mut Value, by: i128) {
    match value {
        Value::String(text) => {
            if let Some(moved) = time::parse_time(text).ok().and_then(|at| at.checked_add(by)) {
                *text = time::format_time(moved);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| shift(item, by)),
        Value::Object(fields) => fields.values_mut().for_each(|field| shift(field, by)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_times_of_a_session_move_alike_and_nothing_else_does() {
        let event = r#"{"args":{"list":["2026-01-01T20:00:00Z"],"text":"at 2026-01-01"},"at":"2026-01-01T00:00:00Z"}"#.to_owned();
        let moved: Vec<Vec<String>> = in_time(&[event]).collect();
        assert_eq!(moved.len(), HOURS.len());
        assert_eq!(moved[0], [r#"{"args":{"list":["2026-01-02T08:00:00Z"],"text":"at 2026-01-01"},"at":"2026-01-01T12:00:00Z"}"#]);
        assert_eq!(in_time(&["no event".to_owned()]).count(), 0);
    }
}
