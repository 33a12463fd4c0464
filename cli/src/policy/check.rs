//! `reach policy check`: parses and type checks, once or whenever something changes.

mod again;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use reach_analysis::Tier;
use reach_codes::render::{self, JsonDiagnostic};
use reach_codes::{Diagnostic, Sources};
use reach_compiler::ir;
use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::{Answer, Exit};
use crate::bundle::{self, Built, Size};
use crate::failure::Failure;
use crate::terminal::Terminal;

use super::count;

/// The arguments of `policy check`.
#[derive(Args, Debug)]
pub struct CheckArgs {
    /// A folder or a file; `-` is standard input
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Print the worst cost of each rule, in units of fuel (one for each operation)
    #[arg(long)]
    cost: bool,
    /// Print of each rule whether `policy diff` and `policy prove` always tell what it does, or what of it may be unknown
    #[arg(long)]
    tier: bool,
    /// Print what the compiler makes of the bundle: `ast` (the syntax tree), `ir` (what it means, as JSON), `bytecode` (a listing), `program` (how rules are found)
    #[arg(long, value_name = "STAGE", conflicts_with = "cost", hide_possible_values = true)]
    emit: Option<Stage>,
    /// Check again, each bundle whose files change, until interrupted
    #[arg(long, conflicts_with_all = ["cost", "tier", "emit"])]
    watch: bool,
}

/// A stage of the compiler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Stage {
    /// The syntax tree.
    Ast,
    /// What the bundle means, names and types resolved.
    Ir,
    /// The listing of the bytecode.
    Bytecode,
    /// How the rules of each step are found, and what is run in pieces.
    Program,
}

/// What `policy check` found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CheckData {
    /// Each bundle, in order.
    bundles: Vec<BundleSummary>,
    /// What is wrong, by file and place.
    diagnostics: Vec<JsonDiagnostic>,
    /// With `--cost`: the worst cost of each rule.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    costs: Vec<RuleCost>,
    /// With `--tier`: how much of each rule the analysis tells apart.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    tiers: Vec<RuleTier>,
    /// With `--emit`: what the compiler makes of the bundle.
    #[serde(skip_serializing_if = "Option::is_none")]
    emit: Option<Emitted>,
}

/// What a bundle holds.
#[derive(Debug, Serialize, JsonSchema)]
struct BundleSummary {
    /// The folder or file, as it was named on the command line.
    path: String,
    /// Whether it has no errors.
    ok: bool,
    /// How many source files it has.
    files: usize,
    /// How many steps it declares. Zero where it has errors, as below.
    steps: usize,
    /// How many rules it has.
    rules: usize,
    /// How many tests it has; of a table each row.
    tests: usize,
}

/// How much of a rule the analysis tells apart.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RuleTier {
    /// The file of the rule.
    file: String,
    /// The line of its name.
    line: u32,
    /// The tier.
    #[serde(flatten)]
    tier: Tier,
}

/// The worst cost of a rule.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RuleCost {
    /// The file of the rule.
    pub file: String,
    /// The line of its name, from 1.
    pub line: u32,
    /// The rule.
    pub rule: String,
    /// The worst cost, in units of fuel.
    pub cost: u64,
}

/// What the compiler makes of a bundle, at one stage.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Emitted {
    /// The syntax tree, one text for each file.
    Ast(Vec<String>),
    /// The meaning.
    Ir(Box<ir::Bundle>),
    /// The listing of the bytecode.
    Bytecode(String),
    /// The listing of how rules are found.
    Program(String),
}

/// Runs the command.
///
/// # Errors
/// When the sources can't be read.
pub fn run(args: &CheckArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    if args.watch {
        return again::run(&args.path, terminal);
    }
    let bundles = if args.emit.is_some() { vec![bundle::find_one(&args.path)?] } else { bundle::find(&args.path)? };
    let mut data = CheckData { bundles: Vec::new(), diagnostics: Vec::new(), costs: Vec::new(), tiers: Vec::new(), emit: None };
    let mut text = String::new();
    let mut sum = Sum::default();
    for found in &bundles {
        terminal.progress(|| format!("checking {}", bundle::shown(&found.path)));
        let checked = bundle::check(found, terminal)?;
        text.push_str(&render::text(&checked.shown, &checked.diagnostics, terminal.color()));
        data.diagnostics.extend(checked.diagnostics.iter().map(|d| render::json(&checked.shown, d)));
        let size = checked.compiled.bundle.as_ref().filter(|_| checked.errors() == 0).map(Size::of);
        let summary = sum.add(&checked.path, &checked.shown, &checked.diagnostics, size);
        sum.unreadable |= checked.unreadable;
        let ok = summary.ok;
        data.bundles.push(summary);
        if ok && (args.cost || args.tier || args.emit.is_some()) {
            let files = if args.emit == Some(Stage::Ast) { checked.compiled.files.clone() } else { Vec::new() };
            let (built, shown) = bundle::build(checked)?;
            if args.tier {
                data.tiers.extend(rule_tiers(&built, &shown));
            }
            if args.cost {
                data.costs.extend(costs(&built, &shown));
            }
            if let Some(stage) = args.emit {
                let emitted = emit(stage, built, &files);
                text.push_str(&emitted_text(&emitted)?);
                data.emit = Some(emitted);
            }
        }
    }
    text.push_str(&cost_table(&data.costs));
    text.push_str(&tier_table(&data.tiers));
    if !terminal.quiet && data.emit.is_none() {
        text.push_str(&terminal.timed(&sum.words()));
    }
    Answer::new(sum.exit(), &data, text)
}

