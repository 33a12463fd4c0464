//! Something could be left out, and nothing would be decided otherwise.

use crate::Example::Policy;

lints! {
    Redundancy
    UNUSED_LABEL = "L0032" "unused-label" Warn {
        "a label that no rule asks for",
        "Results carry labels so that rules can ask what an agent has seen (`secret in labels`) and where a value came from (`args.to from untrusted`). A label that nothing asks for changes no decision: either a rule is missing, or the label can go. Labels that only `returns` and `clear` mention count as unused.",
        Policy {
            bad: "label untrusted\n\ntool read_page(url: url) returns untrusted\n\npermit reading\n  on read_page\n  when args.url.host within \"example.com\"\n",
            good: "label untrusted\n\ntool read_page(url: url) returns untrusted\ntool send(to: email)\n\npermit reading\n  on read_page\n  when args.url.host within \"example.com\"\n\npermit sending\n  on send\n  when args.to.domain within \"example.com\"\n\nforbid planted\n  on send\n  when args.to from untrusted\n  because \"{args.to} stands in untrusted content\"\n"
        }
    }
    UNUSED_ALLOW = "L0038" "unused-allow" Warn {
        "an `@allow` that turns nothing off",
        "`@allow(lint-name)` says that what the lint finds here is meant. Where the lint finds nothing, the attribute is left over from an earlier version, and would hide what somebody writes later. Of lints that are off, nothing is known.",
        Policy {
            bad: "tool get_balance()\n\n@allow(missing-message)\npermit looking\n  on get_balance\n",
            good: "tool get_balance()\n\npermit looking\n  on get_balance\n"
        }
    }
}
