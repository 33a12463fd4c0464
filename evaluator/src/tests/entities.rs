//! Hierarchies: what lies in what, found once, and the same as walking the graph.

use super::bench::{check_refused, image};
use crate::entities::{Entities, Hierarchy, HierarchyError, MAX_ID_BYTES, Node};
use crate::image::EntityId;
use crate::value::Atom;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Builds entities of one type from their ids and parents.
fn build(all: &[(&str, &[&str])]) -> Result<(Entities, Vec<usize>), HierarchyError> {
    let mut hierarchy = Hierarchy::default();
    for (id, parents) in all {
        hierarchy.entity(0, id);
        parents.iter().for_each(|parent| hierarchy.parent(0, parent));
    }
    hierarchy.build()
}

fn lies_in(entities: &Entities, of: &str, other: &str) -> bool {
    entities.lies_in(entities.find(0, of).unwrap(), entities.find(0, other).unwrap())
}

#[test]
fn nodes_stand_in_the_order_of_type_and_id() {
    let mut hierarchy = Hierarchy::default();
    for (kind, id) in [(1, "b"), (0, "z"), (1, "a"), (0, "ä")] {
        hierarchy.entity(kind, id);
    }
    let (entities, order) = hierarchy.build().unwrap();
    let names: Vec<(u32, &str)> = entities.nodes().filter_map(|node| entities.name(node)).collect();
    assert_eq!((names, order), (vec![(0, "z"), (0, "ä"), (1, "a"), (1, "b")], vec![1, 3, 2, 0]));
    assert_eq!((entities.find(0, "z"), entities.find(1, "z"), entities.find(0, "")), (Some(Node(0)), None, None));
    assert_eq!((entities.len(), entities.is_empty(), Entities::default().find(0, "z")), (4, false, None));
}

#[test]
fn what_lies_in_what_goes_over_many_steps_and_never_back() {
    let (entities, _) = build(&[("a", &["b"]), ("b", &["c", "d"]), ("c", &["e"]), ("d", &["e"]), ("e", &[])]).unwrap();
    assert!(lies_in(&entities, "a", "e") && lies_in(&entities, "a", "d") && lies_in(&entities, "b", "e"));
    assert!(!lies_in(&entities, "e", "a") && !lies_in(&entities, "c", "d") && !lies_in(&entities, "a", "a"));
    let a = entities.find(0, "a").unwrap();
    assert_eq!((entities.ancestors(a), entities.parents(a).count()), (4, 1));
}

#[test]
fn a_parent_that_is_named_twice_is_one() {
    let (entities, _) = build(&[("a", &["b", "b"]), ("b", &[])]).unwrap();
    assert_eq!(entities.parents(entities.find(0, "a").unwrap()).count(), 1);
}

#[test]
fn what_does_not_hold_together_is_refused() {
    assert_eq!(build(&[("a", &[]), ("b", &[]), ("a", &[]), ("b", &[])]).unwrap_err(), HierarchyError::Duplicate { first: 0, again: 2 });
    assert_eq!(build(&[("z", &["a", "gone"]), ("a", &["away"])]).unwrap_err(), HierarchyError::MissingParent { entity: 0, parent: 1 });
    assert_eq!(build(&[("a", &["a"])]).unwrap_err(), HierarchyError::Cycle(vec![0, 0]));
    assert_eq!(build(&[("x", &["a"]), ("a", &["b"]), ("b", &["c"]), ("c", &["a"])]).unwrap_err(), HierarchyError::Cycle(vec![1, 2, 3, 1]));
}

#[test]
fn a_long_cycle_is_cut_when_it_is_told() {
    let names: Vec<String> = (0..1_000).map(|n| format!("n{n:04}")).collect();
    let mut hierarchy = Hierarchy::default();
    for (at, name) in names.iter().enumerate() {
        hierarchy.entity(0, name);
        hierarchy.parent(0, &names[(at + 1) % names.len()]);
    }
    let HierarchyError::Cycle(told) = hierarchy.build().unwrap_err() else { panic!("no cycle") };
    assert_eq!((told.len(), told.first(), told.last()), (13, Some(&0), Some(&0)));
}

/// A chain of so many entities, each in the next.
fn chain(count: u32) -> Result<(Entities, Vec<usize>), HierarchyError> {
    let mut hierarchy = Hierarchy::default();
    for at in 0..count {
        hierarchy.entity(0, &format!("{at:07}"));
        if at + 1 < count {
            hierarchy.parent(0, &format!("{:07}", at + 1));
        }
    }
    hierarchy.build()
}

