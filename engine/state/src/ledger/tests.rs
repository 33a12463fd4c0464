//! Against a list of everything that was told.

use proptest::prelude::*;

use super::*;

/// A step in the list: what it may count for, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counted {
    Reserved,
    Spent { at: i128 },
}

#[derive(Clone, Copy, Debug)]
struct Item {
    step: Option<u64>,
    amount: i128,
    counted: Counted,
    /// Whether usage takes its place.
    estimate: bool,
}

/// Everything that counts or has counted.
#[derive(Default)]
struct List {
    items: Vec<Item>,
}

impl List {
    fn spent(&self, over: Option<i128>, now: i128) -> i128 {
        let counts = |item: &&Item| match item.counted {
            Counted::Reserved => true,
            Counted::Spent { at } => over.is_none_or(|over| at > now - over),
        };
        self.items.iter().filter(counts).map(|item| item.amount).sum()
    }

    fn reserved(&mut self, step: u64) -> Option<&mut Item> {
        self.items.iter_mut().find(|item| item.step == Some(step) && item.counted == Counted::Reserved)
    }

    fn add(&mut self, amount: i128, at: i128) {
        self.items.push(Item { step: None, amount, counted: Counted::Spent { at }, estimate: false });
    }

    fn use_up(&mut self, step: u64, amount: i128, now: i128) {
        let beyond = match self.items.iter_mut().find(|item| item.step == Some(step) && item.estimate) {
            Some(item) => {
                item.estimate = false;
                match item.counted {
                    Counted::Reserved => {
                        item.amount = 0;
                        item.counted = Counted::Spent { at: now };
                        amount
                    }
                    Counted::Spent { .. } => {
                        let beyond = (amount - item.amount).max(0);
                        item.amount = item.amount.min(amount);
                        beyond
                    }
                }
            }
            None => amount,
        };
        self.add(beyond, now);
    }
}

#[derive(Clone, Copy, Debug)]
enum Told {
    Charge { amount: i128 },
    Settle { back: u64 },
    Release { back: u64 },
    UseUp { back: u64, share: i128 },
    Restore,
}

fn told() -> impl Strategy<Value = (Told, u8)> {
    let told = prop_oneof![
        6 => (-1..40_i128).prop_map(|amount| Told::Charge { amount }),
        4 => (0..8_u64).prop_map(|back| Told::Settle { back }),
        1 => (0..8_u64).prop_map(|back| Told::Release { back }),
        3 => (0..12_u64, 0..=100_i128).prop_map(|(back, share)| Told::UseUp { back, share }),
        1 => Just(Told::Restore),
    ];
    (told, 0..4_u8)
}

fn restored(account: &Account, over: Option<i128>) -> Account {
    let back: Account = postcard::from_bytes(&postcard::to_stdvec(account).unwrap()).unwrap();
    assert!(back.is_sound(over));
    assert_eq!(&back, account);
    back
}

/// Lets steps be charged, settled, released and used; usage is a share of what was reserved, in percent.
fn run(over: Option<i128>, limit: i128, opening: i128, all: &[(Told, u8)], most_share: i128) {
    let mut account = Account::new(over);
    let mut list = List::default();
    let mut charges: Vec<i128> = Vec::new();
    let mut now = 0;
    let mut used = std::collections::BTreeSet::new();
    assert!(account.open(opening, now));
    list.add(opening, now);
    for (told, later) in all {
        now += i128::from(*later);
        let steps = u64::try_from(charges.len()).unwrap();
        match *told {
            Told::Charge { amount } => {
                let spent = list.spent(over, now);
                let fits = account.fits(now, limit, amount);
                if amount < 0 {
                    assert_eq!(fits, Fits::Negative);
                } else if spent + amount > limit {
                    assert_eq!(fits, Fits::Overspent { spent });
                } else {
                    assert_eq!(fits, Fits::Yes);
                    account.reserve(steps, amount, now);
                    list.items.push(Item { step: Some(steps), amount, counted: Counted::Reserved, estimate: true });
                    charges.push(amount);
                }
            }
            Told::Settle { back } => {
                let step = steps.saturating_sub(back);
                account.settle(step, now);
                if let Some(item) = list.reserved(step) {
                    item.counted = Counted::Spent { at: now };
                }
            }
            Told::Release { back } => {
                let step = steps.saturating_sub(back);
                account.release(step);
                if let Some(item) = list.reserved(step) {
                    item.amount = 0;
                    item.estimate = false;
                    used.insert(step);
                }
            }
            Told::UseUp { back, share } => {
                let step = steps.saturating_sub(back);
                let charge = usize::try_from(step).ok().and_then(|step| charges.get(step));
                // Within the reservation is: once, of a step that has one.
                if let Some(charge) = charge
                    && (most_share > 100 || used.insert(step))
                {
                    let amount = charge * share * most_share / 10_000;
                    assert!(account.use_up(step, amount, now));
                    list.use_up(step, amount, now);
                }
                let before = account.clone();
                assert!(!account.use_up(step, -1, now));
                assert_eq!(account, before);
            }
            Told::Restore => account = restored(&account, over),
        }
        assert_eq!(account.spent(now), Some(list.spent(over, now)));
        assert_eq!(account.spent(now + 3), Some(list.spent(over, now + 3)));
        if most_share <= 100 {
            assert!(list.spent(over, now) <= limit.max(opening), "overspent at {now}");
        }
    }
}

