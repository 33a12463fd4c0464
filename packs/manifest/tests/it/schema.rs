//! The JSON form of manifests, held against its schema.

use reach_compiler::{Pack, name_and_version};
use reach_statement::Manifest;
use serde_json::{Value, json};

use crate::{look_with, sources};

fn schema() -> Value {
    let generator = schemars::generate::SchemaSettings::draft2020_12().for_serialize().into_generator();
    generator.into_root_schema_for::<Manifest>().to_value()
}

/// The manifests that ship, as JSON.
fn shipped() -> Vec<(String, Value)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/packs");
    let mut packs = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let Ok(manifest) = std::fs::read_to_string(path.join("pack.reach")) else { continue };
        let mut files = vec![("pack.reach".to_owned(), manifest)];
        for policy in std::fs::read_dir(path.join("policies")).unwrap() {
            let policy = policy.unwrap().path();
            files.push((format!("policies/{}", policy.file_name().unwrap().to_str().unwrap()), std::fs::read_to_string(&policy).unwrap()));
        }
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let (name, version) = name_and_version(files[0].1).unwrap();
        packs.push(Pack { name, version, digest: None, sources: sources(&files) });
    }
    let look = |pack: &Pack| {
        let looked = look_with(&pack.sources, &packs);
        assert!(looked.diagnostics.is_empty(), "{}", crate::messages(&looked));
        (pack.name.clone(), serde_json::to_value(looked.manifest.unwrap()).unwrap())
    };
    packs.iter().map(look).collect()
}

#[test]
fn what_ships_fits_its_schema() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let shipped = shipped();
    assert!(shipped.len() >= 3, "{}", shipped.len());
    for (name, manifest) in shipped {
        assert!(validator.is_valid(&manifest), "{name}: {:?}", validator.iter_errors(&manifest).map(|e| e.to_string()).collect::<Vec<_>>());
        assert_eq!(serde_json::to_value(serde_json::from_value::<Manifest>(manifest.clone()).unwrap()).unwrap(), manifest);
    }
}

#[test]
fn what_is_no_manifest_does_not_fit() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let good = shipped().swap_remove(0).1;
    let broken: &[(&str, Value)] = &[
        ("/kind", json!("polcy")),
        ("/tools", json!("get_balance")),
        ("/tools", json!([1])),
        ("/permissions", json!({ "raed": ["/data"] })),
        ("/permissions", json!({ "spawn": { "children": 1 } })),
        ("/permissions", json!({ "spawn": { "children": -1, "depth": 1 } })),
        ("/permissions", json!({ "spend": { "usd": 10 } })),
        ("/permissions", json!({ "spend": { "usd": "-1" } })),
        ("/permissions", json!({ "spend": { "usd": "1.50" } })),
        ("/permissions", json!({ "read": "/data" })),
        ("/needs", json!({ "reach.std": 1 })),
        ("/version", json!(1)),
        ("/more", json!(true)),
        ("/license", Value::Null),
    ];
    for (pointer, value) in broken {
        let mut manifest = good.clone();
        manifest.as_object_mut().unwrap().insert(pointer[1..].to_owned(), value.clone());
        assert!(!validator.is_valid(&manifest), "{pointer} {value}");
        assert!(serde_json::from_value::<Manifest>(manifest).is_err(), "{pointer} {value}");
    }
    for entry in ["description", "kind", "license", "name", "policies", "reach", "version"] {
        let mut manifest = good.clone();
        manifest.as_object_mut().unwrap().remove(entry);
        assert!(!validator.is_valid(&manifest) && serde_json::from_value::<Manifest>(manifest).is_err(), "without {entry}");
    }
}
