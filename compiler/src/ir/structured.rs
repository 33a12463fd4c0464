//! What the IR says of structured values: their types and parts, how they are read, and what is asked of them.

use std::sync::Arc;

use reach_evaluator::local::{LOCAL_FIELDS, LocalField, WEEKDAYS};
use reach_values::detect::Detector;
use reach_values::form::{Form, Part, PartType};
use reach_values::path::Platform;
use reach_values::sql::StatementKind;
use schemars::JsonSchema;
use serde::Serialize;

use super::Type;

impl Type {
    /// `path`, of the default platform.
    pub const PATH: Self = Self::Form(Form::Path(Platform::Posix));
    /// `email`.
    pub const EMAIL: Self = Self::Form(Form::Email);
    /// `host`.
    pub const HOST: Self = Self::Form(Form::Host);
    /// `network`.
    pub const NETWORK: Self = Self::Form(Form::Network);

    /// Returns whether it is a path of any platform.
    #[must_use]
    pub const fn is_path(&self) -> bool {
        matches!(self, Self::Form(Form::Path(_)))
    }

    /// Returns the type of a part of values of this type.
    #[must_use]
    pub fn of_part(&self, part: Part) -> Self {
        let ty = match part.ty() {
            PartType::Bool => Self::Bool,
            PartType::Int => Self::Int,
            PartType::Text => Self::Text,
            PartType::Form(form) => Self::Form(form),
            PartType::Same => self.clone(),
            PartType::Kind => Self::Enum(StatementKind::ALL.iter().map(|kind| kind.word().to_owned()).collect()),
            PartType::TextList => Self::List(Arc::new(Self::Text)),
            PartType::TextSet => Self::Set(Arc::new(Self::Text)),
            PartType::TextMap => Self::Map(Arc::new(Self::Text)),
            PartType::PathSet => Self::Set(Arc::new(Self::PATH)),
            PartType::Commands => Self::List(Arc::new(Self::Form(Form::Command))),
            PartType::Statements => Self::List(Arc::new(Self::Form(Form::Statement))),
        };
        if part.is_optional() { Self::Optional(Arc::new(ty)) } else { ty }
    }

    /// Returns the record of what a time zone's clocks show.
    #[must_use]
    pub fn local_time() -> Self {
        let of = |field| match field {
            LocalField::Date => Self::Date,
            LocalField::Int => Self::Int,
            LocalField::Weekday => Self::Enum(WEEKDAYS.iter().map(|day| (*day).to_owned()).collect()),
        };
        Self::Record(LOCAL_FIELDS.iter().map(|(name, field)| ((*name).to_owned(), of(*field))).collect())
    }
}

/// What is asked of a command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Runs {
    /// `runs only`: every command is such.
    Only,
    /// `may run`: some command is such.
    May,
}

/// What `runs only x where …` asks besides, because its condition doesn't mention it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Guards {
    /// Nothing is written by redirection.
    pub no_redirection: bool,
    /// Nothing is assigned before the command.
    pub no_assignment: bool,
}

/// What is asked of a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Query {
    /// `reads only`: it writes nothing and reads these tables alone.
    ReadsOnly,
    /// `may write`: it writes one of these tables.
    MayWrite,
}

/// How intake reads a field, besides its type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// `path at context.cwd`, `shell at context.cwd`: relative paths are joined to that field of the context.
    AtContext(String),
    /// `path at "/srv"`: relative paths are joined to that folder.
    At(String),
    /// `url default "https"`: the scheme of addresses without one.
    Scheme(String),
    /// `time in "Europe/Berlin"`: the zone of times without an offset.
    Zone(String),
}

pub(super) fn as_written<S: serde::Serializer>(value: &impl std::fmt::Display, s: S) -> Result<S::Ok, S::Error> {
    s.collect_str(value)
}

pub(super) fn part_word<S: serde::Serializer>(part: &Part, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_str(part.word())
}

pub(super) fn detector_word<S: serde::Serializer>(detector: &Detector, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_str(detector.word())
}

pub(super) fn detector_words<S: serde::Serializer>(detectors: &[Detector], s: S) -> Result<S::Ok, S::Error> {
    s.collect_seq(detectors.iter().map(|detector| detector.word()))
}
