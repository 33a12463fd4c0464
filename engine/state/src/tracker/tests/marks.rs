//! Marks against a list.

use super::*;

#[derive(Clone, Copy, Debug)]
enum Told {
    Mark(u8, u64),
    Unsure(Option<u8>, u64),
    Open(u8, u64),
    Close(u8, u64, u64),
    Restore,
}

fn told() -> impl Strategy<Value = Told> {
    prop_oneof![
        (0..4_u8, 0..20_u64).prop_map(|(key, pos)| Told::Mark(key, pos)),
        (prop::option::of(0..4_u8), 0..20_u64).prop_map(|(key, pos)| Told::Unsure(key, pos)),
        (0..4_u8, 0..5_u64).prop_map(|(key, step)| Told::Open(key, step)),
        (0..4_u8, 0..5_u64, 0..20_u64).prop_map(|(key, step, pos)| Told::Close(key, step, pos)),
        Just(Told::Restore),
    ]
}

fn run(limits: Limits, all: &[Told], exact: bool) {
    let mut marks = Marks::new(limits);
    let mut list: Vec<Told> = Vec::new();
    for told in all {
        match *told {
            Told::Mark(key, pos) => marks.mark(&[key], pos),
            Told::Unsure(key, pos) => marks.unsure(key.map(|key| [key]).as_ref().map(<[u8; 1]>::as_slice), pos),
            Told::Open(key, step) => marks.open(&[key], step),
            Told::Close(key, step, pos) => marks.close(&[key], step, pos),
            Told::Restore => {
                marks = postcard::from_bytes(&postcard::to_stdvec(&marks).unwrap()).unwrap();
                assert!(marks.is_sound(limits));
            }
        }
        list.push(*told);
        for key in 0..5 {
            let certain = list.iter().filter_map(|told| match told {
                Told::Mark(of, pos) | Told::Close(of, _, pos) if *of == key => Some(*pos),
                _ => None,
            });
            let certain = certain.max();
            let unsure = list.iter().filter_map(|told| match told {
                Told::Unsure(of, pos) if of.is_none_or(|of| of == key) => Some(*pos),
                _ => None,
            });
            let possible = unsure.max().filter(|pos| certain.is_none_or(|certain| *pos > certain));
            let waiting = (0..5_u64).any(|step| {
                list.iter().rev().find_map(|told| match told {
                    Told::Open(of, at) if (*of, *at) == (key, step) => Some(true),
                    Told::Close(of, at, _) if (*of, *at) == (key, step) => Some(false),
                    _ => None,
                }) == Some(true)
            });
            let is = marks.since(&[key]);
            if exact || is.is_ok() {
                assert_eq!(is, Ok(Since { certain, possible }));
                assert_eq!(marks.waiting(&[key]), waiting);
            }
        }
    }
}

proptest! {
    #[test]
    fn marks_are_those_of_a_list(all in prop::collection::vec(told(), 1..60)) {
        run(Limits::default(), &all, true);
    }

    #[test]
    fn marks_at_a_bound_are_right_or_fail(all in prop::collection::vec(told(), 1..60), keys in 0..4_usize, entries in 0..4_usize, bytes in 0..5_usize) {
        run(Limits { keys, entries, bytes }, &all, false);
    }
}

#[test]
fn a_mark_beyond_the_limit_of_keys_fails_for_keys_that_are_not_known() {
    let mut marks = Marks::new(Limits { keys: 1, entries: 1, ..Limits::default() });
    marks.mark(b"a", 3);
    assert_eq!(marks.since(b"b"), Ok(Since::default()));
    marks.mark(b"b", 4);
    assert_eq!(marks.since(b"b"), Err(Why::Bound));
    assert_eq!(marks.since(b"a"), Ok(Since { certain: Some(3), possible: None }));
    marks.open(b"a", 5);
    marks.open(b"a", 5);
    assert_eq!(marks.since(b"a"), Ok(Since { certain: Some(3), possible: None }));
    marks.open(b"a", 6);
    assert_eq!(marks.since(b"a"), Err(Why::Bound));
}
