//! What somebody would write for the gate without a policy engine.

use std::borrow::Cow;
use std::collections::HashSet;

use serde::Deserialize;
use serde_json::value::RawValue;

/// The policy.
#[derive(Debug)]
pub struct ByHand {
    payees: HashSet<&'static str>,
    limit: i128,
}

/// An event.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read, because the event has them")]
pub struct Call<'a> {
    #[serde(borrow)]
    session: Option<&'a str>,
    r#type: &'a str,
    id: &'a str,
    agent: Option<&'a str>,
    name: &'a str,
    /// What the tool is given.
    pub args: Args<'a>,
    at: &'a str,
}

/// The arguments.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read, because the event has them")]
pub struct Args<'a> {
    #[serde(borrow)]
    recipient: Cow<'a, str>,
    #[serde(borrow)]
    amount: &'a RawValue,
    #[serde(borrow)]
    currency: Cow<'a, str>,
    #[serde(borrow)]
    subject: Cow<'a, str>,
    date: Option<&'a str>,
    #[serde(borrow)]
    source_account: Cow<'a, str>,
    #[serde(borrow)]
    note: Option<Cow<'a, str>>,
    urgent: bool,
}

impl<'a> Call<'a> {
    /// Reads an event; none when it is no call that fits.
    #[must_use]
    pub fn read(line: &'a str) -> Option<Self> {
        serde_json::from_str(line).ok()
    }

    /// Returns the amount, exactly; none when it is no such number.
    #[must_use]
    pub fn amount(&self) -> Option<i128> {
        reach_values::decimal::parse(self.args.amount.get()).ok()
    }
}

impl Default for ByHand {
    fn default() -> Self {
        let payees = [
            "CH9300762011623852957",
            "GB29NWBK60161331926819",
            "DE89370400440532013000",
            "FR1420041010050500013M02606",
            "NL91ABNA0417164300",
            "ES9121000418450200051332",
            "IT60X0542811101000000123456",
            "AT611904300234573201",
        ];
        Self { payees: payees.into_iter().collect(), limit: 500 * reach_values::decimal::ONE }
    }
}

impl ByHand {
    /// Decides arguments that were read.
    #[must_use]
    pub fn permits(&self, args: &Args<'_>, amount: i128, teller: bool) -> bool {
        teller && self.payees.contains(&*args.recipient) && amount <= self.limit && args.currency == "EUR" && !args.urgent
    }

    /// Decides a line.
    #[must_use]
    pub fn decide(&self, line: &str, teller: bool) -> bool {
        let Some(call) = Call::read(line) else { return false };
        if call.r#type != "call" || call.name != "send_money" || reach_values::time::parse_time(call.at).is_err() {
            return false;
        }
        if call.args.date.is_some_and(|d| reach_values::time::parse_date(d).is_err()) {
            return false;
        }
        call.amount().is_some_and(|amount| self.permits(&call.args, amount, teller))
    }
}
