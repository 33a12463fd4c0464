//! Code hosting: repositories with five roles, and issues in them.

use super::chance::Chance;
use super::store::{Field, Store};
use super::{App, REQUESTS, Request, policies};
use crate::subject::{Subject, looped};

/// The application.
pub const APP: App = App {
    name: "code-hosting",
    actions: &["pull", "fork", "label", "push", "settings", "transfer", "comment", "close", "remove"],
    policies: policies!("code_hosting"),
    make,
    by_hand,
};

/// The index of the first action on issues.
const COMMENT: usize = 6;
const ROLES: [&str; 5] = ["readers", "triagers", "writers", "maintainers", "admins"];

/// A repository for each two users, a team for each five; a user has roles in four repositories, a team in two. An issue for each user.
fn make(users: usize) -> (Store, Vec<Request>) {
    let (mut store, mut chance) = (Store::default(), Chance::new(2));
    let mut repositories = Vec::new();
    for n in 0..(users / 2).max(2) {
        let mut roles: Vec<u32> = Vec::new();
        for role in ROLES {
            let below: Vec<u32> = roles.last().copied().into_iter().collect();
            roles.push(store.add("Team", format!("r{n}_{role}"), &below, &[]));
        }
        let mut fields: Vec<(&'static str, Field)> = ROLES.into_iter().zip(&roles).map(|(role, team)| (role, Field::Entity(*team))).collect();
        fields.push(("archived", Field::Flag(n % 10 == 3)));
        repositories.push(store.add("Repository", format!("r{n}"), &[], &fields));
    }
    let roles = |store: &Store, chance: &mut Chance, count: usize| {
        let mut parents: Vec<u32> = (0..count)
            .map(|_| {
                let repository = chance.pick(&repositories);
                // Most read, few administrate.
                let role = chance.below(5).min(chance.below(5));
                store.entity(repository, ROLES[role])
            })
            .collect();
        parents.sort_unstable();
        parents.dedup();
        parents
    };
    let mut teams = Vec::new();
    for n in 0..(users / 5).max(2) {
        let mut parents = roles(&store, &mut chance, 2);
        if n >= 4 {
            parents.push(teams[n / 4]);
        }
        teams.push(store.add("Team", format!("t{n}"), &parents, &[]));
    }
    let mut people = Vec::new();
    for n in 0..users {
        let mut parents = roles(&store, &mut chance, 4);
        parents.push(chance.pick(&teams));
        people.push(store.add("User", format!("u{n}"), &parents, &[]));
    }
    let mut issues = Vec::new();
    for n in 0..users {
        let fields = [("repository", Field::Entity(chance.pick(&repositories))), ("reporter", Field::Entity(chance.pick(&people)))];
        issues.push(store.add("Issue", format!("i{n}"), &[], &fields));
    }
    let ancestors = store.ancestors();
    let requests = (0..REQUESTS)
        .map(|n| {
            let action = n % APP.actions.len();
            let resource = chance.pick(if action < COMMENT { &repositories } else { &issues });
            let repository = if action < COMMENT { resource } else { store.entity(resource, "repository") };
            let mut principal = chance.pick(&people);
            if n % 2 == 0 {
                // Somebody who has a role, if there is one.
                let role = store.entity(repository, "readers");
                principal = people.iter().copied().find(|p| *p >= principal && ancestors.within(*p, role)).unwrap_or(principal);
            }
            Request { principal, action, resource }
        })
        .collect();
    (store, requests)
}

struct Repository {
    roles: [u32; 5],
    archived: bool,
}

fn by_hand(store: &Store, requests: Vec<Request>) -> Box<dyn Subject> {
    let ancestors = store.ancestors();
    let numbers = store.of_type("Repository");
    let repositories: Vec<Repository> =
        numbers.iter().map(|r| Repository { roles: ROLES.map(|role| store.entity(*r, role)), archived: store.flag(*r, "archived") }).collect();
    // By the number of what is asked for: its repository, and who reported it where it is an issue.
    let mut things: Vec<Option<(usize, Option<u32>)>> = Vec::new();
    let mut put = |number: u32, thing| {
        if things.len() <= number as usize {
            things.resize(number as usize + 1, None);
        }
        things[number as usize] = Some(thing);
    };
    for (at, number) in numbers.iter().enumerate() {
        put(*number, (at, None));
    }
    for issue in store.of_type("Issue") {
        let repository = store.entity(issue, "repository");
        let at = numbers.iter().position(|n| *n == repository).expect("a repository");
        put(issue, (at, Some(store.entity(issue, "reporter"))));
    }
    looped(move |step| {
        let Request { principal, action, resource } = requests[step];
        let Some((at, reporter)) = things[resource as usize] else { return false };
        let repository = &repositories[at];
        let has = |role: usize| ancestors.within(principal, repository.roles[role]);
        match action {
            0 | 1 => has(0),
            2 => !repository.archived && has(1),
            3 => !repository.archived && has(2),
            4 => !repository.archived && has(3),
            5 => has(4),
            6 => !repository.archived && has(0),
            7 => !repository.archived && (reporter == Some(principal) || has(1)),
            _ => !repository.archived && has(3),
        }
    })
}
