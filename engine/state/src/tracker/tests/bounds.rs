//! Each limit at `n` and at `n + 1`.

use super::*;

const ALL: Since = Since { certain: None, possible: None };

fn at(pos: u64, time: i128) -> At {
    At { pos, time }
}

fn after(pos: u64) -> Since {
    Since { certain: Some(pos), possible: None }
}

fn count(cap: u32, over: Option<i128>, since: bool) -> Shape {
    Shape { fold: Fold::Count { cap }, over, since }
}

#[test]
fn a_key_beyond_the_limit_is_lost_and_the_others_stay_exact() {
    let mut tracker: Tracker<u32> = Tracker::new(count(9, None, false), Limits { keys: 2, ..Limits::default() });
    tracker.count(b"a", at(1, 1));
    tracker.count(b"b", at(2, 2));
    assert_eq!(said(tracker.ask(b"c", 9, ALL)), Said::Number(0));
    tracker.count(b"c", at(3, 3));
    tracker.count(b"a", at(4, 4));
    assert_eq!(said(tracker.ask(b"a", 9, ALL)), Said::Number(2));
    assert_eq!(said(tracker.ask(b"b", 9, ALL)), Said::Number(1));
    assert_eq!(said(tracker.ask(b"c", 9, ALL)), Said::Bound);
    assert_eq!(said(tracker.ask(b"never told", 9, ALL)), Said::Bound);
}

#[test]
fn a_lost_key_has_an_answer_again_once_what_was_lost_is_out_of_range() {
    let limits = Limits { keys: 1, ..Limits::default() };
    let mut tracker: Tracker<u32> = Tracker::new(count(9, Some(10), true), limits);
    tracker.count(b"a", at(1, 0));
    tracker.count(b"b", at(2, 5));
    assert_eq!(said(tracker.ask(b"b", 9, ALL)), Said::Bound);
    assert_eq!(said(tracker.ask(b"b", 9, after(2))), Said::Number(0));
    // `a` is out of the window and makes room, but an event of `b` is among those lost.
    tracker.count(b"b", at(3, 11));
    assert_eq!(said(tracker.ask(b"b", 11, ALL)), Said::Bound);
    assert_eq!(said(tracker.ask(b"b", 11, after(2))), Said::Number(1));
    assert_eq!(said(tracker.ask(b"b", 14, ALL)), Said::Bound);
    assert_eq!(said(tracker.ask(b"b", 15, ALL)), Said::Number(1));
    assert_eq!(said(tracker.ask(b"a", 15, ALL)), Said::Number(0));
}

#[test]
fn keys_out_of_the_window_make_room() {
    for fold in [Fold::Ever, Fold::Count { cap: 3 }, Fold::Sum, Fold::Latest] {
        let shape = Shape { fold, over: Some(1000), since: false };
        let mut tracker: Tracker<u32> = Tracker::new(shape, Limits { keys: 101, ..Limits::default() });
        for n in 0..1000_u32 {
            // A key is told five times; at any time at most 101 are in the window.
            for part in 0..5 {
                let at = at(u64::from(n * 5 + part), i128::from(n * 10 + part));
                match fold {
                    Fold::Ever | Fold::Count { .. } => tracker.count(&n.to_be_bytes(), at),
                    Fold::Sum => tracker.add(&n.to_be_bytes(), at, 1),
                    Fold::Latest => tracker.keep(&n.to_be_bytes(), at, n, 1),
                }
            }
            let is = said(tracker.ask(&n.to_be_bytes(), i128::from(n * 10 + 4), ALL));
            let should_be = match fold {
                Fold::Ever => Said::Bool(true),
                Fold::Count { .. } => Said::Number(3),
                Fold::Sum => Said::Number(5),
                Fold::Latest => Said::Latest(Some(n)),
            };
            assert_eq!(is, should_be);
        }
        assert_eq!(tracker.queue.len(), tracker.slots.len());
        tracker.unsure(None, at(0, 1_000_000));
        assert_eq!((tracker.slots.len(), tracker.queue.len(), tracker.used.entries, tracker.used.bytes), (0, 0, 0, 0));
    }
}

