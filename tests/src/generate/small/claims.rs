//! Claims about small bundles.

use super::SmallBundle;
use super::condition::Maker;
use crate::generate::choices::Choices;

/// Makes a claim.
#[must_use]
pub fn claim(bundle: &SmallBundle, c: &mut Choices<'_>) -> String {
    let word = *c.pick(&["never", "always"]);
    let effect = *c.pick(&["permit", "forbid", "ask"]);
    let (on, env) = bundle.targets(c);
    let mut maker = Maker { c, locals: 0 };
    let when = maker.c.chance(75).then(|| maker.condition(&env, 2));
    let approved = word == "never" && effect == "permit" && c.chance(30);
    let condition = match (when, approved) {
        (Some(when), true) => format!(" when ({when}) and not approved"),
        (Some(when), false) => format!(" when {when}"),
        (None, true) => " when not approved".to_owned(),
        (None, false) => String::new(),
    };
    format!("{word} {effect} {on}{condition}")
}
