//! Sessions that are saved and restored go on as if nothing had happened.

use std::sync::Arc;

use reach_engine::{Options, Outcome, Session};
use reach_tests::generate::{Allowed, Choices, Driver, Mix, Told, generate_session_bundle};
use reach_tests::subject::Subject;

use super::number;
use super::sessions::tapes;

/// What is seen of an outcome.
fn said(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Decision(decision) => serde_json::to_string(decision).unwrap(),
        Outcome::Observed => "observed".to_owned(),
        Outcome::LeftOut(error) | Outcome::Rejected(error) => serde_json::to_string(error).unwrap(),
    }
}

fn told(outcome: &Outcome) -> Option<(String, Told)> {
    let Outcome::Decision(decision) = outcome else { return None };
    let told = match decision.effect {
        reach_engine::Effect::Permit => Told::Permitted,
        reach_engine::Effect::Ask => Told::Asked,
        reach_engine::Effect::Forbid => Told::Forbidden,
    };
    Some((decision.id.clone(), told))
}

#[test]
fn saved_sessions_go_on_alike() {
    tapes(number("REACH_CASES", 20_000) / 300, 120, 77, |bundle, steps| {
        let source = generate_session_bundle(&mut Choices::new(bundle), &Allowed::ALL);
        let subject = Subject::new([("generated.reach", source.as_str())])?;
        let (mut whole, mut resumed) = (subject.session(), subject.session());
        let mut driver = Driver::new(Mix { bad: 60, children: 35, over: 2 });
        for step in steps {
            let line = driver.next(&mut Choices::new(step));
            let (a, b) = (whole.event(&line), resumed.event(&line));
            if said(&a) != said(&b) {
                return Err(format!("{}\nafter a restore: {}\nat {line}\n\n{source}", said(&a), said(&b)));
            }
            if let Some((id, told)) = told(&a) {
                driver.told(&id, told);
            }
            if step.first().is_some_and(|n| n % 5 == 0) {
                let bytes = resumed.save();
                if bytes != whole.save() {
                    return Err(format!("equal sessions are saved differently\nafter {line}\n\n{source}"));
                }
                resumed = Session::restore(Arc::clone(&subject.image), Options::default(), &bytes).map_err(|e| format!("{e}\nafter {line}\n\n{source}"))?;
            }
        }
        if whole.running_digest() == resumed.running_digest() && whole.full_digest() == resumed.full_digest() {
            Ok(())
        } else {
            Err(format!("the digests differ\n\n{source}"))
        }
    });
}

#[test]
fn a_damaged_state_is_refused_and_never_panics() {
    tapes(number("REACH_CASES", 20_000) / 2_000, 40, 78, |bundle, steps| {
        let source = generate_session_bundle(&mut Choices::new(bundle), &Allowed::ALL);
        let subject = Subject::new([("generated.reach", source.as_str())])?;
        let mut session = subject.session();
        let mut driver = Driver::new(Mix { bad: 60, children: 35, over: 2 });
        for step in steps {
            let line = driver.next(&mut Choices::new(step));
            if let Some((id, told)) = told(&session.event(&line)) {
                driver.told(&id, told);
            }
        }
        let saved = session.save();
        for (at, step) in steps.iter().enumerate() {
            let mut bytes = saved.clone();
            let place = (usize::from(step[0]) * 65_536 + usize::from(step[1])) % bytes.len();
            bytes[place] ^= 1 << (at % 8);
            if Session::restore(Arc::clone(&subject.image), Options::default(), &bytes).is_ok() {
                return Err(format!("a state with bit {} of byte {place} turned is taken", at % 8));
            }
            // The same with a checksum that fits.
            let end = bytes.len() - 32;
            let checksum: [u8; 32] = sha2::Digest::finalize(sha2::Digest::chain_update(<sha2::Sha256 as sha2::Digest>::new(), &bytes[..end])).into();
            bytes[end..].copy_from_slice(&checksum);
            if let Ok(mut forged) = Session::restore(Arc::clone(&subject.image), Options::default(), &bytes) {
                let mut driver = Driver::new(Mix { bad: 60, children: 35, over: 2 });
                for step in steps {
                    let _ = forged.event(&driver.next(&mut Choices::new(step)));
                }
            }
        }
        Ok(())
    });
}