#[test]
fn a_sum_is_exact_over_ten_thousand_entries_of_a_key() {
    let mut tracker: Tracker<u32> = Tracker::new(Shape { fold: Fold::Sum, over: None, since: true }, Limits::default());
    for n in 1..=10_000 {
        tracker.add(b"", at(n, 0), 2);
    }
    assert_eq!(said(tracker.ask(b"", 0, ALL)), Said::Number(20_000));
    tracker.add(b"", at(10_001, 0), 2);
    assert_eq!(said(tracker.ask(b"", 0, ALL)), Said::Bound);
    assert_eq!(said(tracker.ask(b"", 0, after(1))), Said::Number(20_000));
    assert_eq!(tracker.used.entries, 10_000);
}

#[test]
fn a_count_is_exact_at_its_cap_however_many_there_were() {
    for since in [false, true] {
        let mut tracker: Tracker<u32> = Tracker::new(count(10_000, Some(i128::MAX), since), Limits::default());
        for n in 1..=30_000 {
            tracker.count(b"", at(n, 0));
        }
        assert_eq!(said(tracker.ask(b"", 0, ALL)), Said::Number(10_000));
        assert!(tracker.used.entries < 10_100);
    }
}

#[test]
fn a_count_beyond_ten_thousand_has_no_value_rather_than_a_wrong_one() {
    let mut tracker: Tracker<u32> = Tracker::new(count(20_000, Some(i128::MAX), false), Limits::default());
    for n in 1..=10_064 {
        tracker.count(b"", at(n, 0));
    }
    assert_eq!(said(tracker.ask(b"", 0, ALL)), Said::Number(10_064));
    tracker.count(b"", at(1, 0));
    assert_eq!(said(tracker.ask(b"", 0, ALL)), Said::Bound);
}

#[test]
fn sixty_four_results_in_reverse_order_cost_a_small_count_nothing() {
    for (results, exact) in [(65_u64, true), (66, false)] {
        let mut tracker: Tracker<u32> = Tracker::new(count(1, None, true), Limits::default());
        for n in 0..results {
            tracker.count(b"", at(1000 - n, 0));
        }
        assert_eq!(said(tracker.ask(b"", 0, after(999))) == Said::Number(1), exact);
    }
}

#[test]
fn ever_keeps_sixty_four_steps_of_a_stair() {
    for (results, exact) in [(64_u64, true), (65, false)] {
        let mut tracker: Tracker<u32> = Tracker::new(Shape { fold: Fold::Ever, over: Some(1000), since: true }, Limits::default());
        for n in 0..results {
            tracker.count(b"", at(1000 - n, i128::from(n)));
        }
        assert_eq!(said(tracker.ask(b"", 100, after(999))), if exact { Said::Bool(true) } else { Said::Bound });
        assert_eq!(said(tracker.ask(b"", 100, after(998))), Said::Bool(true));
        assert_eq!(said(tracker.ask(b"", 100, after(1000))), Said::Bool(false));
        assert_eq!(said(tracker.ask(b"", 1000, after(999))), Said::Bool(false));
    }
}

#[test]
fn entries_of_all_keys_together_are_limited() {
    let mut tracker: Tracker<u32> = Tracker::new(count(9, Some(100), false), Limits { entries: 3, ..Limits::default() });
    tracker.count(b"a", at(1, 1));
    tracker.count(b"a", at(2, 2));
    tracker.count(b"b", at(3, 3));
    assert_eq!(said(tracker.ask(b"a", 3, ALL)), Said::Number(2));
    tracker.count(b"c", at(4, 4));
    assert_eq!(said(tracker.ask(b"c", 4, ALL)), Said::Bound);
    tracker.count(b"b", at(5, 5));
    assert_eq!(said(tracker.ask(b"b", 5, ALL)), Said::Bound);
    assert_eq!(said(tracker.ask(b"b", 102, ALL)), Said::Bound);
    assert_eq!(said(tracker.ask(b"b", 103, ALL)), Said::Number(1));
    assert_eq!(said(tracker.ask(b"a", 5, ALL)), Said::Number(2));
}

#[test]
fn a_payload_without_room_is_lost_until_a_newer_one_is_kept() {
    let shape = Shape { fold: Fold::Latest, over: None, since: false };
    let mut tracker: Tracker<u32> = Tracker::new(shape, Limits { bytes: 12, ..Limits::default() });
    tracker.keep(b"a", at(1, 1), 1, 5);
    tracker.keep(b"b", at(2, 2), 2, 5);
    assert_eq!(said(tracker.ask(b"b", 9, ALL)), Said::Latest(Some(2)));
    tracker.keep(b"b", at(3, 3), 3, 6);
    assert_eq!(said(tracker.ask(b"b", 9, ALL)), Said::Bound);
    assert_eq!(said(tracker.ask(b"a", 9, ALL)), Said::Latest(Some(1)));
    tracker.keep(b"b", at(4, 4), 4, 5);
    assert_eq!(said(tracker.ask(b"b", 9, ALL)), Said::Latest(Some(4)));
    // An earlier position doesn't take its place.
    tracker.keep(b"b", at(3, 5), 5, 1);
    assert_eq!(said(tracker.ask(b"b", 9, ALL)), Said::Latest(Some(4)));
}

