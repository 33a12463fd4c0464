//! Keys and tokens that their makers give a known form.
//!
//! Each pattern has a bounded beginning: a search that goes on behind a match never looks at the same text more than that often.

use std::sync::LazyLock;

use regex::Regex;

use super::Found;

/// AWS access key IDs (IAM User Guide, "Unique ID prefixes": long-term, temporary, service and context-specific keys), and secret access
/// keys behind their name in settings.
const AWS: [&str; 2] = [
    r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b",
    r#"(?i:aws[_. -]?secret[_. -]?(?:access[_. -]?)?key|secret[_. -]?access[_. -]?key)["']?[ \t]{0,4}(?:=>|[:=]|\s)[ \t]{0,4}["']?[A-Za-z0-9/+]{40}"#,
];

/// GitHub tokens (GitHub Docs, "About authentication to GitHub", token formats).
const GITHUB: [&str; 2] = [r"gh[pousr]_[A-Za-z0-9_]{36,}", r"github_pat_[A-Za-z0-9_]{22,}"];

/// Tokens of other makers: who, and the form that they document or that their own scanners look for.
const VENDORS: &[(&str, &str)] = &[
    ("1Password", r"\bops_eyJ[A-Za-z0-9+/=_-]{60,}"),
    ("age", r"AGE-SECRET-KEY-1[0-9A-Z]{58}"),
    ("Airtable", r"\bpat[A-Za-z0-9]{14}\.[0-9a-f]{64}\b"),
    ("Anthropic", r"\bsk-ant-[A-Za-z0-9_-]{20,}"),
    ("Atlassian", r"\bATATT3[A-Za-z0-9_=-]{60,}"),
    ("Azure Storage", r"(?i:AccountKey)=[A-Za-z0-9+/]{86}=="),
    ("Buildkite", r"\bbk(?:ua|pt)_[0-9a-f]{40}\b"),
    ("crates.io", r"\bcio[A-Za-z0-9]{32}\b"),
    ("Databricks", r"\bdapi[0-9a-f]{32}\b"),
    ("Discord", r"\b[MNO][A-Za-z0-9_-]{23,25}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,38}\b"),
    ("DigitalOcean", r"\bdo[opr]_v1_[0-9a-f]{64}\b"),
    ("Docker", r"\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{27,}"),
    ("Doppler", r"\bdp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9._-]{40,}"),
    ("Dropbox", r"\bsl\.[A-Za-z0-9_-]{130,}"),
    ("Figma", r"\bfig[duo]_?[dr]?_[A-Za-z0-9_-]{40,}"),
    ("Fly.io", r"\bfo1_[A-Za-z0-9_-]{43}\b"),
    ("GitLab", r"\bgl(?:pat|oas|dt|rt|cbt|ptt|ft|imt|agent|soat|ffct)-[A-Za-z0-9_.-]{20,}"),
    ("Google API", r"\bAIza[A-Za-z0-9_-]{35}"),
    ("Google OAuth secret", r"\bGOCSPX-[A-Za-z0-9_-]{28}"),
    ("Google OAuth token", r"\bya29\.[A-Za-z0-9_-]{20,}"),
    ("Grafana", r"\bgl(?:sa|c)_[A-Za-z0-9+/=_]{32,}"),
    ("Groq", r"\bgsk_[A-Za-z0-9]{40,}"),
    ("HashiCorp Vault", r"\bhv[sbr]\.[A-Za-z0-9_-]{24,}"),
    ("HashiCorp Terraform", r"\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,}"),
    ("Hugging Face", r"\b(?:hf|api_org)_[A-Za-z0-9]{34,}"),
    ("Heroku", r"\bHRKU-AA[A-Za-z0-9_-]{58}"),
    ("Linear", r"\blin_(?:api|oauth)_[A-Za-z0-9]{40,}"),
    ("Mailchimp", r"\b[0-9a-f]{32}-us[0-9]{1,2}\b"),
    ("Mailgun", r"\bkey-[0-9a-f]{32}\b"),
    ("New Relic", r"\bNR(?:AK|JS|II|RA)-[A-Za-z0-9-]{19,}"),
    ("Notion", r"\b(?:ntn_[A-Za-z0-9]{40,}|secret_[A-Za-z0-9]{43}\b)"),
    ("npm", r"\bnpm_[A-Za-z0-9]{36,}"),
    ("NuGet", r"\boy2[a-z0-9]{43}\b"),
    ("OpenAI", r"\bsk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{20,}|\bsk-[A-Za-z0-9]{32,}"),
    ("OpenRouter", r"\bsk-or-v1-[0-9a-f]{64}\b"),
    ("Perplexity", r"\bpplx-[A-Za-z0-9]{40,}"),
    ("PlanetScale", r"\bpscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.=-]{32,}"),
    ("Postman", r"\bPMAK-[0-9a-f]{24}-[0-9a-f]{34}\b"),
    ("PyPI", r"\bpypi-[A-Za-z0-9_-]{50,}"),
    ("Replicate", r"\br8_[A-Za-z0-9]{37}\b"),
    ("RubyGems", r"\brubygems_[0-9a-f]{48}\b"),
    ("SendGrid", r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
    ("Sentry", r"\bsntry[su]_[A-Za-z0-9+/=_]{60,}"),
    ("Shopify", r"\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}\b"),
    ("Slack token", r"\bxox[abceoprs]-[A-Za-z0-9.-]{10,}"),
    ("Slack app token", r"\bxapp-[0-9]-[A-Za-z0-9-]{20,}"),
    ("Slack webhook", r"hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/]{20,}"),
    ("Square", r"\b(?:sq0[a-z]{3}-[A-Za-z0-9_-]{22,}|EAAA[A-Za-z0-9_-]{60}\b)"),
    ("Stripe", r"\b(?:[sr]k_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{32,})"),
    ("Supabase", r"\bsb(?:p_[0-9a-f]{40}\b|_secret_[A-Za-z0-9_-]{20,})"),
    ("Telegram", r"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}\b"),
    ("Twilio", r"\bSK[0-9a-f]{32}\b"),
    ("xAI", r"\bxai-[A-Za-z0-9]{60,}"),
];

/// Joins patterns. Word boundaries are those of ASCII.
fn join<'p>(patterns: impl Iterator<Item = &'p str>) -> Option<Regex> {
    let joined = patterns.map(|pattern| format!("(?:{})", pattern.replace(r"\b", r"(?-u:\b)"))).collect::<Vec<_>>().join("|");
    Regex::new(&joined).ok()
}

