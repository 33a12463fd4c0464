//! Conditions on structured values.

use reach_values::detect::Detector;
use reach_values::form::Form;
use reach_values::ip;
use reach_values::path::Platform;

use super::expression::{Env, Maker, Place, add_place};
use super::forms::{COMMANDS, DOMAINS, TABLES, ZONES};
use super::literals::literal;
use super::types::Ty;

/// The globs on paths of POSIX.
const GLOBS: [&str; 8] =
    [r#"glob"*.pem""#, r#"glob"/srv/**""#, r#"glob"a/*""#, r#"glob"/etc/*""#, r#"glob"**/b.txt""#, r#"glob"x*""#, r#"re"^/srv""#, r#"glob"~/**""#];
const WINDOWS_GLOBS: [&str; 5] = [r#"glob"*.pem""#, r#"glob"C:/Users/**""#, r#"glob"a/*""#, r#"glob"//server/share/**""#, r#"re"^//c:""#];
const MACOS_GLOBS: [&str; 5] = [r#"glob"*.pem""#, r#"glob"/Users/**""#, r#"glob"/etc/*""#, r#"glob"a/*""#, r#"glob"~/**""#];

/// The patterns on paths of a platform.
pub fn globs(platform: Platform) -> &'static [&'static str] {
    match platform {
        Platform::Posix => &GLOBS,
        Platform::Windows => &WINDOWS_GLOBS,
        Platform::MacOs => &MACOS_GLOBS,
    }
}

impl Maker<'_, '_> {
    fn of(&mut self, env: &Env, ty: &Ty) -> Option<String> {
        self.place(env, |p| !p.is_constant && p.ty == *ty).map(|p| p.text)
    }

    /// One to three of some texts, in quotes, each once.
    fn some_of(&mut self, from: &[&str]) -> String {
        let count = 1 + self.c.below(3);
        let mut picked: Vec<String> = (0..count).map(|_| format!("\"{}\"", self.c.pick(from))).collect();
        picked.sort();
        picked.dedup();
        format!("{{ {} }}", picked.join(", "))
    }

    /// `runs only`, `may run` and `may touch`.
    pub fn on_command_line(&mut self, env: &Env, depth: usize) -> Option<String> {
        let line = self.of(env, &Ty::Form(Form::Shell))?;
        let word = *self.c.pick(&["runs only", "may run"]);
        match self.c.below(6) {
            0 | 1 => Some(format!("{line} {word} {}", self.some_of(&COMMANDS))),
            2..=4 => {
                let local = self.local();
                let mut inside: Env = if self.c.chance(75) { Vec::new() } else { env.clone() };
                add_place(&mut inside, &local, &Ty::Form(Form::Command), false, true);
                let body = self.condition(&inside, depth.min(1));
                // The condition extends as far right as it can.
                Some(format!("({line} {word} {local} where ({body}))"))
            }
            _ => {
                let count = 1 + self.c.below(3);
                let items: Vec<String> = (0..count)
                    .map(|_| match self.c.below(4) {
                        0 => literal(&Ty::PATH, self.c, self.pool),
                        1 => self.of(env, &Ty::PATH).unwrap_or_else(|| "\"/root\"".to_owned()),
                        _ => (*self.c.pick(&[r#"glob"/etc/**""#, r#"glob"*.pem""#, r#"glob"a/*""#, r#"glob"/srv/**""#])).to_owned(),
                    })
                    .collect();
                Some(format!("{line} may touch {{ {} }}", items.join(", ")))
            }
        }
    }

    /// `reads only` and `may write`.
    pub fn on_query(&mut self, env: &Env) -> Option<String> {
        let query = self.place(env, |p| !p.is_constant && matches!(p.ty, Ty::Form(Form::Sql(_))))?.text;
        let word = *self.c.pick(&["reads only", "may write"]);
        Some(format!("{query} {word} {}", self.some_of(&TABLES)))
    }

    /// `contains card`.
    pub fn detection(&mut self, env: &Env) -> Option<String> {
        let text = self.of(env, &Ty::Text)?;
        Some(format!("{text} contains {}", self.c.pick(&Detector::ALL).word()))
    }

    /// What the clocks of a zone show at some time, and the type of what they show.
    pub fn clock(&mut self, env: &Env, ty: &Ty) -> Option<String> {
        let fields: &[&str] = match ty {
            Ty::Int => &["hour", "minute", "day", "month", "year", "second"],
            Ty::Date => &["date"],
            _ => return None,
        };
        let (time, zone) = (self.typed(&Ty::Time, env, 0)?, *self.c.pick(&ZONES));
        Some(format!("local({time}, \"{zone}\").{}", self.c.pick(fields)))
    }

    /// A condition on the day of the week.
    pub fn weekday(&mut self, env: &Env) -> Option<String> {
        let (time, zone) = (self.typed(&Ty::Time, env, 1)?, *self.c.pick(&ZONES));
        let condition = *self.c.pick(&["== thursday", "!= monday", "in { saturday, sunday }", "not in { saturday, sunday }"]);
        Some(format!("local({time}, \"{zone}\").weekday {condition}"))
    }

    /// `within` of paths, hosts and addresses.
    pub fn within(&mut self, env: &Env) -> Option<String> {
        let lies = |p: &Place| !p.is_constant && matches!(p.ty, Ty::Form(Form::Path(_) | Form::Host | Form::Ip));
        let place = self.place(env, lies)?;
        let other = match &place.ty {
            ty @ Ty::Form(Form::Path(_)) if self.c.chance(30) => self.operand(ty, env, 0),
            ty @ Ty::Form(Form::Path(_)) => literal(ty, self.c, self.pool),
            Ty::Form(Form::Host) if self.c.chance(50) => {
                let other = if self.c.chance(30) { self.of(env, &Ty::HOST) } else { None };
                other.unwrap_or_else(|| format!("\"{}\"", self.c.pick(&DOMAINS)))
            }
            _ => match self.c.below(3) {
                0 => self.c.pick(ip::NAMED).name.to_owned(),
                1 => (*self.c.pick(&[
                    r#"ip"10.0.0.0/8""#,
                    r#"ip"127.0.0.0/8""#,
                    r#"ip"::/0""#,
                    r#"ip"64:ff9b::/96""#,
                    r#"ip"::ffff:0:0/96""#,
                    r#"ip"2002::/16""#,
                ]))
                .to_owned(),
                // A host's place asks for another host; only an address's for a network.
                _ if place.ty == Ty::Form(Form::Ip) => self.of(env, &Ty::Form(Form::Network)).unwrap_or_else(|| "private".to_owned()),
                _ => "internal".to_owned(),
            },
        };
        Some(format!("{} within {other}", place.text))
    }
}