proptest! {
    #[test]
    fn budget_gate_prevents_overspend(over in prop::option::of(0..20_i128), limit in 0..150_i128, opening in 0..30_i128, all in prop::collection::vec(told(), 1..200)) {
        run(over, limit, opening, &all, 100);
    }

    #[test]
    fn usage_beyond_the_reservation_counts_in_full(over in prop::option::of(0..20_i128), limit in 0..150_i128, all in prop::collection::vec(told(), 1..200)) {
        run(over, limit, 0, &all, 300);
    }

    #[test]
    fn hostile_bytes_never_panic(all in prop::collection::vec((0..9_u64, 0..9_i128), 1..40), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        for over in [None, Some(20)] {
            let mut account = Account::new(over);
            for (step, amount) in &all {
                account.reserve(*step, *amount, *amount);
                account.settle(step / 2, *amount);
            }
            let mut saved = postcard::to_stdvec(&account).unwrap();
            let at = at.index(saved.len());
            saved[at] = byte;
            let Ok(mut back) = postcard::from_bytes::<Account>(&saved) else { continue };
            let sound = back.is_sound(over);
            for step in 0..9 {
                back.settle(step, 100);
                back.use_up(step, 1, 100);
                let spent = back.spent(100);
                prop_assert!(!sound || spent.is_none_or(|spent| spent >= 0));
            }
        }
    }
}

#[test]
fn a_charge_fits_up_to_the_limit() {
    let mut account = Account::new(None);
    assert!(account.open(40, 0));
    assert!(!account.open(-1, 0));
    assert_eq!(account.fits(0, 100, 60), Fits::Yes);
    assert_eq!(account.fits(0, 100, 61), Fits::Overspent { spent: 40 });
    assert_eq!(account.fits(0, 100, -1), Fits::Negative);
    account.reserve(1, 60, 0);
    assert_eq!(account.fits(0, 100, 0), Fits::Yes);
    assert_eq!(account.fits(0, 99, 0), Fits::Overspent { spent: 100 });
    account.release(1);
    assert_eq!(account.spent(0), Some(40));
}

#[test]
fn a_sum_too_large_has_no_value_until_it_is_smaller_again() {
    let mut account = Account::new(Some(10));
    account.reserve(1, i128::MAX, 0);
    assert_eq!(account.fits(0, i128::MAX, 1), Fits::Overspent { spent: i128::MAX });
    account.reserve(2, i128::MAX, 0);
    account.reserve(2, 5, 0);
    assert_eq!(account.spent(0), None);
    assert_eq!(account.fits(0, i128::MAX, 0), Fits::NoValue);
    account.settle(2, 3);
    assert_eq!(account.spent(12), None);
    assert_eq!(account.spent(13), Some(i128::MAX));
    account.release(1);
    assert_eq!(account.spent(13), Some(0));
}