#[test]
fn a_chain_ends_at_the_limit_of_what_all_lie_in_and_not_before() {
    // Of n entities in a chain, n * (n - 1) / 2 are looked at.
    let (entities, _) = chain(8_192).unwrap();
    assert_eq!(entities.ancestors(Node(0)), 8_191);
    assert_eq!(chain(8_193).unwrap_err(), HierarchyError::TooDeep);
    assert_eq!(chain(200_000).unwrap_err(), HierarchyError::TooDeep);
}

#[test]
fn entities_with_the_same_parents_share_what_they_lie_in() {
    let mut hierarchy = Hierarchy::default();
    for at in 0..4_000 {
        hierarchy.entity(0, &format!("{at:07}"));
        if at < 3_999 {
            hierarchy.parent(0, &format!("{:07}", at + 1));
        }
    }
    // Each on its own would be far beyond the limit.
    for at in 0..20_000 {
        hierarchy.entity(1, &at.to_string());
        hierarchy.parent(0, "0000000");
    }
    let (entities, _) = hierarchy.build().unwrap();
    assert_eq!(entities.ancestors(entities.find(1, "19999").unwrap()), 4_000);
}

#[test]
fn an_id_beyond_the_limit_is_known_by_nobody() {
    let long = "x".repeat(MAX_ID_BYTES);
    let (entities, _) = build(&[(&long, &[])]).unwrap();
    assert_eq!(entities.find(0, &long), Some(Node(0)));
    assert_eq!(entities.find(0, &format!("{long}x")), None);
}

#[test]
fn atoms_of_entities_are_none_of_constants() {
    for node in [0, 1, (1 << 31) - 3] {
        assert_eq!(Atom::of_node(Node(node)).node(), Some(Node(node)));
    }
    assert_eq!(Atom::of_node(Node((1 << 31) - 2)), Atom::UNKNOWN);
    assert_eq!((Atom::UNKNOWN.node(), Atom::FOREIGN.node(), Atom(0).node(), Atom((1 << 31) - 1).node()), (None, None, None, None));
}

#[test]
fn tables_of_entities_are_looked_at() {
    let base = || image(&["lookup r0 c50 e0 0 @0", "return r0 @0"], "int");
    let refused = |change: &dyn Fn(&mut crate::image::Image), code: &str, message: &str| {
        let mut image = base();
        change(&mut image);
        check_refused(image, code, message);
    };
    base().verify().unwrap();
    refused(&|i| i.entities[1].name = i.entities[0].name, "V0008", "type of entities 1 stands twice");
    refused(&|i| i.entities[0].parents.push(EntityId(0)), "V0008", "not ascending");
    refused(&|i| i.entities[0].parents.push(EntityId(1)), "V0008", "not ascending");
    refused(&|i| i.entities[0].parents.push(EntityId(2)), "V0007", "no type of entities 2");
    refused(&|i| i.entities[0].fields[1].0 = i.entities[0].fields[0].0, "V0008", "field 1 stands twice");
    refused(&|i| i.entities[0].fields[0].1 = crate::image::TypeId(99), "V0007", "no type 99");
    refused(&|i| i.entities[0].fields[0].1 = super::bench::ty("command"), "V0008", "only parts of others");
    refused(&|i| i.entities.truncate(1), "V0007", "no type of entities 1");
}

proptest! {
    #[test]
    fn the_sets_are_those_of_walking_the_graph(edges in proptest::collection::vec((0usize..24, 0usize..24), 0..60), shuffle in any::<u64>()) {
        // Towards larger numbers alone, so that there is no cycle.
        let edges: BTreeSet<(usize, usize)> = edges.into_iter().filter(|(from, to)| from != to).map(|(a, b)| (a.min(b), a.max(b))).collect();
        let name = |n: usize| format!("{}{n}", (b'a' + u8::try_from((n as u64).wrapping_mul(shuffle | 1) % 26).unwrap()) as char);
        let mut hierarchy = Hierarchy::default();
        for n in 0..24 {
            hierarchy.entity(0, &name(n));
            edges.iter().filter(|(from, _)| *from == n).for_each(|(_, to)| hierarchy.parent(0, &name(*to)));
        }
        let (entities, _) = hierarchy.build().unwrap();
        for from in 0..24 {
            let (mut open, mut seen) = (vec![from], BTreeSet::new());
            while let Some(next) = open.pop() {
                open.extend(edges.iter().filter(|(at, to)| *at == next && seen.insert(*to)).map(|(_, to)| *to).collect::<Vec<_>>());
            }
            for to in 0..24 {
                prop_assert_eq!(lies_in(&entities, &name(from), &name(to)), seen.contains(&to), "{} in {}", from, to);
            }
            prop_assert_eq!(entities.ancestors(entities.find(0, &name(from)).unwrap()), seen.len());
        }
    }
}
