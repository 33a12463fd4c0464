//! Who may do what with which thing: users in groups, things in folders. The shapes are those of the three applications of Cedar's
//! evaluation (Cutler et al., "Cedar: A New Language for Expressive, Fast, Safe, and Analyzable Authorization", OOPSLA 2024): a drive,
//! code hosting, to-do lists. Texts and data are made here.

pub mod chance;
pub mod code_hosting;
pub mod drive;
pub mod store;
pub mod to_do;

use std::rc::Rc;

use crate::engine::Engine;
use crate::engines::{cedar, reach, regorus};
use crate::measure::Clock;
use crate::plan::{Build, Plan};
use crate::subject::Subject;
use store::Store;

/// How many users.
pub const SIZES: [usize; 4] = [10, 100, 1_000, 10_000];
/// How many requests are decided.
pub const REQUESTS: usize = 64;

/// Somebody wants to do something with something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// Who.
    pub principal: u32,
    /// What, by its index among the application's actions.
    pub action: usize,
    /// With what.
    pub resource: u32,
}

/// Policies of one meaning.
#[derive(Clone, Copy)]
pub struct Policies {
    /// A file of Reach.
    pub reach: &'static str,
    /// Policies of Cedar.
    pub cedar: &'static str,
    /// Their schema.
    pub cedar_schema: &'static str,
    /// A module of Rego; the decision is `data.bench.allow`.
    pub rego: &'static str,
}

/// Returns the policies of a folder.
macro_rules! policies {
    ($folder:literal) => {
        $crate::workload::authorization::Policies {
            reach: include_str!(concat!("../../../policies/", $folder, "/policy.reach")),
            cedar: include_str!(concat!("../../../policies/", $folder, "/policy.cedar")),
            cedar_schema: include_str!(concat!("../../../policies/", $folder, "/schema.cedarschema")),
            rego: include_str!(concat!("../../../policies/", $folder, "/policy.rego")),
        }
    };
}
use policies;

/// An application.
#[derive(Clone, Copy)]
pub struct App {
    /// Its name on the command line.
    pub name: &'static str,
    /// What may be wanted.
    pub actions: &'static [&'static str],
    /// What decides, in each language.
    pub policies: Policies,
    /// Makes entities, and requests, for so many users.
    pub make: fn(usize) -> (Store, Vec<Request>),
    /// Decides in Rust.
    pub by_hand: fn(&Store, Vec<Request>) -> Box<dyn Subject>,
}

/// Returns the comparisons of an application.
///
/// # Panics
/// When policies and data don't fit.
#[must_use]
pub fn plans(app: App) -> Vec<Plan> {
    SIZES.iter().map(|size| plan(app, *size)).collect()
}

fn plan(app: App, size: usize) -> Plan {
    let (store, requests) = (app.make)(size);
    let mut hand = (app.by_hand)(&store, requests.clone());
    let expected: Vec<bool> = (0..requests.len()).map(|step| hand.repeat(step, 1) == 1).collect();
    let made = Rc::new((store, requests));
    let side = |build: fn(App, &Store, &[Request]) -> Result<Box<dyn Subject>, String>| {
        let made = Rc::clone(&made);
        Box::new(move || build(app, &made.0, &made.1)) as Build
    };
    Plan {
        workload: app.name,
        what: "evaluation only",
        size: Some(size),
        timed: expected.len(),
        clock: Clock::Thread,
        expected,
        sides: vec![
            (Engine::Hand, side(|app, store, requests| Ok((app.by_hand)(store, requests.to_vec())))),
            (Engine::Reach, side(reach::authorization)),
            (Engine::Cedar, side(cedar::authorization)),
            (Engine::Regorus, side(regorus::authorization)),
        ],
    }
}
