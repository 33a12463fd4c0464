//! Limits, text that is made to be slow, and saves that are made to be wrong.

use proptest::prelude::*;

use super::super::blocks::{CANDIDATES, DEPTH, LONGEST};
use super::super::{Form, Found, Index, Words, text};
use super::{alphabet, restored, texts};

const FORMS: [Form; 4] = [Form::Exact, Form::Folded, Form::Iban, Form::Number];

/// An index of `times` texts that begin alike for as long as texts are compared, and the long value with one of the endings.
fn alike(times: usize) -> (Index, impl Fn(&str) -> String) {
    let mut index = Index::new(Form::Exact);
    let begin = ".".repeat(DEPTH);
    for time in 0..times {
        index.add(&format!("{begin} ending{time}"));
    }
    (index, move |ending| format!("{begin} ending{ending}"))
}

#[test]
fn a_long_value_is_compared_at_so_many_places_and_no_more() {
    let (index, value) = alike(CANDIDATES);
    assert_eq!(index.contains(&value("none")), Found::No);
    assert_eq!(index.contains(&value("63")), Found::Yes);
    let (index, value) = alike(CANDIDATES + 1);
    for index in [index.clone(), restored(&index)] {
        assert_eq!(index.contains(&value("none")), Found::Unknown);
        assert_eq!(index.contains(&value("63")), Found::Yes);
        assert_eq!(index.contains(&value("64")), Found::Unknown);
        assert_eq!(index.contains(&value("0")), Found::Yes);
        // As long as what is compared, and still one place is enough.
        assert_eq!(index.contains(&".".repeat(DEPTH)), Found::Yes);
        assert_eq!(index.contains(&".".repeat(DEPTH + 1)), Found::Unknown);
        assert_eq!(index.contains(&"-".repeat(DEPTH + 1)), Found::No);
    }
}

#[test]
fn a_long_value_may_be_cut_within_a_character() {
    for odd in ["", ".", "..", "..."] {
        let value = format!("{odd}{}", "—".repeat(DEPTH / 3 + CANDIDATES / 2));
        let mut index = Index::new(Form::Exact);
        index.add(&value);
        assert_eq!(index.contains(&value), Found::Yes);
        assert_eq!(index.contains(&format!("{value}—")), Found::No);
    }
}

/// Every split of the same text into additions and saves gives the same answers, though the blocks are others.
#[test]
fn answers_do_not_depend_on_blocks() {
    let lines: Vec<String> = (0..400).map(|line: u32| format!("{}{} x{}.", "ab ".repeat(400), line % 7, line.wrapping_mul(2_654_435_761) % 1_000)).collect();
    let (mut plain, mut saved) = (Index::new(Form::Exact), Index::new(Form::Exact));
    for (turn, line) in lines.iter().enumerate() {
        plain.add(line);
        saved.add(line);
        if turn % 37 == 0 {
            saved = restored(&saved);
        }
    }
    let anew = restored(&plain);
    let mut answers = [0; 3];
    for value in lines.iter().flat_map(|line| [line.clone(), format!("{line}."), line.replace("ab ", ""), line.replacen("ab ", "", 50), format!("zz {line}")]) {
        let found = plain.contains(&value);
        assert_eq!(saved.contains(&value), found, "{value}");
        assert_eq!(anew.contains(&value), found, "{value}");
        answers[found as usize] += 1;
        if answers.iter().all(|&times| times > 20) {
            return;
        }
    }
    panic!("not all answers occur: {answers:?}");
}

/// Each block is more than twice as long as the next, or too long to be merged with it.
#[test]
fn blocks_are_few() {
    let mut index = Index::new(Form::Exact);
    let mut most = 0;
    let texts = (0..2_000_u32).map(|turn| turn.wrapping_mul(2_654_435_761) % 97).chain([LONGEST as u32, 1, 2_000_000, 3, 3_000_000, 50]);
    for places in texts {
        index.add(&".".repeat(places as usize));
        let lengths = index.blocks.lengths();
        assert!(lengths.windows(2).all(|pair| pair[0] > 2 * pair[1] || pair[0] + pair[1] > LONGEST), "{lengths:?}");
        assert!(lengths.iter().all(|&length| length <= LONGEST));
        most = most.max(lengths.len());
    }
    assert!((5..20).contains(&most), "{most}");
    assert_eq!(index.contains("...."), Found::Yes);
}

