//! A drive: documents in folders, shared with groups.

use super::chance::Chance;
use super::store::{Field, Store};
use super::{App, REQUESTS, Request, policies};
use crate::subject::{Subject, looped};

/// The application.
pub const APP: App = App { name: "drive", actions: &["view", "download", "edit", "share"], policies: policies!("drive"), make, by_hand };

const VIEW: usize = 0;
const DOWNLOAD: usize = 1;
const EDIT: usize = 2;

/// A group for each five users, in groups of groups; a folder for each two users; two documents for each user.
fn make(users: usize) -> (Store, Vec<Request>) {
    let (mut store, mut chance) = (Store::default(), Chance::new(1));
    let staff = store.add("Group", "staff".into(), &[], &[]);
    let auditors = store.add("Group", "auditors".into(), &[], &[]);
    let mut groups = Vec::new();
    for n in 0..(users / 5).max(3) {
        // Every third group of the first level is of people outside.
        let parent = if n < 9 { [staff, staff, auditors][n % 3] } else { groups[n / 3] };
        let parents: &[u32] = if n % 3 == 2 && n < 9 { &[] } else { &[parent] };
        groups.push(store.add("Group", format!("g{n}"), parents, &[]));
    }
    let company = store.add("Folder", "company".into(), &[], &[]);
    let mut folders = ["archive", "confidential"].map(|name| store.add("Folder", name.into(), &[company], &[])).to_vec();
    for n in 0..(users / 2).max(4) {
        let parent = folders[n / 2];
        folders.push(store.add("Folder", format!("f{n}"), &[if n % 5 == 0 { company } else { parent }], &[]));
    }
    let mut people = Vec::new();
    for n in 0..users {
        let mut parents = vec![chance.pick(&groups), chance.pick(&groups)];
        if n % 20 == 7 {
            parents.push(auditors);
        }
        parents.sort_unstable();
        parents.dedup();
        people.push(store.add("User", format!("u{n}"), &parents, &[]));
    }
    let mut documents = Vec::new();
    for n in 0..users * 2 {
        let fields = [
            ("owner", Field::Entity(chance.pick(&people))),
            ("readers", Field::Entity(chance.pick(&groups))),
            ("writers", Field::Entity(chance.pick(&groups))),
            ("public", Field::Flag(chance.below(10) == 0)),
        ];
        documents.push(store.add("Document", format!("d{n}"), &[chance.pick(&folders)], &fields));
    }
    let requests = (0..REQUESTS)
        .map(|n| {
            let resource = chance.pick(&documents);
            let principal = if n % 4 == 0 { store.entity(resource, "owner") } else { chance.pick(&people) };
            Request { principal, action: chance.below(APP.actions.len()), resource }
        })
        .collect();
    (store, requests)
}

struct Document {
    owner: u32,
    readers: u32,
    writers: u32,
    public: bool,
}

fn by_hand(store: &Store, requests: Vec<Request>) -> Box<dyn Subject> {
    let ancestors = store.ancestors();
    let [staff, auditors] = ["staff", "auditors"].map(|name| store.number("Group", name));
    let [company, archive, confidential] = ["company", "archive", "confidential"].map(|name| store.number("Folder", name));
    let all = store.of_type("Document");
    let first = all[0];
    let documents: Vec<Document> = all
        .iter()
        .map(|d| Document {
            owner: store.entity(*d, "owner"),
            readers: store.entity(*d, "readers"),
            writers: store.entity(*d, "writers"),
            public: store.flag(*d, "public"),
        })
        .collect();
    looped(move |step| {
        let Request { principal, action, resource } = requests[step];
        let document = &documents[(resource - first) as usize];
        let writes = || ancestors.within(principal, document.writers);
        let permitted = principal == document.owner
            || match action {
                VIEW | DOWNLOAD => {
                    document.public
                        || ancestors.within(principal, document.readers)
                        || writes()
                        || (action == VIEW && ancestors.within(principal, auditors) && ancestors.within(resource, company))
                }
                EDIT => writes(),
                _ => false,
            };
        let forbidden = || match action {
            VIEW => false,
            DOWNLOAD => ancestors.within(resource, confidential) && !ancestors.within(principal, staff),
            _ => ancestors.within(resource, archive),
        };
        permitted && !forbidden()
    })
}
