//! Text that was observed: questions against 1 kB, 1 MB and 50 MB of it; additions of ordinary and of hostile text; saves that are restored.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use reach_state::provenance::{Form, Found, Index};

const KB: usize = 1_000;
const MB: usize = 1_000_000;

/// Text like mails and records, of about this many bytes: words of a skewed distribution, addresses, paths, numbers, IBANs.
fn ordinary(bytes: usize, seed: u64) -> String {
    let mut state = seed | 1;
    let mut draw = move |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    let mut text = String::with_capacity(bytes + 64);
    while text.len() < bytes {
        let most = draw(30_000) + 1;
        let word = draw(most);
        match draw(40) {
            0 => text.push_str(&format!("user{word}@mail{}.example.com ", draw(50))),
            1 => text.push_str(&format!("/srv/data/{word}/report-{}.csv ", draw(2_030))),
            2 => text.push_str(&format!("{},{:03}.{:02} ", draw(900), draw(1_000), draw(100))),
            3 => text.push_str(&format!(
                "DE{:02} {:04} {:04} {:04} {:04} {:02}\n",
                draw(100),
                draw(10_000),
                draw(10_000),
                draw(10_000),
                word % 10_000,
                draw(100)
            )),
            4 => text.push_str(". "),
            _ => {
                let mut rest = word + 7;
                while rest > 0 {
                    text.push(char::from(b'a' + u8::try_from(rest % 23).unwrap_or_default()));
                    rest /= 23;
                }
                text.push(' ');
            }
        }
    }
    text
}

/// An index of about this many bytes of ordinary text, in texts of 4 kB.
fn observed(form: Form, bytes: usize) -> Index {
    let mut index = Index::new(form);
    for text in 0..bytes.div_ceil(4 * KB) {
        index.add(&ordinary(bytes.min(4 * KB), 0x9e37_79b9 * (text as u64 + 1)));
    }
    println!("{form:?}, {bytes} B of text: {:.2} B held for each", index.held_bytes() as f64 / index.bytes() as f64);
    index
}

const SIZES: [usize; 3] = [KB, MB, 50 * MB];

/// Asks for values in turn, all of which are there or none.
fn ask(bencher: Bencher, form: Form, bytes: usize, expected: Found) {
    let index = observed(form, bytes);
    let hit = expected == Found::Yes;
    // From a hundred texts throughout: other values would be in the processor's caches.
    let last = bytes.div_ceil(4 * KB) as u64;
    let texts = (0..100).map(|part| (part * last / 100) + 1).map(|text| ordinary(bytes.min(4 * KB), 0x9e37_79b9 * text));
    let is_value = |word: &&str| if form == Form::Number { word.contains(',') } else { word.contains(['@', '/']) };
    let mut values: Vec<String> = texts.flat_map(|text| text.split_whitespace().filter(is_value).map(str::to_owned).collect::<Vec<_>>()).collect();
    if !hit {
        values.iter_mut().for_each(|value| value.push_str("77"));
    }
    assert!(!values.is_empty() && values.iter().all(|value| index.contains(value) == expected));
    let mut turn = values.iter().cycle();
    bencher.bench_local(|| turn.next().map(|value| index.contains(black_box(value))));
}

#[divan::bench(args = SIZES)]
fn hit_exact(bencher: Bencher, bytes: usize) {
    ask(bencher, Form::Exact, bytes, Found::Yes);
}

#[divan::bench(args = SIZES)]
fn miss_exact(bencher: Bencher, bytes: usize) {
    ask(bencher, Form::Exact, bytes, Found::No);
}

#[divan::bench(args = SIZES)]
fn hit_folded(bencher: Bencher, bytes: usize) {
    ask(bencher, Form::Folded, bytes, Found::Yes);
}

#[divan::bench(args = SIZES)]
fn hit_number(bencher: Bencher, bytes: usize) {
    ask(bencher, Form::Number, bytes, Found::Yes);
}

/// A text that is added to nothing, in each form.
#[divan::bench(args = [(KB, Form::Exact), (KB, Form::Folded), (KB, Form::Iban), (KB, Form::Number), (MB, Form::Exact), (MB, Form::Folded), (MB, Form::Iban), (MB, Form::Number)])]
fn add_ordinary(bencher: Bencher, (bytes, form): (usize, Form)) {
    let text = ordinary(bytes, 7);
    add(bencher, form, &text);
}

