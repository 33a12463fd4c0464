//! Keys and tokens.

use reach_values::detect::Detector;

use super::{check, found};

/// Returns letters and digits, as tokens have them.
fn letters(len: usize) -> String {
    "aB3dE6gH1jK4mN7pQ0sT2vW5yZ8c".chars().cycle().take(len).collect()
}

/// Returns hexadecimal digits.
fn hex(len: usize) -> String {
    "0f1e2d3c4b5a6978".chars().cycle().take(len).collect()
}

const JWT: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U";
const UNSIGNED: &str = "eyJhbGciOiJub25lIn0.eyJqb2UiOnRydWV9.";

#[test]
fn aws_keys() {
    let secret = ["wJalrXUtnFEMI/K7MDENG", "bPxRfiCYEXAMPLEKEY"].join("/");
    let named = |name: &str| format!("{name}{secret}");
    check(
        Detector::AwsKey,
        &[
            ("AKIAIOSFODNN7EXAMPLE", &["AKIAIOSFODNN7EXAMPLE"], "the example of AWS"),
            ("key=ASIAIOSFODNN7EXAMPLE;", &["ASIAIOSFODNN7EXAMPLE"], "a temporary key"),
            (&named("aws_secret_access_key = "), &[&secret], "in a file of settings"),
            (&named("AWS_SECRET_ACCESS_KEY="), &[&secret], "in an environment"),
            (&format!("\"SecretAccessKey\": \"{secret}\""), &[&secret], "in the answer of STS"),
            (&secret, &[], "forty characters without a name may be anything"),
            (&format!("{}x", named("aws_secret_access_key=")), &[], "more than forty"),
            ("AKIAIOSFODNN7EXAMPL", &[], "too short"),
            ("AKIAIOSFODNN7EXAMPLEX", &[], "too long"),
            ("xAKIAIOSFODNN7EXAMPLE", &[], "inside of a word"),
            ("AKIAIOSFODNN1EXAMPLE", &[], "no digit 1 in Base32"),
        ],
    );
}

#[test]
fn github_tokens() {
    for prefix in ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"] {
        let token = format!("{prefix}{}", letters(36));
        assert_eq!(found(Detector::GithubToken, &format!("token: {token}.")), [token], "{prefix}");
        assert!(!Detector::GithubToken.is_in(&format!("{prefix}{}", letters(35))), "{prefix} too short");
    }
    let fine = format!("github_pat_{}_{}", letters(22), letters(59));
    assert_eq!(found(Detector::GithubToken, &fine), [fine.as_str()]);
    assert!(!Detector::GithubToken.is_in("ghx_0123456789abcdefghijABCDEFGHIJ012345"), "no such prefix");
    assert!(Detector::GithubToken.is_in(&format!("https://x:ghp_{}@github.com/a/b", letters(36))), "in a URL");
}

#[test]
fn private_keys() {
    let pem = |what: &str| ["-----BEGIN ", what, "-----\nMIIE\n-----END ", what, "-----"].concat();
    let (plain, rsa, pgp) = (pem("PRIVATE KEY"), pem("RSA PRIVATE KEY"), pem("PGP PRIVATE KEY BLOCK"));
    let cut = format!("x {}", &plain[..40]);
    let two = format!("{plain}\n{rsa}");
    check(
        Detector::PrivateKey,
        &[
            (&plain, &[&plain], "PKCS #8 (RFC 7468, section 10)"),
            (&format!("a{rsa}b"), &[&rsa], "PKCS #1, between other text"),
            (&pgp, &[&pgp], "OpenPGP"),
            (&pem("OPENSSH PRIVATE KEY"), &[&pem("OPENSSH PRIVATE KEY")], "OpenSSH"),
            (&pem("ENCRYPTED PRIVATE KEY"), &[&pem("ENCRYPTED PRIVATE KEY")], "encrypted ones are secrets too"),
            (&plain.replace('\n', "\\n"), &[&plain.replace('\n', "\\n")], "in JSON"),
            (&cut, &[&cut[2..]], "without an end it goes to the end of the text"),
            (&two, &[&plain, &rsa], "two"),
            (&pem("PUBLIC KEY"), &[], "a public key"),
            (&pem("CERTIFICATE"), &[], "a certificate"),
            ("BEGIN PRIVATE KEY", &[], "no dashes"),
        ],
    );
}