#[test]
fn an_index_holds_at_most_what_it_may() {
    // `ab.cd` is spelled in 8 bytes with the end, and has three places.
    for (most, kept) in [(19, false), (20, true), (21, true)] {
        let mut index = Index::bounded(Form::Exact, most);
        index.add("ab.cd");
        assert_eq!((index.held_bytes(), index.is_full(), index.bytes()), (if kept { 20 } else { 0 }, !kept, 5), "{most}");
        assert_eq!(index.contains("ab"), if kept { Found::Yes } else { Found::Unknown });
        assert_eq!(index.contains("xy"), if kept { Found::No } else { Found::Unknown });
        assert_eq!(index.contains(" "), Found::No);
        // Once full, nothing is kept any more, were there room.
        index.add("ab.cd");
        index.add("x");
        let index = restored(&index);
        assert_eq!((index.held_bytes(), index.is_full(), index.bytes()), (if kept { 20 } else { 0 }, true, 11), "{most}");
        assert_eq!(index.contains("x"), Found::Unknown);
    }
    // White space needs no room, unless it is longer than all there is.
    let mut index = Index::bounded(Form::Exact, 20);
    index.add(&" ".repeat(20));
    assert_eq!((index.is_full(), index.held_bytes(), index.bytes()), (false, 0, 20));
    index.add(&" ".repeat(21));
    assert!(index.is_full());
    for (form, text) in [(Form::Iban, "AB12 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 ".repeat(50)), (Form::Number, "1,234 ".repeat(100))] {
        let mut index = Index::new(form);
        index.add(&text);
        let held = index.held_bytes();
        for (most, kept) in [(held - 1, false), (held, true)] {
            let mut index = Index::bounded(form, most);
            index.add(&text);
            assert_eq!((index.is_full(), index.held_bytes()), (!kept, if kept { held } else { 0 }));
        }
    }
}

#[test]
fn memory_is_bounded_by_text() {
    let of = |form, text: &str| {
        let mut index = Index::new(form);
        index.add(&text.repeat(1_000));
        index.held_bytes() as f64 / index.bytes() as f64
    };
    for text in ["a", ".", "a.", "a ", "İ", "İ.", "Ⱥ.", "é-", "the quick brown fox ", "a\0"] {
        assert!(of(Form::Folded, text) <= 6.01, "{text}: {}", of(Form::Folded, text));
    }
    for text in ["1", "1 ", "1,", "1,234,", "1.5 ", "-1 "] {
        assert!(of(Form::Number, text) <= 6.0, "{text}: {}", of(Form::Number, text));
    }
    for text in
        ["AB12 ", "AB12 C ", "AB12 CD34 EF56 GH78 IJ90 1 2 3 4 5 6 7 8 9 0 1 2 3 4 ", "AB12 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 "]
    {
        assert!(of(Form::Iban, text) <= 60.0, "{text}: {}", of(Form::Iban, text));
    }
}

/// What a save is sound by: spelling what is spelled changes nothing.
#[test]
fn every_character_is_spelled_stably() {
    for character in (0..=0x10_ffff).filter_map(char::from_u32) {
        for folded in [false, true] {
            let spelled = text::spell(&format!("a{character}b {character}"), folded);
            assert!(text::is_spelled(&spelled, folded), "{character:?}");
            assert!(!spelled.contains('\0') && !spelled.ends_with(' '), "{character:?}");
        }
    }
}

/// A text of the size of a large file with the most different, late differences; in a debug build this takes a few seconds at most.
#[test]
fn repetitive_text_is_answered_rightly() {
    for (part, yes, no) in [("a ", "a a a", "a b"), (".", "....", ".a"), ("ab.", "ab.ab", "b.ab"), ("xy z.", "z.xy z", "y z")] {
        let mut index = Index::new(Form::Exact);
        index.add(&part.repeat(100_000));
        for index in [index.clone(), restored(&index)] {
            assert_eq!((index.contains(yes), index.contains(no)), (Found::Yes, Found::No), "{part}");
            // More than the whole can't be told, the whole can.
            assert_eq!(index.contains(&part.repeat(100_000)), Found::Yes, "{part}");
            assert_eq!(index.contains(&part.repeat(100_001)), Found::Unknown, "{part}");
        }
    }
}

