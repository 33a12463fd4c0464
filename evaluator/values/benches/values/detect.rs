//! Detectors: time for a kibibyte of prose that holds some of everything.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use reach_values::detect::Detector;

const PROSE: &str = "The meeting is at 14:30 on 2026-11-26; please send the minutes to the list (see ticket 48213) and copy the team. \
    We paid 1,204.50 for 12 licences, order 2026-000417, version 1.12.0, and the rest follows by the end of the quarter. ";

fn text() -> String {
    let mut text = PROSE.repeat(4);
    text.push_str("ann@example.com 10.0.0.1 +49 30 901820 4111 1111 1111 1111 DE89 3704 0044 0532 0130 00 AKIAIOSFODNN7EXAMPLE ");
    text.truncate(1024);
    while text.len() < 1024 {
        text.push(' ');
    }
    text
}

#[divan::bench(args = Detector::ALL)]
fn kibibyte(bencher: Bencher<'_, '_>, detector: &Detector) {
    let text = text();
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| {
        let mut count = 0u32;
        detector.find(black_box(&text), &mut |_| {
            count += 1;
            true
        });
        count
    });
}
