//! Places of the policy, for people.

use reach_evaluator::VerifiedImage;
use reach_evaluator::image::PlaceDef;
use reach_evaluator::value::{Cause, NoValue, Place};

use crate::decision::{ErrorCause, ErrorDetail};

/// A place with the text there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spot<'a> {
    pub file: &'a str,
    pub line: u32,
    pub column: u32,
    pub text: &'a str,
}

/// Returns what stands at a place; line and column count from 1, the column in Unicode scalar values.
pub(crate) fn spot(image: &VerifiedImage, place: Place) -> Spot<'_> {
    image.image().place(place).map_or(NOWHERE, |def| spot_of(image, def))
}

/// Stands for a place that there isn't.
const NOWHERE: Spot<'_> = Spot { file: "", line: 1, column: 1, text: "" };

/// As [`spot`], of a place that is known already.
pub(crate) fn spot_of(image: &VerifiedImage, def: PlaceDef) -> Spot<'_> {
    let Some(source) = image.image().sources.get(def.file as usize) else { return NOWHERE };
    let (line, start) = image.line_at(def.file, def.start).unwrap_or_default();
    let before = source.text.get(start as usize..def.start as usize).unwrap_or("");
    Spot {
        file: &source.name,
        line: line.saturating_add(1),
        column: u32::try_from(before.chars().count()).unwrap_or(u32::MAX).saturating_add(1),
        text: source.text.get(def.start as usize..def.end as usize).unwrap_or(""),
    }
}

/// Returns a text on one line, its runs of space made one blank each.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns where and why there is no value.
pub(crate) fn detail(image: &VerifiedImage, lost: NoValue) -> ErrorDetail {
    let at = spot(image, lost.place);
    ErrorDetail { file: at.file.to_owned(), line: at.line, column: at.column, cause: cause(lost.cause), text: one_line(at.text) }
}

fn cause(cause: Cause) -> ErrorCause {
    match cause {
        Cause::Overflow => ErrorCause::Overflow,
        Cause::Inexact => ErrorCause::Inexact,
        Cause::MissingContext => ErrorCause::MissingContext,
        Cause::MissingFact => ErrorCause::MissingFact,
        Cause::Absent => ErrorCause::Absent,
        Cause::RelativePath => ErrorCause::RelativePath,
        Cause::PartialDay => ErrorCause::PartialDay,
        Cause::Limit => ErrorCause::Limit,
        Cause::Opaque => ErrorCause::Opaque,
        Cause::NoPart => ErrorCause::NoPart,
        Cause::Ambiguous => ErrorCause::Ambiguous,
        Cause::Unsure => ErrorCause::Unsure,
        Cause::Bound => ErrorCause::Bound,
        Cause::TooShort => ErrorCause::TooShort,
        Cause::UnknownEntity => ErrorCause::UnknownEntity,
    }
}
