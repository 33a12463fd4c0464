//! To-do lists that are shared with teams.

use super::chance::Chance;
use super::store::{Field, Store};
use super::{App, REQUESTS, Request, policies};
use crate::subject::{Subject, looped};

/// The application.
pub const APP: App =
    App { name: "to-do", actions: &["create", "browse", "view", "rename", "add", "finish", "discard", "share"], policies: policies!("to_do"), make, by_hand };

const CREATE: usize = 0;
const BROWSE: usize = 1;
const VIEW: usize = 2;
const FINISH: usize = 5;

/// A team for each five users, in teams of teams; two lists for each user.
fn make(users: usize) -> (Store, Vec<Request>) {
    let (mut store, mut chance) = (Store::default(), Chance::new(3));
    let application = store.add("Application", "to_do".into(), &[], &[]);
    let mut teams = ["admins", "interns"].map(|name| store.add("Team", name.into(), &[application], &[])).to_vec();
    for n in 0..(users / 5).max(3) {
        let parent = if n < 4 { application } else { teams[n / 2] };
        teams.push(store.add("Team", format!("t{n}"), &[parent], &[]));
    }
    let mut people = Vec::new();
    for n in 0..users {
        let mut parents = vec![application, chance.pick(&teams[2..])];
        if n % 10 < 2 {
            parents.push(teams[n % 10]);
        }
        people.push(store.add("User", format!("u{n}"), &parents, &[]));
    }
    let mut lists = Vec::new();
    for n in 0..users * 2 {
        let fields =
            [("owner", Field::Entity(chance.pick(&people))), ("readers", Field::Entity(chance.pick(&teams))), ("editors", Field::Entity(chance.pick(&teams)))];
        lists.push(store.add("List", format!("l{n}"), &[application], &fields));
    }
    let requests = (0..REQUESTS)
        .map(|n| {
            let action = n % APP.actions.len();
            let resource = if action <= BROWSE { application } else { chance.pick(&lists) };
            let principal = if action > BROWSE && n % 3 == 0 { store.entity(resource, "owner") } else { chance.pick(&people) };
            Request { principal, action, resource }
        })
        .collect();
    (store, requests)
}

struct List {
    owner: u32,
    readers: u32,
    editors: u32,
}

fn by_hand(store: &Store, requests: Vec<Request>) -> Box<dyn Subject> {
    let ancestors = store.ancestors();
    let application = store.number("Application", "to_do");
    let [admins, interns] = ["admins", "interns"].map(|name| store.number("Team", name));
    let all = store.of_type("List");
    let first = all[0];
    let lists: Vec<List> =
        all.iter().map(|l| List { owner: store.entity(*l, "owner"), readers: store.entity(*l, "readers"), editors: store.entity(*l, "editors") }).collect();
    looped(move |step| {
        let Request { principal, action, resource } = requests[step];
        if resource == application {
            return action == BROWSE || (action == CREATE && !ancestors.within(principal, interns));
        }
        let list = &lists[(resource - first) as usize];
        let edits = || ancestors.within(principal, list.editors);
        principal == list.owner
            || match action {
                VIEW => ancestors.within(principal, list.readers) || edits(),
                VIEW..=FINISH => edits(),
                _ => false,
            }
            || (ancestors.within(principal, admins) && ancestors.within(resource, application))
    })
}