/// What all bundles come to.
#[derive(Default)]
struct Sum {
    files: usize,
    rules: usize,
    tests: usize,
    errors: usize,
    warnings: usize,
    unreadable: bool,
}

impl Sum {
    /// Adds a bundle, and returns what is said of it. Its size is none where it has errors.
    fn add(&mut self, path: &str, shown: &Sources, diagnostics: &[Diagnostic], size: Option<Size>) -> BundleSummary {
        let errors = diagnostics.iter().filter(|d| d.is_error()).count();
        let Size { steps, rules, tests } = size.unwrap_or_default();
        self.files += shown.len();
        self.rules += rules;
        self.tests += tests;
        self.errors += errors;
        self.warnings += diagnostics.len() - errors;
        BundleSummary { path: path.to_owned(), ok: errors == 0, files: shown.len(), steps, rules, tests }
    }

    fn words(&self) -> String {
        let files = count(self.files, "file");
        let mut words = if self.errors == 0 {
            format!("checked {files}: {}, {}, no errors", count(self.rules, "rule"), count(self.tests, "test"))
        } else {
            format!("{} in {files}", count(self.errors, "error"))
        };
        if self.warnings > 0 {
            words.push_str(&format!(", {}", count(self.warnings, "warning")));
        }
        words
    }

    const fn exit(&self) -> Exit {
        match (self.unreadable, self.errors) {
            (true, _) => Exit::Failed,
            (false, 0) => Exit::Done,
            (false, _) => Exit::Findings,
        }
    }
}

/// Returns the worst cost of each rule: that of its dearest variant, as decisions run it.
fn costs(built: &Built, shown: &Sources) -> Vec<RuleCost> {
    let image = built.image.image();
    let cost = |at: u32| image.variants(at).iter().map(|variant| image.cost(variant.fast)).max().unwrap_or(0);
    let row = |(rule, at): (&ir::Rule, u32)| {
        let file = shown.get(rule.name_span.file).map(|f| f.name.clone()).unwrap_or_default();
        RuleCost { file, line: shown.position(rule.name_span).line, rule: rule.name.to_string(), cost: cost(at) }
    };
    built.bundle.rules.iter().zip(0u32..).map(row).collect()
}

/// Returns the tier of each rule.
fn rule_tiers(built: &Built, shown: &Sources) -> Vec<RuleTier> {
    let tiers = reach_analysis::tiers(&built.bundle);
    let rules = built.bundle.rules.iter().zip(tiers);
    rules
        .map(|(rule, tier)| RuleTier {
            file: shown.get(rule.name_span.file).map(|f| f.name.clone()).unwrap_or_default(),
            line: shown.position(rule.name_span).line,
            tier,
        })
        .collect()
}

fn tier_table(tiers: &[RuleTier]) -> String {
    let width = tiers.iter().map(|t| t.tier.rule.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for RuleTier { file, line, tier } in tiers {
        let word = if tier.complete { "complete" } else { "may be unknown" };
        text.push_str(&format!("{word:<14}  {:width$}  {}:{line}", tier.rule, render::plain(file)));
        if !tier.complete {
            text.push_str(&format!("  {}", tier.why.join("; ")));
        }
        text.push('\n');
    }
    text
}

fn cost_table(costs: &[RuleCost]) -> String {
    let width = costs.iter().map(|c| c.rule.chars().count()).max().unwrap_or(0);
    let head = if costs.is_empty() { String::new() } else { format!("{:>8}  rule\n", "cost") };
    head + &costs.iter().map(|c| format!("{:>8}  {:width$}  {}:{}\n", c.cost, c.rule, render::plain(&c.file), c.line)).collect::<String>()
}

fn emit(stage: Stage, built: Built, files: &[reach_grammar::ast::File]) -> Emitted {
    match stage {
        Stage::Ast => Emitted::Ast(files.iter().map(reach_grammar::dump).collect()),
        Stage::Ir => Emitted::Ir(Box::new(built.bundle)),
        Stage::Bytecode => Emitted::Bytecode(reach_evaluator::disassemble(&built.image.to_image())),
        Stage::Program => Emitted::Program(built.image.list_program()),
    }
}

fn emitted_text(emitted: &Emitted) -> Result<String, Failure> {
    Ok(match emitted {
        Emitted::Ast(files) => files.concat(),
        Emitted::Ir(bundle) => serde_json::to_string_pretty(bundle).map_err(|e| Failure::output(e.into()))? + "\n",
        Emitted::Bytecode(listing) | Emitted::Program(listing) => listing.clone(),
    })
}
