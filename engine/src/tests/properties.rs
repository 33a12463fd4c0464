use proptest::prelude::*;

use super::{call, session};
use crate::fuzz::{fuzz_event, sample};
use crate::{Options, Outcome, Session};

/// The fields of a call, some of them wrong.
fn fields() -> impl Strategy<Value = Vec<String>> {
    let args = prop::sample::subsequence(
        vec![
            r#""text":"a\u0062""#,
            r#""int":5"#,
            r#""int2":5"#,
            r#""decimal":"x""#,
            r#""path":"/a/../b""#,
            r#""set":[2,1]"#,
            r#""record":{"text":"\u0061","set":[]}"#,
            r#""any":{"b":1,"a":[]}"#,
            r#""email":"no""#,
        ],
        0..9,
    )
    .prop_shuffle()
    .prop_map(|args| format!(r#""args":{{{}}}"#, args.join(",")));
    let envelope = prop::sample::subsequence(
        vec![r#""id":"\u0063""#, r#""name":"t""#, r#""at":"2026-01-01T00:00:00Z""#, r#""facts":{"fact":true}"#, r#""agent":"main""#, r#""extra":1"#],
        2..6,
    );
    (args, envelope, any::<bool>()).prop_map(|(args, envelope, whole)| {
        let mut all: Vec<String> = vec![r#""type":"call""#.into(), args];
        all.extend(envelope.iter().map(|f| (*f).to_owned()));
        if whole {
            all.retain(|f| !f.contains("extra"));
            for must in [r#""id":"\u0063""#, r#""name":"t""#, r#""at":"2026-01-01T00:00:00Z""#] {
                if !all.iter().any(|f| f == must) {
                    all.push(must.into());
                }
            }
        }
        all
    })
}

fn outcome(fields: &[String]) -> String {
    let mut s = Session::new(sample().unwrap(), "", Options::default());
    match s.event(&format!("{{{}}}", fields.join(","))) {
        Outcome::Decision(d) => serde_json::to_string(&d).unwrap(),
        other => format!("{other:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn keys_in_any_order_give_the_same_decision((sorted, shuffled) in fields().prop_flat_map(|f| (Just(f.clone()), Just(f).prop_shuffle()))) {
        prop_assert_eq!(outcome(&sorted), outcome(&shuffled));
    }

    #[test]
    fn arbitrary_bytes_are_never_permitted_and_break_nothing(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        fuzz_event(&bytes);
    }

    #[test]
    fn damaged_events_break_nothing(fields in fields(), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        let mut line = format!("{{{}}}", fields.join(",")).into_bytes();
        let at = at.index(line.len());
        if cut { line.truncate(at) } else { line[at] = byte }
        fuzz_event(&line);
    }
}

#[test]
fn a_session_can_be_sent_to_another_thread() {
    let mut s = session();
    let line = call("c", 0, r#"{"text":"a"}"#);
    std::thread::spawn(move || assert!(matches!(s.event(&line), Outcome::Decision(_)))).join().unwrap();
}