#[test]
fn jwts() {
    let bearer = format!("Authorization: Bearer {JWT}");
    check(
        Detector::Jwt,
        &[
            (JWT, &[JWT], "RFC 7519"),
            (&bearer, &[JWT], "in a header"),
            (UNSIGNED, &[UNSIGNED], "unsigned (RFC 7519, section 6.1)"),
            (&format!("[{JWT}]"), &[JWT], "in brackets"),
            (&format!("x{JWT}"), &[], "inside of a word"),
            ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0", &[], "two parts"),
            ("eyJ.eyJ.x", &[], "no header is so short"),
            ("aaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbb.cccc", &[], "no JSON object"),
            ("eyes.and.ears", &[], "words"),
        ],
    );
}

#[test]
fn tokens_of_vendors() {
    let cases = [
        ("Slack", format!("xoxb-123456789012-{}", letters(24))),
        ("Slack webhook", format!("hooks.slack.com/services/T00000000/B00000000/{}", letters(24))),
        ("Stripe", format!("sk_live_{}", letters(24))),
        ("Stripe restricted", format!("rk_live_{}", letters(24))),
        ("OpenAI", format!("sk-{}", letters(48))),
        ("OpenAI project", format!("sk-proj-{}", letters(48))),
        ("Anthropic", format!("sk-ant-api03-{}", letters(93))),
        ("Google", format!("AIza{}", letters(35))),
        ("npm", format!("npm_{}", letters(36))),
        ("PyPI", format!("pypi-AgEIcHlwaS5vcmc{}", letters(60))),
        ("GitLab", format!("glpat-{}", letters(20))),
        ("Twilio", format!("SK{}", hex(32))),
        ("SendGrid", format!("SG.{}.{}", letters(22), letters(43))),
        ("DigitalOcean", format!("dop_v1_{}", hex(64))),
        ("Hugging Face", format!("hf_{}", letters(34))),
        ("Vault", format!("hvs.{}", letters(30))),
        ("Databricks", format!("dapi{}", hex(32))),
        ("Shopify", format!("shpat_{}", hex(32))),
        ("Telegram", format!("123456789:AA{}", letters(33))),
        ("Azure", format!("AccountKey={}==", letters(86))),
        ("age", format!("AGE-SECRET-KEY-1{}", letters(58).to_uppercase())),
        ("Docker", format!("dckr_pat_{}", letters(27))),
    ];
    for (vendor, token) in &cases {
        let text = format!("x = \"{token}\"; y");
        assert_eq!(found(Detector::Secret, &text), [token], "{vendor}");
    }
    for (text, why) in [
        ("sk-learn-something-with-many-words", "words joined by hyphens"),
        ("npm_config_registry", "a setting"),
        ("SK1234", "too short"),
        ("the secret is safe", "the word alone"),
        ("password=hunter2", "passwords have no form (documented)"),
        ("0f1e2d3c4b5a69780f1e2d3c4b5a69780f1e2d3c", "a commit"),
        ("550e8400-e29b-41d4-a716-446655440000", "a UUID"),
    ] {
        assert_eq!(found(Detector::Secret, text), [""; 0], "{why}");
    }
}

#[test]
fn secrets_that_overlap_are_one() {
    let text = format!("-----BEGIN PRIVATE KEY-----\nAKIAIOSFODNN7EXAMPLE\n-----END PRIVATE KEY----- {JWT}");
    assert_eq!(found(Detector::Secret, &text).len(), 2);
    assert_eq!(found(Detector::AwsKey, &text).len(), 1);
}
