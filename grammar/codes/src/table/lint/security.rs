//! A decision is looser, or easier to get around, than it looks.

use crate::Example::Policy;

lints! {
    Security
    PATH_WITHOUT_REAL = "L0001" "path-without-real" Warn {
        "a permit rests on a path as text, where a symbolic link may lead elsewhere",
        "A path is brought to its normal form as text; the file system is never asked. In a folder in which the agent, or somebody who feeds it, can make a symbolic link, `/repo/notes` may be `/etc/shadow`. The host knows: let it follow the links and send where the path really leads as a fact, and let the rule ask for that too. The lint looks at permits that ask `within`, or match a glob with a slash, on an argument of a tool that has no fact of type `path`. `@allow(path-without-real)` before the rule turns it off, where there can be no links.",
        Policy {
            bad: "tool read_file(file_path: path)\n\npermit notes\n  on read_file\n  when args.file_path within \"/srv/notes\"\n",
            good: "tool read_file(file_path: path) facts { real: path }\n\npermit notes\n  on read_file\n  when args.file_path within \"/srv/notes\" and facts.real within \"/srv/notes\"\n"
        }
    }
    UNLIMITED_PERMIT = "L0002" "unlimited-permit" Warn {
        "a permit without any limit on a tool that takes money, commands, addresses or recipients",
        "A tool is sensitive when an argument is a command line (`shell`), a query (`sql`), a `url`, `host`, `email` or `iban`; when a number is called like money (`amount`, `price`, `total`); or when a text is called like a recipient, an address, a command or a password. A permit without `when` and `unless` lets an agent use it with whatever it was talked into. The lint is silent where something else holds the tool back: a `charge` on it, or a rule that asks or forbids. In `reach.toml`, `unlimited-permit = { sensitive = [\"payout\"], harmless = [\"total\"] }` names tools and arguments that are sensitive besides, or are not.",
        Policy {
            bad: "tool run(command: shell)\n\npermit running\n  on run\n",
            good: "tool run(command: shell)\n\npermit running\n  on run\n  when args.command runs only { \"git status\", \"ls\" }\n"
        }
    }
    UNTYPED_TEXT = "L0003" "untyped-text" Warn {
        "a pattern on a text that has a type of its own",
        "URLs, hosts, paths, command lines, queries, e-mail addresses, account numbers and IP addresses can be written in many ways. A pattern on the text sees one of them. Declared with its type, a value is parsed when it enters, by the standard that its receiver follows, and rules ask about its parts: `args.url.host within \"example.com\"`, `args.command runs only { … }`. The lint goes by the name of the field (`url`, `host`, `path`, `command`, `sql`, `email`, `iban`, `ip`), or by a pattern that begins like a URL, in rules and in refinements.",
        Policy {
            bad: "tool fetch(url: text)\n\npermit pages\n  on fetch\n  when args.url matches re\"^https://example\\.com/\"\n",
            good: "tool fetch(url: url)\n\npermit pages\n  on fetch\n  when args.url.scheme == \"https\" and args.url.host == \"example.com\"\n"
        }
    }
    FORBID_BY_LABEL = "L0004" "forbid-by-label" Warn {
        "a forbid that rests on `from LABEL` alone, where a permit doesn't ask what is known to be good",
        "`args.recipient from untrusted` finds a value that stands in untrusted content as it was written there. An attacker who knows the rule lets the agent put the value together, translate it, or write it in another way; then it is not found, and the forbid does not match. Such a rule is a good reason, and no good wall. The wall is a permit that asks what is known to be good: `from user`, `in payees`, `within`. The lint looks at forbids that match only where a value comes from a label, and is silent where every permit of the step says what the value may be.",
        Policy {
            bad: "label untrusted\n\ntool read_page(address: url) returns untrusted\ntool pay(recipient: text, amount: decimal)\n\npermit reading\n  on read_page\n  when args.address.host within \"example.com\"\n\npermit small\n  on pay\n  when args.amount <= 100.00\n\nforbid planted\n  on pay\n  when args.recipient from untrusted\n  because \"{args.recipient} stands in untrusted content\"\n",
            good: "label untrusted\n\ntool read_page(address: url) returns untrusted\ntool pay(recipient: text, amount: decimal)\n\npermit reading\n  on read_page\n  when args.address.host within \"example.com\"\n\npermit small\n  on pay\n  when args.amount <= 100.00 and args.recipient from user\n\nforbid planted\n  on pay\n  when args.recipient from untrusted\n  because \"{args.recipient} stands in untrusted content\"\n"
        }
    }
    ALL_WITHOUT_LENGTH = "L0005" "all-without-length" Warn {
        "an `all` in a permit, which holds of an empty list too",
        "`all(r in args.to: inside(r))` is true where there is no `r`: every one of none is inside. A permit that rests on it permits a step with an empty list, whatever the tool makes of that: it may write to everybody, or to whoever was there last. Ask for the length too. The lint is silent where the rule asks about `length`, `any` or `count` of the list, and where a default (`args.to else []`) shows that an empty list was thought of.",
        Policy {
            bad: "tool send(to: list<email>, body: text)\n\npermit inside\n  on send\n  when all(r in args.to: r.domain within \"example.com\")\n",
            good: "tool send(to: list<email>, body: text)\n\npermit inside\n  on send\n  when length(args.to) > 0 and all(r in args.to: r.domain within \"example.com\")\n"
        }
    }
    COUNT_WITHOUT_ATTEMPTED = "L0006" "count-without-attempted" Warn {
        "a rule about a rate that counts only what was permitted",
        "Without a word before it, a step in a pattern counts from its permit on. A rule that holds back whoever tries too often then sees only the tries that went through: an agent that is refused may try as often as it likes, and a guess is a guess whether it was refused or not. `attempted call` counts every try. The lint looks at counts over an hour or less, in rules that ask or forbid; over longer times a count usually is about what was done.",
        Policy {
            bad: "tool log_in(code: text)\n\npermit trying\n  on log_in\n  when length(args.code) == 6\n\nforbid guessing\n  on log_in\n  when count(call log_in over 10m) >= 5\n  because \"that is guessing\"\n",
            good: "tool log_in(code: text)\n\npermit trying\n  on log_in\n  when length(args.code) == 6\n\nforbid guessing\n  on log_in\n  when count(attempted call log_in over 10m) >= 5\n  because \"that is guessing\"\n"
        }
    }
    SHORT_PROVENANCE = "L0007" "short-provenance" Warn {
        "a question of where a value came from that is too short to have an answer",
        "What has fewer than four letters or digits stands everywhere by chance, so `from` has no value for it: a permit never matches by it, and an `ask` or `forbid` always does. The lint finds constants that are so short, and arguments that their type, or the rule itself, keeps so short (`text where length(it) <= 3`).",
        Policy {
            bad: "tool set_language(code: text where length(it) <= 3)\n\npermit asked_for\n  on set_language\n  when args.code from user\n",
            good: "tool set_language(code: text where length(it) <= 3)\n\npermit asked_for\n  on set_language\n  when args.code in { \"de\", \"en\" }\n"
        }
    }
    CONFUSABLE_TEXT = "L0008" "confusable-text" Warn {
        "letters that look like others, or characters that aren't seen",
        "A Cyrillic \u{430} looks like a Latin a, and is not equal to it: a policy that names `p\u{430}ypal` reads well and matches something else than is read. Characters without width, and those that turn the direction of text, make a line look like another one. The lint looks at every word of a file, in names, texts, patterns and comments, by Unicode Technical Standard 39: words with letters of several scripts of which some can be mistaken, and characters that aren't seen. Written as `\\u{430}` such a character is visible, and the lint is silent.",
        Policy {
            bad: "tool pay(payee: text, amount: decimal)\n\npermit shop\n  on pay\n  when args.payee == \"p\u{430}ypal\" and args.amount <= 10.00\n",
            good: "tool pay(payee: text, amount: decimal)\n\npermit shop\n  on pay\n  when args.payee == \"paypal\" and args.amount <= 10.00\n"
        }
    }
    SECRET_IN_POLICY = "L0009" "secret-in-policy" Deny {
        "a key, token or password stands in a policy",
        "Policies are read by many: they lie in repositories, in bundles, in explanations and in logs. A key that stands in one is known to all of them, and stays in the history when it is taken out. The lint finds what the detector `secret` finds, in code and comments, and constants that are called like a password and hold what looks like one. Tests, fixtures and examples are left out: to test that secrets are found, something must look like one.",
        Policy {
            bad: "tool request(key: text)\n\nlet own_key = \"AKIAIOSFODNN7EXAMPLE\"\n\npermit requests\n  on request\n  when args.key == own_key\n",
            good: "context {\n  key: text\n}\n\ntool request(key: text)\n\npermit requests\n  on request\n  when args.key == context.key\n"
        }
    }
    UNANCHORED_PATTERN = "L0010" "unanchored-pattern" Warn {
        "a permit rests on a pattern that is found anywhere in a text",
        "A regular expression is searched for, not compared: `re\"O\\d{6}\"` is found in `O123456; drop table orders`. In a permit, what stands around it is let through unseen. Begin it with `^`; and end it with `$`, unless it ends in what separates its last word from the rest (`^https://example\\.com/`). The lint looks at patterns that make a permit match.",
        Policy {
            bad: "tool lookup(order: text)\n\npermit looking\n  on lookup\n  when args.order matches re\"O\\d{6}\"\n",
            good: "tool lookup(order: text)\n\npermit looking\n  on lookup\n  when args.order matches re\"^O\\d{6}$\"\n"
        }
    }
    CASE_SENSITIVE_FORBID = "L0012" "case-sensitive-forbid" Warn {
        "a rule that holds back looks for a word in one case only",
        "`args.body matches re\"password:\"` doesn't see `Password:`. Who wants to get around a rule changes the case first. Write `matches nocase`. The lint looks at regular expressions and `contains` on text, in rules that ask or forbid, that have a word of letters of one case.",
        Policy {
            bad: "tool post(body: text)\n\npermit posting\n  on post\n  when length(args.body) <= 200\n\nforbid passwords\n  on post\n  when args.body matches re\"password:\"\n  because \"it looks as if a password is in it\"\n",
            good: "tool post(body: text)\n\npermit posting\n  on post\n  when length(args.body) <= 200\n\nforbid passwords\n  on post\n  when args.body matches nocase re\"password:\"\n  because \"it looks as if a password is in it\"\n"
        }
    }
}
