//! The JSON Schemas of everything that is read and printed.

use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings};

use crate::answer::Envelope;
use crate::{capsule, completions, doctor, explain, key, log, offline, pack, policy, value};

/// The version of the form of JSON output. It grows when a field changes its meaning or goes away.
pub const SCHEMA_VERSION: u32 = 1;

fn generator() -> SchemaGenerator {
    SchemaSettings::draft2020_12().for_serialize().into_generator()
}

fn schema<T: JsonSchema>(title: &str) -> Schema {
    titled(generator().into_root_schema_for::<T>(), title)
}

fn titled(mut schema: Schema, title: &str) -> Schema {
    schema.insert("title".to_owned(), title.into());
    schema
}

/// Returns every schema with the name of its file under `docs/schemas/`, without `.schema.json`.
#[must_use]
pub fn schemas() -> Vec<(&'static str, Schema)> {
    vec![
        ("event", titled(reach_engine::event_schema(), "An event line")),
        ("entities", titled(reach_engine::entities_schema(), "An entity of `--entities FILE`: an element of its array, or a line")),
        ("decision", titled(reach_engine::decision_schema(), "A decision line of `reach policy decide`")),
        (
            "observation-error",
            titled(reach_engine::observation_error_schema(), "A line about an observation that does not fit, of `reach policy decide --json`"),
        ),
        ("explanation", schema::<policy::Explained>("An explanation, of `reach policy explain --format json`")),
        ("test-report", titled(reach_harness::report_schema(), "What came of the tests of a bundle")),
        ("diagnostics", schema::<Vec<reach_codes::render::JsonDiagnostic>>("The messages about sources")),
        ("policy-bundle", schema::<reach_compiler::ir::Bundle>("What a bundle means, of `reach policy check --emit ir`")),
        ("envelope", schema::<Envelope<serde_json::Value>>("What every command prints with `--json`")),
        ("check", schema::<Envelope<policy::CheckData>>("`reach policy check --json`")),
        ("lint", schema::<Envelope<policy::LintData>>("`reach policy lint --json`")),
        ("fmt", schema::<Envelope<policy::FmtData>>("`reach policy fmt --json`")),
        ("build", schema::<Envelope<policy::BuildData>>("`reach policy build --json`")),
        ("decide", schema::<Envelope<policy::DecideData>>("The last line of `reach policy decide --json`")),
        ("explain", schema::<Envelope<policy::ExplainData>>("`reach policy explain --json`")),
        ("test", schema::<Envelope<policy::TestData>>("`reach policy test --json`")),
        ("mutate", schema::<Envelope<policy::MutateData>>("`reach policy mutate --json`")),
        ("coverage", schema::<Envelope<policy::CoverageData>>("`reach policy coverage --json`")),
        ("diff", schema::<Envelope<policy::DiffData>>("`reach policy diff --json`")),
        ("prove", schema::<Envelope<policy::ProveData>>("`reach policy prove --json`")),
        ("replay", schema::<Envelope<policy::ReplayData>>("`reach policy replay --json`")),
        ("doc", schema::<Envelope<policy::DocData>>("`reach policy doc --json`")),
        ("init", schema::<Envelope<policy::InitData>>("`reach policy init --json`")),
        ("pack-manifest", schema::<reach_statement::Manifest>("The manifest of a pack, of `reach pack validate --emit json`")),
        ("pack-init", schema::<Envelope<pack::PackInitData>>("`reach pack init --json`")),
        ("pack-validate", schema::<Envelope<pack::ValidateData>>("`reach pack validate --json`")),
        ("pack-audit", schema::<Envelope<pack::AuditData>>("`reach pack audit --json`")),
        ("log-show", schema::<Envelope<log::ShowData>>("The last line of `reach log show --json`")),
        ("log-entry", schema::<log::Shown>("A line of `reach log show --json`")),
        ("log-verify", schema::<Envelope<log::VerifyData>>("`reach log verify --json`")),
        ("log-checkpoint", schema::<Envelope<log::CheckpointData>>("`reach log checkpoint --json`")),
        ("log-prove", schema::<Envelope<log::ProofData>>("`reach log prove --json`")),
        ("log-export", schema::<Envelope<log::ExportData>>("`reach log export --json`")),
        ("log-erase", schema::<Envelope<log::EraseData>>("`reach log erase --json`")),
        ("capsule-create", schema::<Envelope<capsule::CapsuleData>>("`reach capsule create --json`")),
        ("capsule-verify", schema::<Envelope<capsule::CapsuleVerifyData>>("`reach capsule verify --json`")),
        ("capsule-replay", schema::<Envelope<capsule::CapsuleReplayData>>("`reach capsule replay --json`")),
        ("value-parse", schema::<Envelope<value::ValueData>>("`reach value parse --json`")),
        ("key-generate", schema::<Envelope<key::GenerateData>>("`reach key generate --json`")),
        ("key-public", schema::<Envelope<key::PublicData>>("`reach key public --json`")),
        ("key-list", schema::<Envelope<key::ListData>>("`reach key list --json`")),
        ("key-import", schema::<Envelope<key::ImportData>>("`reach key import --json`")),
        ("key-export", schema::<Envelope<key::ExportData>>("`reach key export --json`")),
        ("key-trust", schema::<Envelope<key::TrustData>>("`reach key trust --json`")),
        ("key-revoke", schema::<Envelope<key::RevokeData>>("`reach key revoke --json`")),
        ("key-rotate", schema::<Envelope<key::RotateData>>("`reach key rotate --json`")),
        ("pack-build", schema::<Envelope<pack::PackBuildData>>("`reach pack build --json`")),
        ("pack-sign", schema::<Envelope<pack::PackSignData>>("`reach pack sign --json`")),
        ("pack-verify", schema::<Envelope<pack::PackVerifyData>>("`reach pack verify --json`")),
        ("pack-inspect", schema::<Envelope<pack::PackInspectData>>("`reach pack inspect --json`")),
        ("pack-import-mcp", schema::<Envelope<pack::McpData>>("`reach pack import mcp --json`")),
        ("pack-publish", schema::<Envelope<pack::PublishData>>("`reach pack publish --json`, `pack yank` and `pack registry refresh`")),
        ("pack-registry", schema::<Envelope<pack::RegistryData>>("`reach pack registry init --json` and `pack registry add`")),
        ("pack-search", schema::<Envelope<pack::SearchData>>("`reach pack search --json`")),
        ("pack-install", schema::<Envelope<pack::ChangeData>>("`reach pack install --json`, `pack update` and `pack remove`")),
        ("pack-list", schema::<Envelope<pack::ListData>>("`reach pack list --json`")),
        ("pack-outdated", schema::<Envelope<pack::OutdatedData>>("`reach pack outdated --json`")),
        ("offline", schema::<Envelope<offline::OfflineData>>("`reach offline --json`")),
        ("explain-code", schema::<Envelope<explain::CodeData>>("`reach explain --json`")),
        ("completions", schema::<Envelope<completions::CompletionsData>>("`reach completions --json`")),
        ("doctor", schema::<Envelope<doctor::DoctorData>>("`reach doctor --json`")),
    ]
}
