//! Queries, monitors, origins, labels, budgets: their tables and what asking takes and gives.

use super::flow::{Flow, Known};
use super::tables::{missing, table, text, ty, unique};
use crate::error::ImageError;
use crate::image::{FoldDef, Form, Image, OriginDef, QueryDef, TypeDesc, TypeId, most};
use crate::op::{QueryId, Reg};
use crate::vm::MAX_OPERANDS;
use reach_codes::table::image::{IMAGE_LIMIT, IMAGE_TABLE, IMAGE_TYPE};

/// The most that a count tells apart.
const MOST_COUNTED: u32 = 10_000;

/// Checks the tables that questions rest on.
pub(super) fn check(image: &Image) -> Result<(), ImageError> {
    let rows = [
        ("labels", image.labels.len(), most::LABELS),
        ("monitors", image.monitors.len(), most::MONITORS),
        ("origins", image.origins.len(), most::ORIGINS),
        ("budgets", image.budgets.len(), most::BUDGETS),
        ("queries", image.queries.len(), most::QUERIES),
    ];
    for (what, rows, most) in rows {
        if rows > most {
            return Err(ImageError::new(IMAGE_LIMIT, format!("{rows} {what}, more than {most}")));
        }
    }
    image.labels.iter().try_for_each(|label| text(image, *label).map(drop))?;
    unique("label", &image.labels)?;
    for (at, monitor) in image.monitors.iter().enumerate() {
        let inside = |e: ImageError| e.inside(format_args!("monitor {at}"));
        text(image, monitor.identity).map_err(inside)?;
        monitor.keys.iter().chain(monitor.since.iter().flatten()).try_for_each(|key| ty(image, *key).map(drop)).map_err(inside)?;
        if monitor.over.is_some_and(|over| over <= 0) {
            return Err(inside(table("its window is not longer than nothing")));
        }
        match monitor.fold {
            FoldDef::Ever => {}
            FoldDef::Count { most, .. } if (1..=MOST_COUNTED).contains(&most) => {}
            FoldDef::Count { .. } => return Err(inside(table("it counts too far"))),
            FoldDef::Sum(of) if matches!(ty(image, of)?, TypeDesc::Int | TypeDesc::Decimal | TypeDesc::Duration) => {}
            FoldDef::Latest(of) if matches!(ty(image, of)?, TypeDesc::Record(_)) => {}
            FoldDef::Sum(_) | FoldDef::Latest(_) => return Err(inside(table("its fold is of a type that it can't be of"))),
        }
    }
    unique("monitor", &image.monitors.iter().map(|m| m.identity).collect::<Vec<_>>())?;
    for origin in &image.origins {
        if let OriginDef::Label(id) = origin {
            label(image, *id)?;
        }
    }
    for budget in &image.budgets {
        text(image, budget.name)?;
        amount(image, budget.ty)?;
        if budget.over.is_some_and(|over| over <= 0) {
            return Err(table("the window of a budget is not longer than nothing"));
        }
    }
    unique("budget", &image.budgets.iter().map(|b| b.name).collect::<Vec<_>>())?;
    for (at, query) in image.queries.iter().enumerate() {
        check_query(image, query).map_err(|e| e.inside(format_args!("query {at}")))?;
    }
    Ok(())
}

fn check_query(image: &Image, query: &QueryDef) -> Result<(), ImageError> {
    match query {
        QueryDef::Monitor { monitor, result } => {
            let def = image.monitors.get(*monitor as usize).ok_or_else(|| missing("monitor", monitor))?;
            let result = ty(image, *result)?;
            let fits = match (&def.fold, result) {
                (FoldDef::Ever, TypeDesc::Bool) | (FoldDef::Count { .. }, TypeDesc::Int) => true,
                (FoldDef::Sum(of), result) => ty(image, *of)? == result,
                (FoldDef::Latest(of), TypeDesc::Optional(inner)) => of == inner,
                _ => false,
            };
            if !fits {
                return Err(ImageError::new(IMAGE_TYPE, "the answer is of another type than the monitor gives"));
            }
            Ok(())
        }
        QueryDef::From { origin, ty: of } => {
            if image.origins.get(*origin as usize).is_none() {
                return Err(missing("origin", origin));
            }
            if is_traceable(ty(image, *of)?) { Ok(()) } else { Err(ImageError::new(IMAGE_TYPE, "such a value comes from nowhere")) }
        }
        QueryDef::NamedBy { ty: of } => match ty(image, *of)? {
            TypeDesc::Text | TypeDesc::Form(Form::Email | Form::Host | Form::Url | Form::Path(_)) => Ok(()),
            _ => Err(ImageError::new(IMAGE_TYPE, "such a value is named by nobody")),
        },
        QueryDef::Labelled { label: id } => label(image, *id),
        QueryDef::WithinRights { ty: of } => match ty(image, *of)? {
            TypeDesc::List(of) | TypeDesc::Set(of) if *ty(image, *of)? == TypeDesc::Text => Ok(()),
            _ => Err(ImageError::new(IMAGE_TYPE, "rights are asked for a list or set of names")),
        },
    }
}

/// Returns whether it can be asked where values of a type came from.
const fn is_traceable(desc: &TypeDesc) -> bool {
    match desc {
        TypeDesc::Text | TypeDesc::Int | TypeDesc::Decimal | TypeDesc::Date => true,
        TypeDesc::Form(form) => !form.is_structured(),
        _ => false,
    }
}

pub(super) fn label(image: &Image, id: u32) -> Result<(), ImageError> {
    if (id as usize) < image.labels.len() { Ok(()) } else { Err(missing("label", id)) }
}

pub(super) fn budget(image: &Image, id: u32) -> Result<TypeId, ImageError> {
    image.budgets.get(id as usize).map(|budget| budget.ty).ok_or_else(|| missing("budget", id))
}

fn amount(image: &Image, id: TypeId) -> Result<(), ImageError> {
    match ty(image, id)? {
        TypeDesc::Int | TypeDesc::Decimal => Ok(()),
        _ => Err(ImageError::new(IMAGE_TYPE, "a budget is of int or decimal")),
    }
}

impl Flow<'_> {
    /// Checks the operands of a question, and returns what is known of its answer.
    pub(super) fn question(&mut self, query: QueryId, first: Reg, len: u16) -> Result<Known, ImageError> {
        let def = self.image.queries.get(query.0 as usize).ok_or_else(|| missing("query", query.0))?;
        let bool = self.basic.bool;
        let (operands, result): (Vec<TypeId>, TypeId) = match def {
            QueryDef::Monitor { monitor, result } => {
                let monitor = self.image.monitors.get(*monitor as usize).ok_or_else(|| missing("monitor", monitor))?;
                (monitor.keys.iter().chain(monitor.since.iter().flatten()).copied().collect(), self.types.seen(*result))
            }
            QueryDef::From { ty, .. } | QueryDef::NamedBy { ty } | QueryDef::WithinRights { ty } => (vec![*ty], bool),
            QueryDef::Labelled { .. } => (Vec::new(), bool),
        };
        if operands.len() != usize::from(len) || operands.len() > MAX_OPERANDS {
            return Err(ImageError::new(IMAGE_TABLE, format!("a question of {} operands is asked with {len}", operands.len())));
        }
        for (offset, ty) in (0..len).zip(operands) {
            let known = self.register(Reg(first.0.saturating_add(offset)))?;
            self.expect(known, self.types.seen(ty))?;
        }
        Ok(Known::Type(result))
    }
}