#[test]
fn bytes_of_keys_are_limited() {
    let mut tracker: Tracker<u32> = Tracker::new(count(9, None, false), Limits { bytes: 4, ..Limits::default() });
    tracker.count(b"aaaa", at(1, 1));
    tracker.count(b"b", at(2, 2));
    assert_eq!(said(tracker.ask(b"aaaa", 9, ALL)), Said::Number(1));
    assert_eq!(said(tracker.ask(b"b", 9, ALL)), Said::Bound);
    assert_eq!(tracker.used.bytes, 4);
}

#[test]
fn an_event_told_in_the_wrong_way_is_unsure() {
    let mut tracker: Tracker<u32> = Tracker::new(count(9, None, false), Limits::default());
    tracker.add(b"a", at(1, 1), 5);
    tracker.keep(b"b", at(1, 1), 5, 1);
    assert_eq!(said(tracker.ask(b"a", 9, ALL)), Said::Unsure);
    assert_eq!(said(tracker.ask(b"b", 9, ALL)), Said::Unsure);
    assert_eq!(said(tracker.ask(b"c", 9, ALL)), Said::Number(0));
}

#[test]
fn a_time_that_goes_backwards_is_taken_as_the_latest() {
    let mut tracker: Tracker<u32> = Tracker::new(count(9, Some(10), false), Limits::default());
    tracker.count(b"", at(1, 100));
    tracker.count(b"", at(2, 50));
    assert_eq!(said(tracker.ask(b"", 0, ALL)), Said::Number(2));
    assert_eq!(said(tracker.ask(b"", 109, ALL)), Said::Number(2));
    assert_eq!(said(tracker.ask(b"", 110, ALL)), Said::Number(0));
}

#[test]
fn times_at_the_ends_of_their_range_are_fine() {
    for over in [0, 1, i128::MAX] {
        let mut tracker: Tracker<u32> = Tracker::new(count(9, Some(over), true), Limits::default());
        tracker.count(b"", at(0, i128::MIN));
        assert_eq!(said(tracker.ask(b"", i128::MIN, ALL)), Said::Number(if over == 0 { 0 } else { 1 }));
        tracker.count(b"", at(u64::MAX, i128::MAX));
        assert_eq!(said(tracker.ask(b"", i128::MAX, ALL)), Said::Number(if over == 0 { 0 } else { 1 }));
        assert_eq!(said(tracker.ask(b"", i128::MAX, after(u64::MAX))), Said::Number(0));
    }
}

#[test]
fn what_was_stored_under_another_shape_is_not_sound() {
    let shape = count(9, Some(10), false);
    let mut tracker: Tracker<u32> = Tracker::new(shape, Limits::default());
    tracker.count(b"a", at(1, 1));
    assert!(tracker.is_sound(shape, Limits::default()));
    assert!(!tracker.is_sound(count(8, Some(10), false), Limits::default()));
    assert!(!tracker.is_sound(count(9, Some(10), true), Limits::default()));
    assert!(!tracker.is_sound(shape, Limits { keys: 9, ..Limits::default() }));
    let other = Shape { fold: Fold::Sum, over: Some(10), since: false };
    tracker.shape = other;
    assert!(!tracker.is_sound(other, Limits::default()));
}

#[test]
fn the_latest_keeps_sixty_four_steps_of_a_stair() {
    for (results, exact) in [(64_u64, true), (65, false)] {
        let mut tracker: Tracker<u32> = Tracker::new(Shape { fold: Fold::Latest, over: Some(1000), since: false }, Limits::default());
        for n in 0..results {
            tracker.keep(b"", at(1000 - n, i128::from(n)), u32::try_from(n).unwrap(), 1);
        }
        assert_eq!(said(tracker.ask(b"", 100, ALL)), if exact { Said::Latest(Some(0)) } else { Said::Bound });
        assert_eq!(said(tracker.ask(b"", 1000, ALL)), Said::Latest(Some(1)));
    }
}
