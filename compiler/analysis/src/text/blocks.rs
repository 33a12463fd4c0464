//! IPv6 addresses by their numbers.
//!
//! The bounds of all networks that conditions name, and of the ranges whose addresses carry IPv4 addresses, cut the numbers into blocks. In a
//! block every network holds all addresses or none; only an IPv4 address that one carries may still leave a condition without a value.

use std::net::Ipv6Addr;

use reach_compiler::ir::{Form, Part, Type};
use reach_values::ip;

use super::describe::compares;
use super::machine::Outcomes;
use super::networks::Parts;
use crate::pred::{Func, Pred, Test, Want};

/// The most blocks that are looked at.
const MAX_BLOCKS: usize = 10_000;

/// Ranges whose addresses carry IPv4 addresses: how they begin, of how many bits, and how many bits tell that one means these.
const CARRIERS: [(u128, u32, u32); 6] =
    [(0, 96, 96), (0xffff_0000 << 32, 96, 96), (0x0064_ff9b << 96, 96, 96), (0x0064_ff9b_0001 << 80, 48, 48), (0x2002 << 112, 16, 16), (0x2001 << 112, 32, 32)];

/// What a condition asks of an IPv6 address.
enum Question {
    /// Whether it lies in a network, and whether that is a named one.
    Within(Parts, bool),
    /// Whether it is one of these.
    OneOf(Vec<u128>),
    /// The answer is the same for all.
    Same(Option<bool>),
}

impl Question {
    fn of(ty: &Type, pred: &Pred) -> Option<Self> {
        let host = matches!(ty, Type::Form(Form::Host));
        let address = matches!(ty, Type::Form(Form::Ip));
        let plain = match pred.steps.as_slice() {
            [] => host || address,
            [Func::Part(Part::HostIp)] if host => return (pred.test == Test::Present).then_some(Self::Same(Some(true))),
            [Func::Part(Part::HostIp), Func::Unwrap] => host,
            [Func::Part(Part::IpVersion)] if address => {
                let Test::Number(op, than) = pred.test else { return None };
                return Some(Self::Same(Some(compares(op, 6.cmp(&than)))));
            }
            _ => false,
        };
        let number = |text: &String| text.parse::<Ipv6Addr>().ok().map(Ipv6Addr::to_bits);
        match &pred.test {
            _ if !plain => None,
            Test::Within(Type::Form(Form::Network), network) => Some(Self::Within(Parts::of(network)?, !network.contains('/'))),
            Test::Within(Type::Form(Form::Host), domain) => Some(Self::OneOf(number(domain).into_iter().collect())),
            Test::Is(text) => Some(Self::OneOf(number(text).into_iter().collect())),
            Test::OneOf(texts) => Some(Self::OneOf(texts.iter().filter_map(number).collect())),
            _ => None,
        }
    }

    /// Adds the first numbers of blocks.
    fn cut(&self, cuts: &mut Vec<u128>) {
        match self {
            Self::Within(parts, _) => parts.six.iter().for_each(|(base, length)| cut(*base, *length, cuts)),
            Self::OneOf(numbers) => numbers.iter().for_each(|number| cut(*number, 128, cuts)),
            Self::Same(_) => {}
        }
    }

    /// What it may come to for the addresses of a block that begins here and has more than one.
    fn outcomes(&self, first: u128) -> Outcomes {
        let (parts, named) = match self {
            Self::Same(answer) => return Outcomes::of(*answer),
            Self::OneOf(_) => return Outcomes::FALSE,
            Self::Within(parts, named) => (parts, *named),
        };
        let lies = |(base, length): (u128, u32)| begins(first, base, length);
        let carrier = CARRIERS.iter().find(|(base, length, _)| begins(first, *base, *length));
        let tells = carrier.map_or(96, |(.., tells)| *tells);
        let inside = parts.six.iter().any(|part| lies(*part));
        let answer = Outcomes::of(Some(inside));
        match (inside, carrier) {
            (true, _) if !named && parts.six.iter().any(|part| lies(*part) && part.1 >= tells) => Outcomes::TRUE,
            (true, Some(_)) if parts.four.is_empty() => Outcomes::NONE,
            (false, _) if parts.four.is_empty() => answer,
            _ => answer.or(Outcomes::NONE),
        }
    }
}

