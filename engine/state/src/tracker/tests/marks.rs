//! Marks against a list.

use super::*;

#[derive(Clone, Copy, Debug)]
enum Told {
    Mark(u8, u64),
    Unsure(Option<u8>, u64),
    Open(u8, u64),
    Close(u8, u64, u64),
    OpenUnsure(Option<u8>, u64),
    CloseUnsure(Option<u8>, u64, u64),
    Restore,
}

/// Whether of the events that open (`true`) and close (`false`) a step the last one opens.
fn is_open(list: &[Told], of: impl Fn(&Told) -> Option<(u64, bool)>) -> bool {
    (0..5).any(|step| list.iter().rev().filter_map(&of).find(|(at, _)| *at == step).is_some_and(|(_, open)| open))
}

fn told() -> impl Strategy<Value = Told> {
    prop_oneof![
        (0..4_u8, 0..20_u64).prop_map(|(key, pos)| Told::Mark(key, pos)),
        (prop::option::of(0..4_u8), 0..20_u64).prop_map(|(key, pos)| Told::Unsure(key, pos)),
        (0..4_u8, 0..5_u64).prop_map(|(key, step)| Told::Open(key, step)),
        (0..4_u8, 0..5_u64, 0..20_u64).prop_map(|(key, step, pos)| Told::Close(key, step, pos)),
        (prop::option::of(0..4_u8), 0..5_u64).prop_map(|(key, step)| Told::OpenUnsure(key, step)),
        (prop::option::of(0..4_u8), 0..5_u64, 0..20_u64).prop_map(|(key, step, pos)| Told::CloseUnsure(key, step, pos)),
        Just(Told::Restore),
    ]
}

fn run(limits: Limits, all: &[Told], exact: bool) {
    let mut marks = Marks::new(limits);
    let mut list: Vec<Told> = Vec::new();
    for told in all {
        let bytes = |key: Option<u8>| key.map(|key| [key]);
        match *told {
            Told::Mark(key, pos) => marks.mark(&[key], pos),
            Told::Unsure(key, pos) => marks.unsure(bytes(key).as_ref().map(<[u8; 1]>::as_slice), pos),
            Told::OpenUnsure(key, step) => marks.open_unsure(bytes(key).as_ref().map(<[u8; 1]>::as_slice), step),
            Told::CloseUnsure(key, step, pos) => marks.close_unsure(bytes(key).as_ref().map(<[u8; 1]>::as_slice), step, pos),
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
                Told::Unsure(of, pos) | Told::CloseUnsure(of, _, pos) if of.is_none_or(|of| of == key) => Some(*pos),
                _ => None,
            });
            let possible = unsure.max().filter(|pos| certain.is_none_or(|certain| *pos > certain));
            let waiting = is_open(&list, |told| match told {
                Told::Open(of, step) if *of == key => Some((*step, true)),
                Told::Close(of, step, _) if *of == key => Some((*step, false)),
                _ => None,
            });
            let maybe = [None, Some(key)].into_iter().any(|key| {
                is_open(&list, |told| match told {
                    Told::OpenUnsure(of, step) if *of == key => Some((*step, true)),
                    Told::CloseUnsure(of, step, _) if *of == key => Some((*step, false)),
                    _ => None,
                })
            });
            let of_results = if waiting {
                Since { certain: Some(u64::MAX), possible: None }
            } else {
                Since { certain, possible: if maybe { Some(u64::MAX) } else { possible } }
            };
            let is = marks.since(&[key]);
            // Where there was no room for an unsure step of unknown key, something unsure stays for ever.
            let blurred = |since: &Since| !exact && since.possible == Some(u64::MAX);
            if exact || is.is_ok_and(|since| !blurred(&since)) {
                assert_eq!(is, Ok(Since { certain, possible }));
                assert_eq!(marks.waiting(&[key]), waiting);
            }
            let is = marks.since_of_results(&[key]);
            if exact || is.is_ok_and(|since| !blurred(&since)) {
                assert_eq!(is, Ok(of_results));
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
