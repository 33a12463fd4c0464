//! Questions to a tracker.

use super::slot::{Held, Slot};
use super::stair::{Range, Reach};
use super::{Answer, Fold, Since, Tracker, Why};

impl<T> Tracker<T> {
    /// What the events of this key in the window and after `since` come to. Where that rests on an event that is unsure, or may rest on one that
    /// was lost, it has no value; except that `ever` is true where some event is certain.
    pub fn ask(&self, key: &[u8], now: i128, since: Since) -> Answer<'_, T> {
        let slot = self.slots.get(key);
        let range = Range { cutoff: self.cutoff(now.max(self.now)), floor: None };
        if !self.shape.since {
            return self.tell(slot, range);
        }
        let certain = self.tell(slot, range.after(since.certain));
        if since.possible <= since.certain {
            return certain;
        }
        match (certain, self.tell(slot, range.after(since.possible))) {
            (Answer::None(Why::Bound), _) | (_, Answer::None(Why::Bound)) => Answer::None(Why::Bound),
            (Answer::Bool(a), Answer::Bool(b)) if a == b => certain,
            // Sums of both signs may be the same at both ends and differ in between.
            (Answer::Number(a), Answer::Number(b))
                if a == b && self.tallied(slot, range.after(since.certain)) == self.tallied(slot, range.after(since.possible)) =>
            {
                certain
            }
            // Of one window there is one latest event, which is after a position or isn't.
            (Answer::Latest(a), Answer::Latest(b)) if a.is_some() == b.is_some() => certain,
            (Answer::None(Why::Overflow), Answer::None(Why::Overflow)) => certain,
            _ => Answer::None(Why::Unsure),
        }
    }

    fn tell<'a>(&'a self, slot: Option<&'a Slot<T>>, range: Range) -> Answer<'a, T> {
        let unsure = |range| self.unsure.reach(range).max(slot.map_or(Reach::No, |slot| slot.unsure.reach(range)));
        let missed = |range| slot.map_or(&self.lost, |slot| &slot.missed).reach(range) != Reach::No;
        let lost = |range| slot.is_some_and(|slot| slot.lost.reach(range) != Reach::No);
        let found = match slot.map(|slot| &slot.held) {
            Some(Held::Latest(latest)) => latest.find(range),
            _ => None,
        };
        let (unless, rest) = match slot.map(|slot| &slot.held) {
            Some(Held::Ever(stair)) => (stair.reach(range), Answer::Bool(false)),
            Some(Held::Count(count)) => (Reach::No, self.capped(i128::from(*count))),
            Some(Held::Counted(log)) => (Reach::No, self.capped(i128::try_from(log.tally(range).0).unwrap_or(i128::MAX))),
            Some(Held::Sum(sum)) => (Reach::No, sum.narrow().map_or(Answer::None(Why::Overflow), Answer::Number)),
            Some(Held::Summed(log)) => (Reach::No, log.tally(range).1.narrow().map_or(Answer::None(Why::Overflow), Answer::Number)),
            Some(Held::Latest(_)) => (Reach::No, Answer::Latest(found.and_then(|kept| kept.payload.as_ref()))),
            None => (
                Reach::No,
                match self.shape.fold {
                    Fold::Ever => Answer::Bool(false),
                    Fold::Count { .. } | Fold::Sum => Answer::Number(0),
                    Fold::Latest => Answer::Latest(None),
                },
            ),
        };
        if unless == Reach::Yes {
            return Answer::Bool(true);
        }
        // Of the latest event only what came after it can take its place. What has the same place may have come after it: a second result
        // of a step, or a later element of one.
        let range = range.after(found.and_then(|kept| kept.at.pos.checked_sub(1)));
        let unsure = unsure(range);
        let full = matches!((rest, self.shape.fold), (Answer::Number(n), Fold::Count { cap }) if n >= i128::from(cap));
        let no_payload = found.is_some_and(|kept| kept.payload.is_none());
        // What was lost comes first: it could have been certain, and an answer in spite of what is unsure.
        if unless == Reach::Maybe || no_payload || unsure == Reach::Maybe || missed(range) || !full && lost(range) {
            Answer::None(Why::Bound)
        } else if unsure == Reach::Yes {
            Answer::None(Why::Unsure)
        } else {
            rest
        }
    }

    /// How many events a sum is of.
    fn tallied(&self, slot: Option<&Slot<T>>, range: Range) -> usize {
        match slot.map(|slot| &slot.held) {
            Some(Held::Summed(log)) => log.tally(range).0,
            _ => 0,
        }
    }

    fn capped(&self, count: i128) -> Answer<'_, T> {
        match self.shape.fold {
            Fold::Count { cap } => Answer::Number(count.min(i128::from(cap))),
            Fold::Ever | Fold::Sum | Fold::Latest => Answer::Number(count),
        }
    }
}