fn begins(number: u128, base: u128, length: u32) -> bool {
    let shift = 128u32.saturating_sub(length);
    number.checked_shr(shift).unwrap_or(0) == base.checked_shr(shift).unwrap_or(0)
}

fn cut(base: u128, length: u32, cuts: &mut Vec<u128>) {
    cuts.push(base);
    let behind = 1u128.checked_shl(128u32.saturating_sub(length)).and_then(|size| base.checked_add(size));
    cuts.extend(behind);
}

/// Returns the first numbers of all blocks.
fn blocks<'q>(questions: impl Iterator<Item = &'q Question>) -> Vec<u128> {
    // The mapped addresses are IPv4; the first two of all carry none.
    let mut cuts = vec![0, 1, 2, 0xffff << 32, (0xffff << 32) + (1 << 32)];
    for (base, length, _) in CARRIERS {
        cut(base, length, &mut cuts);
    }
    questions.for_each(|question| question.cut(&mut cuts));
    cuts.sort_unstable();
    cuts.dedup();
    cuts
}

/// Returns whether a condition is understood here, and by machines for what is no IPv6 address.
pub(super) fn understands(ty: &Type, pred: &Pred) -> bool {
    Question::of(ty, pred).is_some()
}

/// Returns whether it is proved that no IPv6 address meets conditions.
pub(super) fn has_no_six(ty: &Type, wants: &[Want]) -> bool {
    if !matches!(ty, Type::Form(Form::Host | Form::Ip)) {
        return false;
    }
    let questions: Vec<(Question, &Want)> = wants.iter().filter_map(|want| Some((Question::of(ty, &want.pred)?, want))).collect();
    let firsts = blocks(questions.iter().map(|(question, _)| question));
    if firsts.len() > MAX_BLOCKS {
        return false;
    }
    let nexts = firsts.iter().skip(1).map(|next| Some(*next)).chain([None]);
    firsts.iter().zip(nexts).all(|(first, next)| {
        if begins(*first, 0xffff << 32, 96) {
            return true;
        }
        let alone = next.is_some_and(|next| next - first == 1) || *first == u128::MAX;
        questions.iter().any(|(question, want)| {
            let outcomes = if alone { exactly(question, *first, want) } else { question.outcomes(*first) };
            !outcomes.meets(Outcomes::admitted(want.need))
        })
    })
}

/// What a condition comes to for one address.
fn exactly(question: &Question, number: u128, want: &Want) -> Outcomes {
    match (question, &want.pred.test) {
        (Question::Within(..), Test::Within(_, network)) => Outcomes::of(ip::within(&Ipv6Addr::from_bits(number).to_string(), network)),
        (Question::OneOf(numbers), _) => Outcomes::of(Some(numbers.contains(&number))),
        (Question::Same(answer), _) => Outcomes::of(*answer),
        _ => Outcomes::ALL,
    }
}

/// Returns addresses of which each block that conditions tell apart has some.
pub(super) fn candidates(ty: &Type, wants: &[Want]) -> Vec<String> {
    let questions: Vec<Question> = wants.iter().filter_map(|want| Question::of(ty, &want.pred)).collect();
    let fours: Vec<u128> = questions
        .iter()
        .flat_map(|question| if let Question::Within(parts, _) = question { parts.four.clone() } else { Vec::new() })
        .map(|(base, _)| u128::from(base))
        .chain([0x0808_0808])
        .collect();
    let mut numbers = Vec::new();
    for first in blocks(questions.iter()).into_iter().take(MAX_BLOCKS) {
        numbers.extend([first, first.saturating_add(1), first.saturating_add(0x1234)]);
        numbers.extend(fours.iter().take(20).map(|four| first | 0x5efe << 32 | four));
    }
    for four in &fours {
        numbers.extend([0x0064_ff9b << 96 | four, 0x2002 << 112 | four << 80, 0xffff_0000 << 32 | four, *four]);
    }
    let fours = fours.iter().filter_map(|four| u32::try_from(*four).ok()).map(|four| std::net::Ipv4Addr::from_bits(four).to_string());
    numbers.into_iter().map(|number| Ipv6Addr::from_bits(number).to_string()).chain(fours).collect()
}
