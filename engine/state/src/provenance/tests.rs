//! Every answer against a reference that keeps all texts and reads them anew for each question.

mod hostile;
mod reference;
mod tables;

use proptest::prelude::*;
use proptest::sample::Index as Pick;

use super::{Form, Found, Index, Words};
use reference::Reference;

/// What a session does to an index.
#[derive(Clone, Debug)]
enum Step {
    Add(String),
    Ask(String),
    /// Asks for a part of what was added, possibly with something before and behind it.
    AskPart {
        text: Pick,
        from: Pick,
        length: usize,
        before: &'static str,
        behind: &'static str,
    },
    Restore,
}

/// Text in which everything that matters to alignment and spelling is frequent.
fn texts(words: &'static [&'static str], most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(words), 0..most).prop_map(|parts| parts.concat())
}

const LETTERS: &[&str] = &[
    "a", "a", "b", "A", "7", "0", "É", "é", "İ", "i\u{307}", "ß", "Σ", "ς", "Ⱥ", " ", " ", "  ", "\n", "\t ", "\u{a0}", ".", ".", "@", "-", "/", "\0", "\u{1}",
];
const GROUPS: &[&str] = &[
    " DE12 3456 7890 123",
    " DE12 3456 7890 123",
    " de12-3456\u{a0}7890 123",
    "\nDE12345678901234",
    " GB29 NWBK 6016 133",
    " GB29NWBK6016133",
    " AB1",
    " 3456",
    " 3456",
    "-X",
    "7",
    ".",
    "é",
    "  ",
    "-",
    "\u{a0}78",
    "\u{202f}1",
];
const DIGITS: &[&str] =
    &["0", "1", "2", "123", "000", "100", "7", "00", ",", ",", ".", ".", "-", "+", "\u{2212}", " ", " ", "a", "é", "1234567890", ",123", ".50", ",000"];

/// What values are drawn from, and how many parts of them a text and a value have at most.
fn alphabet(form: Form) -> (&'static [&'static str], usize, usize) {
    match form {
        Form::Exact | Form::Folded => (LETTERS, 40, 5),
        Form::Iban => (GROUPS, 12, 4),
        Form::Number => (DIGITS, 14, 4),
    }
}

fn steps(form: Form) -> impl Strategy<Value = Vec<Step>> {
    let (words, text, value) = alphabet(form);
    let around = prop::sample::select(&["", "", "", "", "", "", "a", " ", ".", "0", "-"][..]);
    let step = prop_oneof![
        4 => texts(words, text).prop_map(Step::Add),
        4 => texts(words, value).prop_map(Step::Ask),
        6 => (any::<Pick>(), any::<Pick>(), 1_usize..30, around.clone(), around)
            .prop_map(|(text, from, length, before, behind)| Step::AskPart { text, from, length, before, behind }),
        1 => Just(Step::Restore),
    ];
    prop::collection::vec(step, 1..60)
}

fn restored(index: &Index) -> Index {
    let save = postcard::to_stdvec(index).unwrap();
    let restored: Index = postcard::from_bytes(&save).unwrap();
    assert!(restored.is_sound(), "{index:?}");
    assert_eq!(postcard::to_stdvec(&restored).unwrap(), save);
    assert_eq!((restored.bytes(), restored.held_bytes()), (index.bytes(), index.held_bytes()));
    restored
}

/// Takes steps with an index and with the reference; how many questions were answered with yes, and with no.
fn run(form: Form, steps: &[Step]) -> (usize, usize) {
    let (mut index, mut reference) = (Index::new(form), Reference::new(form));
    let mut answers = (0, 0);
    for step in steps {
        let value = match step {
            Step::Add(text) => {
                index.add(text);
                reference.add(text);
                continue;
            }
            Step::Restore => {
                index = restored(&index);
                continue;
            }
            Step::Ask(value) => value.clone(),
            Step::AskPart { text, from, length, before, behind } => {
                if reference.texts.is_empty() {
                    continue;
                }
                let text: Vec<char> = text.get(&reference.texts).chars().collect();
                let from = if text.is_empty() { 0 } else { from.index(text.len()) };
                let part: String = text.iter().skip(from).take(*length).collect();
                format!("{before}{part}{behind}")
            }
        };
        let (found, expected) = (index.contains(&value), reference.contains(&value));
        assert_eq!(found, expected, "{value:?} in {:?}", reference.texts);
        match expected {
            Found::Yes => answers.0 += 1,
            Found::No => answers.1 += 1,
            Found::Unknown => {}
        }
    }
    answers
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn exact_answers_are_those_of_the_reference(steps in steps(Form::Exact)) {
        run(Form::Exact, &steps);
    }

    #[test]
    fn folded_answers_are_those_of_the_reference(steps in steps(Form::Folded)) {
        run(Form::Folded, &steps);
    }

    #[test]
    fn ibans_are_those_of_the_reference(steps in steps(Form::Iban)) {
        run(Form::Iban, &steps);
    }

    #[test]
    fn numbers_are_those_of_the_reference(steps in steps(Form::Number)) {
        run(Form::Number, &steps);
    }

    #[test]
    fn names_are_words_of_prompts(prompts in prop::collection::vec(texts(LETTERS, 30), 0..5), values in prop::collection::vec(texts(LETTERS, 12), 10)) {
        let mut words = Words::new();
        prompts.iter().for_each(|prompt| words.add(prompt));
        let words: Words = postcard::from_bytes(&postcard::to_stdvec(&words).unwrap()).unwrap();
        prop_assert!(words.is_sound());
        let known: Vec<String> = prompts.iter().flat_map(|prompt| reference::words(prompt)).collect();
        for value in values {
            let named = reference::words(&value).into_iter().any(|word| word.chars().count() >= 3 && known.contains(&word));
            prop_assert_eq!(words.names(&value), named, "{:?} in {:?}", value, prompts);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// Around the bytes that are sorted: values that are cut from a text of few parts, whose last character may be another.
    #[test]
    fn long_values_are_found_like_short_ones(
        parts in prop::collection::vec(prop::sample::select(&["ab", "a.", "é", " ", "ß-", "0123456789", "a\n"][..]), 500..1_200),
        before in texts(LETTERS, 5),
        cuts in prop::collection::vec((any::<Pick>(), 800_usize..1_400, any::<bool>()), 20),
    ) {
        let text = parts.concat();
        let mut steps = vec![Step::Add(before), Step::Add(text.clone()), Step::Add(text.replace('0', "1")), Step::Add(text.clone())];
        let characters: Vec<char> = text.chars().collect();
        for (from, length, other) in cuts {
            let mut value: String = characters.iter().skip(from.index(characters.len())).take(length).collect();
            if other {
                value.pop();
                value.push('é');
            }
            steps.push(Step::Ask(value));
        }
        run(Form::Exact, &steps);
        run(Form::Folded, &steps);
    }
}

/// The properties above say something only if both answers are frequent.
#[test]
fn yes_and_no_are_both_frequent() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    for form in [Form::Exact, Form::Folded, Form::Iban, Form::Number] {
        let mut runner = TestRunner::deterministic();
        let answers = (0..200).map(|_| run(form, &steps(form).new_tree(&mut runner).unwrap().current()));
        let (yes, no) = answers.fold((0, 0), |sum, answer| (sum.0 + answer.0, sum.1 + answer.1));
        assert!(yes > 100 && no > 300, "{form:?}: {yes} times yes, {no} times no");
    }
}
