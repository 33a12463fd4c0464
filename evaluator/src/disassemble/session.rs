//! The tables of what is asked of the session.

use super::Listing;
use crate::image::{CaptureDef, Feeds, FoldDef, GrantDef, OriginDef, Phase, QueryDef, ResultFormat, TargetDef, VariantDef, WatchDef};

impl Listing<'_> {
    /// Lists labels, monitors, origins, queries, budgets and what prompts feed.
    pub(super) fn session(&mut self) {
        let image = self.image;
        for (at, label) in image.labels.iter().enumerate() {
            self.line(0, &format!("label {at} {}", self.text(*label)));
        }
        for (at, monitor) in image.monitors.iter().enumerate() {
            let fold = match &monitor.fold {
                FoldDef::Ever => "ever".to_owned(),
                FoldDef::Count { most, saturates } => format!("count up to {most}{}", if *saturates { " or more" } else { "" }),
                FoldDef::Sum(ty) => format!("sum {}", self.ty(*ty, 0)),
                FoldDef::Latest(ty) => format!("latest {}", self.ty(*ty, 0)),
            };
            let over = monitor.over.map_or(String::new(), |over| format!(" over {}", reach_values::time::format_duration(over)));
            let agent = if monitor.per_agent { " per agent" } else { "" };
            let since = monitor.since.as_ref().map_or(String::new(), |keys| format!(" since by {}", keys.len()));
            self.line(0, &format!("monitor {at} {fold} by {}{over}{agent}{since}: {}", monitor.keys.len(), self.quoted(monitor.identity)));
        }
        for (at, origin) in image.origins.iter().enumerate() {
            let what = match origin {
                OriginDef::User => "user".to_owned(),
                OriginDef::Label(label) => format!("label {label}"),
                OriginDef::Results => "results".to_owned(),
            };
            self.line(0, &format!("origin {at} {what}"));
        }
        for (at, query) in image.queries.iter().enumerate() {
            let what = match query {
                QueryDef::Monitor { monitor, result } => format!("monitor {monitor} {}", self.ty(*result, 0)),
                QueryDef::From { origin, ty } => format!("{} from origin {origin}", self.ty(*ty, 0)),
                QueryDef::NamedBy { ty } => format!("{} named by user", self.ty(*ty, 0)),
                QueryDef::Labelled { label } => format!("label {label}"),
                QueryDef::WithinRights { ty } => format!("{} within rights", self.ty(*ty, 0)),
            };
            self.line(0, &format!("q{at} {what}"));
        }
        for budget in &image.budgets {
            let holder = if budget.per_agent { "agent" } else { "session" };
            let over = budget.over.map_or(String::new(), |over| format!(" over {}", reach_values::time::format_duration(over)));
            self.line(0, &format!("budget {} {} per {holder}{over}", self.text(budget.name), self.ty(budget.ty, 0)));
            self.region(2, "limit", budget.limit);
            if let Some(region) = budget.opening {
                self.region(2, "opening", region);
            }
        }
        for watch in &image.prompts {
            self.watch(0, watch);
        }
    }

    /// Lists what events of a step do to the session.
    pub(super) fn events_of(&mut self, target: &TargetDef) {
        if let Some(result) = &target.result {
            let format = match result.format {
                Some(ResultFormat::Json) => " from json",
                Some(ResultFormat::Yaml) => " from yaml",
                None => "",
            };
            self.line(2, &format!("result s{} {}{format}", result.slot.0, self.ty(result.ty, 0)));
        }
        for returned in &target.returns {
            self.line(2, &format!("returns label {}", returned.label));
            if let Some((region, _)) = returned.part {
                self.region(4, "in", region);
            }
            if let Some(region) = returned.when {
                self.region(4, "when", region);
            }
        }
        for charge in &target.charges {
            self.region(2, &format!("charge budget {}", charge.budget), charge.amount);
            if let Some(region) = charge.when {
                self.region(4, "when", region);
            }
        }
        for watch in &target.watches {
            self.watch(2, watch);
        }
    }

    fn watch(&mut self, indent: usize, watch: &WatchDef) {
        let phase = match watch.phase {
            Phase::Permitted => "permitted",
            Phase::Attempted => "attempted",
            Phase::Denied => "denied",
            Phase::Result => "result",
            Phase::Prompt => "prompt",
        };
        let feeds = match watch.feeds {
            Feeds::Monitor(id) => format!("monitor {id}"),
            Feeds::Since(id) => format!("since of monitor {id}"),
            Feeds::Origin(id) => format!("origin {id}"),
        };
        self.line(indent, &format!("on {phase} feeds {feeds}"));
        if let Some((region, _)) = watch.each {
            self.region(indent + 2, "each", region);
        }
        if let Some(region) = watch.guard {
            self.region(indent + 2, "where", region);
        }
        for (region, _) in &watch.keys {
            self.region(indent + 2, "key", *region);
        }
        if let Some((region, _)) = watch.value {
            self.region(indent + 2, "value", region);
        }
        if !watch.captures.is_empty() {
            let kept: Vec<String> = watch
                .captures
                .iter()
                .map(|capture| match capture {
                    CaptureDef::Value(slot) => format!("s{}", slot.0),
                    CaptureDef::Record(slots) => format!("{{{}}}", slots.iter().map(|slot| format!("s{}", slot.0)).collect::<Vec<_>>().join(", ")),
                    CaptureDef::Unused => "_".to_owned(),
                })
                .collect();
            self.line(indent + 2, &format!("keeps {}", kept.join(", ")));
        }
    }

    /// Lists who may answer and what a child is given.
    pub(super) fn clauses(&mut self, variant: &VariantDef) {
        if let Some(approver) = &variant.approver {
            self.region(2, if approver.one_of { "by one of" } else { "by other than" }, approver.who);
        }
        for grant in variant.grants.iter().flatten() {
            match grant {
                GrantDef::Steps(steps) => {
                    for (target, condition) in steps {
                        self.line(2, &format!("grants target {target}"));
                        if let Some(region) = condition {
                            self.region(4, "where", *region);
                        }
                    }
                }
                GrantDef::Budget { budget, amount } => self.region(2, &format!("grants budget {budget}"), *amount),
            }
        }
    }
}