static AWS_KEY: LazyLock<Option<Regex>> = LazyLock::new(|| join(AWS.into_iter()));
static GITHUB_TOKEN: LazyLock<Option<Regex>> = LazyLock::new(|| join(GITHUB.into_iter()));
static VENDOR_TOKEN: LazyLock<Option<Regex>> = LazyLock::new(|| join(VENDORS.iter().map(|(_, pattern)| *pattern)));

/// Calls `found` with each match; with the whole text if there is no regex, so that a mistake hides nothing.
fn each(regex: Option<&Regex>, text: &str, found: Found<'_>) {
    match regex {
        Some(regex) => {
            regex.find_iter(text).all(|token| found(token.range()));
        }
        None => {
            found(0..text.len());
        }
    }
}

pub(super) fn find_vendor(text: &str, found: Found<'_>) {
    each(VENDOR_TOKEN.as_ref(), text, found);
}

pub(super) fn find_github(text: &str, found: Found<'_>) {
    each(GITHUB_TOKEN.as_ref(), text, found);
}

/// Of a secret access key the range is that of the key, without its name.
pub(super) fn find_aws(text: &str, found: Found<'_>) {
    const SECRET_BYTES: usize = 40;
    each(AWS_KEY.as_ref(), text, &mut |range| {
        if range.len() <= SECRET_BYTES {
            return found(range);
        }
        // A longer run of such characters is something else.
        let longer = text.as_bytes().get(range.end).is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'+' | b'='));
        longer || found(range.end - SECRET_BYTES..range.end)
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_patterns_compile() {
        assert!(AWS_KEY.is_some() && GITHUB_TOKEN.is_some() && VENDOR_TOKEN.is_some());
    }
}
