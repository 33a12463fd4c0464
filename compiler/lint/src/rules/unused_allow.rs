//! `unused-allow`: an `@allow` that turns nothing off. Which one does is known only behind all other lints, where `allow` takes findings out.

use reach_codes::Code;
use reach_codes::table::lint;

use crate::{Context, Finding};

pub(super) const CODE: Code = lint::UNUSED_ALLOW;

/// Finds nothing by itself: see `allow::filter`.
pub(super) const fn check(_: &Context<'_>, _: &mut Vec<Finding>) {}