/// What [`Index`] is restored from, to write what no index would.
fn save(form: Form, most: usize, bytes: usize, full: bool, arena: &str) -> Index {
    postcard::from_bytes(&postcard::to_stdvec(&(form, most, bytes, full, arena)).unwrap()).unwrap()
}

#[test]
fn only_what_additions_lead_to_is_sound() {
    for (form, arena, sound) in [
        (Form::Exact, "", true),
        (Form::Exact, "Ab\u{1} c\u{1}.\0", true),
        (Form::Folded, "ab\u{1}\0", true),
        (Form::Iban, "AB12CDEFGHIJKLM\0AB12CDEFGHIJKLMN\0", true),
        (Form::Number, "12\0-1.5\0", true),
        (Form::Folded, "Ab\u{1}\0", false),
        (Form::Exact, "\0", false),
        (Form::Exact, "ab\u{1}", false),
        (Form::Exact, "ab\0", false),
        (Form::Exact, "a\u{1}b\u{1}\0", false),
        (Form::Exact, "a\u{1}  b\u{1}\0", false),
        (Form::Exact, " a\u{1}\0", false),
        (Form::Exact, "a\u{1} \0", false),
        (Form::Exact, ".\u{1}\0", false),
        (Form::Exact, "a\u{1}\tb\u{1}\0", false),
        (Form::Exact, "a\u{1}\0\0", false),
        (Form::Iban, "ab12CDEFGHIJKLM\0", false),
        (Form::Iban, "AB12CDEFGHIJKL\0", false),
        (Form::Iban, "AB12 CDEFGHIJKLM\0", false),
        (Form::Number, "01\0", false),
        (Form::Number, "1.50\0", false),
        (Form::Number, "-0\0", false),
        (Form::Number, "1,234\0", false),
        (Form::Number, "x\0", false),
    ] {
        assert_eq!(save(form, 1_000, 100, false, arena).is_sound(), sound, "{form:?} {arena:?}");
    }
    assert!(!save(Form::Exact, 1_000, 0, false, "a\u{1}\0").is_sound());
    assert!(save(Form::Exact, 7, 1, false, "a\u{1}\0").is_sound());
    assert!(!save(Form::Exact, 6, 1, false, "a\u{1}\0").is_sound());
    assert!(save(Form::Exact, Index::MOST_BYTES, 0, false, "").is_sound());
    assert!(!save(Form::Exact, Index::MOST_BYTES + 1, 0, false, "").is_sound());
    let words: Words = postcard::from_bytes(&postcard::to_stdvec(&Index::new(Form::Exact)).unwrap()).unwrap();
    assert!(!words.is_sound());
}

/// Uses what was restored from bytes, if any. What is sound is what additions lead to: it can be saved and restored.
fn survive(bytes: &[u8]) -> bool {
    let Ok(mut index) = postcard::from_bytes::<Index>(bytes) else { return false };
    let sound = index.is_sound();
    // Nonsense is fine of what isn't sound, a panic isn't.
    for value in ["a", "a.b", "AB12CDEFGHIJKLM", "12", ""] {
        index.contains(value);
    }
    for text in ["a.b 12", "AB12CDEFGHIJKLM", " "] {
        index.add(text);
    }
    index.contains("a.b");
    if sound {
        assert!(index.is_sound());
        restored(&index);
    }
    sound
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_are_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        survive(&bytes);
    }

    #[test]
    fn no_arena_is_a_panic(form in prop::sample::select(&FORMS[..]), most in prop_oneof![any::<usize>(), 0_usize..100], arena in "[a.A1 \u{0}\u{1}é-]{0,40}", full in any::<bool>()) {
        survive(&postcard::to_stdvec(&(form, most, 7_usize, full, arena)).unwrap());
    }

    #[test]
    fn no_mutated_save_is_a_panic(
        (form, texts) in prop::sample::select(&FORMS[..]).prop_flat_map(|form| (Just(form), prop::collection::vec(texts(alphabet(form).0, 20), 0..8))),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut index = Index::new(form);
        texts.iter().for_each(|text| index.add(text));
        let mut save = postcard::to_stdvec(&index).unwrap();
        prop_assert!(survive(&save));
        for (at, byte) in changes {
            let at = at.index(save.len());
            save[at] = byte;
        }
        survive(&save);
        save.truncate(cut.index(save.len()));
        survive(&save);
    }
}
