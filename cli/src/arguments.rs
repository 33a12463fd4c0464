//! The arguments of the whole command.

use clap::{Args, Parser, Subcommand, ValueEnum};
use reach_engine::Effect;

use crate::{capsule, completions, explain, key, log, offline, pack, policy, value};

/// Policies for AI agents: write them, test them, decide with them
#[derive(Debug, Parser)]
#[command(name = "reach", bin_name = "reach", version, disable_help_subcommand = true, max_term_width = 100, arg_required_else_help = true)]
pub struct Arguments {
    /// What every command takes.
    #[command(flatten)]
    pub global: Global,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// What every command takes.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Print one JSON envelope instead of text: `ok`, `data` or `error`, `schema_version`, `engine_version`
    #[arg(long, global = true)]
    pub json: bool,
    /// Print only what was asked for: no notes, no summaries, no progress
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print more: what passed, what was left out, how long it took
    #[arg(long, short, global = true)]
    pub verbose: bool,
    /// When to use colours: `auto` (on a terminal, unless NO_COLOR is set), `always`, `never`
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", hide_possible_values = true)]
    pub color: ColorWhen,
}

/// An effect, where the command line asks for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum EffectArg {
    /// The step is taken.
    Permit,
    /// A person is asked.
    Ask,
    /// The step is refused.
    Forbid,
}

impl EffectArg {
    /// Returns the effect.
    pub const fn effect(self) -> Effect {
        match self {
            Self::Permit => Effect::Permit,
            Self::Ask => Effect::Ask,
            Self::Forbid => Effect::Forbid,
        }
    }
}

/// When colours are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorWhen {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check, test and use policies
    #[command(subcommand, arg_required_else_help = true)]
    Policy(policy::PolicyCommand),
    /// Make, check, sign and install packs: policies, tool declarations and rights that travel together
    #[command(subcommand, arg_required_else_help = true)]
    Pack(pack::PackCommand),
    /// Look at, check, prove and erase what was recorded
    #[command(subcommand, arg_required_else_help = true)]
    Log(log::LogCommand),
    /// Put a session of a log in one file, for others to check and to decide again
    #[command(subcommand, arg_required_else_help = true)]
    Capsule(capsule::CapsuleCommand),
    /// See what a text means to policies
    #[command(subcommand, arg_required_else_help = true)]
    Value(value::ValueCommand),
    /// Make keys that sign, and say whose are trusted
    #[command(subcommand, arg_required_else_help = true)]
    Key(key::KeyCommand),
    /// Say what a message means, with an example that gives it and one that does not
    Explain(explain::ExplainArgs),
    /// Print the completions of a shell
    Completions(completions::CompletionsArgs),
    /// Say what verifies now, without a network, and until when
    Offline(offline::OfflineArgs),
    /// Say whether this installation works: versions, limits, a self test, packs
    Doctor,
}
