use super::{call, observation, session};
use crate::Effect;

#[test]
fn a_step_that_was_read_is_decided_as_often_as_asked_and_leaves_the_session_as_it_was() {
    let mut session = session();
    session.event(&observation("start", 0, r#","context":{"role":"teller"}"#));
    let before = session.save();
    let line = call("c", 1, r#"{"text":"a"}"#);
    let alone = session.decide(&line);
    assert_eq!(alone.effect, Effect::Permit);
    let verdicts = session.with_step(&line, |step| [step.decide(), step.decide(), step.decide()]);
    assert_eq!(verdicts, Some([alone; 3]));
    assert_eq!(session.save(), before);
}

#[test]
fn what_is_no_step_or_does_not_fit_is_not_read_as_one() {
    let mut session = session();
    for line in [observation("start", 0, ""), call("c", 1, r#"{"text":1}"#), call("c", 1, "{}"), "{".to_owned(), String::new()] {
        assert_eq!(session.with_step(&line, |step| step.decide()), None, "{line}");
        assert_eq!(session.decide(&line).effect, Effect::Forbid, "{line}");
    }
}

#[test]
fn work_is_counted_and_reading_a_step_once_takes_no_more_for_each_decision() {
    let mut session = session();
    let line = call("c", 1, r#"{"text":"a"}"#);
    let work = |session: &mut crate::Session, times: usize| {
        let before = session.spent();
        session.with_step(&line, |step| (0..times).for_each(|_| assert_eq!(step.decide().effect, Effect::Permit))).unwrap();
        session.spent() - before
    };
    let (none, one, three) = (work(&mut session, 0), work(&mut session, 1), work(&mut session, 3));
    assert!(one > none);
    assert_eq!(three - none, 3 * (one - none));
}