fn add(bencher: Bencher, form: Form, text: &str) {
    bencher.counter(BytesCount::of_str(text)).bench_local(|| {
        let mut index = Index::new(form);
        index.add(black_box(text));
        index
    });
}

/// 1 kB that is added to 50 MB, as it comes: most are cheap, now and then one merges much; the slowest of all is in `merge_longest`.
#[divan::bench]
fn add_1_kb_to_50_mb(bencher: Bencher) {
    let mut index = observed(Form::Exact, 50 * MB);
    let text = ordinary(KB, 7);
    bencher.bench_local(|| index.add(black_box(&text)));
}

/// What merges most: 2 MB to 12 MB, nearly the longest block there is.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn merge_longest(bencher: Bencher) {
    let mut index = Index::new(Form::Exact);
    for text in [8 * MB, 3 * MB, MB] {
        index.add(&ordinary(text, 7));
    }
    let more = ordinary(2 * MB, 9);
    bencher.with_inputs(|| index.clone()).bench_local_values(|mut index| {
        index.add(&more);
        index
    });
}

/// Text made to be slow: what repeats itself, with any period, and what does so but for a letter now and then.
const HOSTILE: [&str; 10] =
    ["a a a", ".....", "aaaaa", "a.a.a", "period 7", "period 97", "period 1000", "period 5000", "period 1000, one changed", "period 300, counted"];

fn hostile(kind: &str, bytes: usize) -> String {
    let period = |length: usize| ordinary(length, 3).chars().take(length).collect::<String>();
    match kind {
        "a a a" => "a ".repeat(bytes / 2),
        "....." => ".".repeat(bytes),
        "aaaaa" => "a".repeat(bytes),
        "a.a.a" => "a.".repeat(bytes / 2),
        "period 7" => "a.. b/-".repeat(bytes / 7),
        "period 97" => period(97).repeat(bytes / 97),
        "period 1000" => period(1_000).repeat(bytes / 1_000),
        "period 5000" => period(5_000).repeat(bytes / 5_000),
        // Every place has a suffix of its own that differs from others late.
        "period 1000, one changed" => (0..bytes / 1_000)
            .map(|turn| {
                let mut dots = vec![b'.'; 1_000];
                if let Some(dot) = dots.get_mut((turn * 7_919) % 1_000) {
                    *dot = b'-';
                }
                String::from_utf8_lossy(&dots).into_owned()
            })
            .collect(),
        _ => (0..bytes / 300).map(|turn| format!("{}{:06}", ".".repeat(294), turn * 7_919 % 1_000_000)).collect(),
    }
}

#[divan::bench(args = HOSTILE, sample_count = 5, sample_size = 1)]
fn add_1_mb_of_hostile_text(bencher: Bencher, kind: &str) {
    let text = hostile(kind, MB);
    add(bencher, Form::Exact, &text);
}

/// Text in which as much as possible can be read as an IBAN, or as a number.
#[divan::bench(args = [Form::Iban, Form::Number], sample_count = 5, sample_size = 1)]
fn add_1_mb_of_hostile_values(bencher: Bencher, form: Form) {
    let text = match form {
        Form::Iban => "AB12 CD34 EF56 GH78 IJ90 1 2 3 4 5 6 7 8 9 0 1 2 3 4 ".repeat(MB / 54),
        _ => "1,234,5,".repeat(MB / 8),
    };
    let mut index = Index::new(form);
    index.add(&text);
    println!("{form:?}, hostile: {:.2} B held for each", index.held_bytes() as f64 / index.bytes() as f64);
    add(bencher, form, &text);
}

#[divan::bench(args = [KB, MB, 50 * MB], sample_count = 3, sample_size = 1)]
fn restore(bencher: Bencher, bytes: usize) {
    let save = postcard::to_stdvec(&observed(Form::Exact, bytes)).unwrap_or_default();
    println!("{bytes} B of text: a save of {} B", save.len());
    bencher.bench_local(|| postcard::from_bytes::<Index>(black_box(&save)).map(|index| index.bytes()));
}