#[test]
fn usage_takes_the_place_of_the_charge_once() {
    for over in [None, Some(100)] {
        let mut account = Account::new(over);
        account.reserve(1, 10, 0);
        assert!(account.use_up(1, 4, 1));
        assert_eq!(account.spent(1), Some(4));
        account.settle(1, 2);
        account.release(1);
        assert_eq!(account.spent(2), Some(4));
        assert!(account.use_up(1, 3, 3));
        assert_eq!(account.spent(3), Some(7));
        account.reserve(2, 10, 4);
        account.settle(2, 5);
        assert!(account.use_up(2, 12, 6));
        assert_eq!(account.spent(6), Some(19));
        assert!(account.use_up(9, 1, 6));
        assert_eq!(account.spent(6), Some(20));
        if over.is_some() {
            // Of step 2, 10 were spent at 5 and 2 at 6.
            assert_eq!(account.spent(103), Some(13));
            assert_eq!(account.spent(105), Some(3));
            assert_eq!(account.spent(106), Some(0));
        }
    }
}

#[test]
fn estimates_are_kept_of_ten_thousand_settled_steps() {
    for (steps, spent) in [(10_000, 9_999), (10_001, 10_001)] {
        let mut account = Account::new(None);
        for step in 0..steps {
            account.reserve(step, 1, 0);
            account.settle(step, 0);
        }
        assert!(account.use_up(0, 0, 0));
        assert_eq!(account.spent(0), Some(spent));
    }
}

#[test]
fn entries_beyond_the_limit_leave_the_window_late_and_never_early() {
    let over: i128 = 1_000_000;
    let mut account = Account::new(Some(over));
    let mut list = List::default();
    let mut merged = 0;
    for n in 0..60_000_u64 {
        let now = i128::from(n) * 37;
        account.reserve(n, 1, now);
        account.settle(n, now);
        list.add(1, now);
        if n % 1009 == 0 {
            let spent = account.spent(now).unwrap();
            let from = list.items.partition_point(|item| matches!(item.counted, Counted::Spent { at } if at <= now - over));
            let exact = i128::try_from(list.items.len() - from).unwrap();
            // An entry stays at most a part of the window too long.
            assert!(spent >= exact && spent <= exact + over / 4096 / 37 + 2, "{spent} for {exact}");
            merged += usize::from(spent > exact);
            account = restored(&account, Some(over));
        }
        if n % 3 == 0 {
            assert!(account.use_up(n, 1, now));
        }
    }
    assert!(merged > 10, "{merged}");
    assert_eq!(account.spent(i128::from(u64::MAX)), Some(0));
}

#[test]
fn usage_finds_an_estimate_that_was_merged_with_others() {
    let mut account = Account::new(Some(1_000_000));
    for step in 0..=10_000_u64 {
        account.reserve(step, 5, i128::from(step));
        account.settle(step, i128::from(step));
    }
    assert_eq!(account.spent(10_000), Some(50_005));
    assert!(account.use_up(5_001, 2, 10_000));
    assert_eq!(account.spent(10_000), Some(50_002));
    assert!(account.is_sound(Some(1_000_000)));
}

#[test]
fn a_time_that_goes_backwards_is_taken_as_the_latest() {
    let mut account = Account::new(Some(10));
    account.reserve(1, 5, 100);
    account.settle(1, 50);
    assert_eq!(account.spent(0), Some(5));
    assert_eq!(account.spent(109), Some(5));
    assert_eq!(account.spent(110), Some(0));
}

#[test]
fn an_opening_that_is_told_late_counts_from_its_own_time() {
    let mut account = Account::new(Some(30));
    assert!(account.use_up(1, 125, 43));
    assert!(account.open(150, 20));
    assert_eq!(account.spent(43), Some(275));
    assert_eq!(account.spent(49), Some(275));
    assert_eq!(account.spent(50), Some(125), "the opening leaves the window as if it had been told at 20");
    let mut late = Account::new(Some(30));
    assert!(late.use_up(1, 125, 60));
    assert!(late.open(150, 20));
    assert_eq!(late.spent(60), Some(125), "it has left the window long ago");
    let mut whole = Account::new(None);
    assert!(whole.use_up(1, 125, 60) && whole.open(150, 20));
    assert_eq!(whole.spent(1_000), Some(275));
}
