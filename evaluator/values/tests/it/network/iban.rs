//! Cases of IBANs.

use reach_values::iban::{self, IbanError};

/// The examples that the registry gives for each country, in its electronic form, unless another reason stands there.
const READ: &[(&str, &str, &str)] = &[
    ("AL47212110090000000235698741", "AL", "the registry's example"),
    ("AD1200012030200359100100", "AD", "the registry's example"),
    ("AT611904300234573201", "AT", "the registry's example"),
    ("BE68539007547034", "BE", "the registry's example"),
    ("BR1800360305000010009795493C1", "BR", "the registry's example"),
    ("CH9300762011623852957", "CH", "the registry's example"),
    ("CY17002001280000001200527600", "CY", "the registry's example"),
    ("DE89370400440532013000", "DE", "the registry's example"),
    ("DK5000400440116243", "DK", "the registry's example"),
    ("EE382200221020145685", "EE", "the registry's example"),
    ("ES9121000418450200051332", "ES", "the registry's example"),
    ("FI2112345600000785", "FI", "the registry's example"),
    ("FR1420041010050500013M02606", "FR", "the registry's example"),
    ("GB29NWBK60161331926819", "GB", "the registry's example"),
    ("GR1601101250000000012300695", "GR", "the registry's example"),
    ("IE29AIBK93115212345678", "IE", "the registry's example"),
    ("IT60X0542811101000000123456", "IT", "the registry's example"),
    ("MT84MALT011000012345MTLCAST001S", "MT", "the registry's example"),
    ("NL91ABNA0417164300", "NL", "the registry's example"),
    ("NO9386011117947", "NO", "the registry's example, the shortest"),
    ("PL61109010140000071219812874", "PL", "the registry's example"),
    ("SA0380000000608010167519", "SA", "the registry's example"),
    ("SE4550000000058398257466", "SE", "the registry's example"),
    ("TR330006100519786457841326", "TR", "the registry's example"),
    ("UA213223130000026007233566001", "UA", "the registry's example"),
    ("XK051212012345678906", "XK", "the registry's example; Kosovo's code is no country's"),
];

#[test]
fn the_examples_of_the_registry_are_read() {
    for (text, country, why) in READ {
        assert_eq!(iban::normalize(text).as_deref(), Ok(*text), "{text}: {why}");
        assert_eq!(iban::country(text), *country);
        let printed: Vec<_> = text.as_bytes().chunks(4).map(|c| std::str::from_utf8(c).unwrap().to_lowercase()).collect();
        assert_eq!(iban::normalize(&printed.join(" ")).as_deref(), Ok(*text), "{text} as printed");
    }
}

#[test]
fn what_is_no_iban_is_refused() {
    const CASES: &[(&str, IbanError, &str)] = &[
        ("", IbanError::Form, "nothing"),
        ("   ", IbanError::Form, "spaces alone"),
        ("DE", IbanError::Form, "a country alone"),
        ("DE88370400440532013000", IbanError::Checksum, "other check digits"),
        ("DE89370400440532013001", IbanError::Checksum, "another last digit"),
        ("DE89370400440532031000", IbanError::Checksum, "two digits swapped"),
        ("DE8937040044053201300", IbanError::Checksum, "a digit is missing; the checksum is looked at first"),
        ("DE41370400440532013", IbanError::Form, "a fitting checksum of another length than Germany's"),
        ("DE893704004405320130000", IbanError::Checksum, "a digit too many"),
        ("GB29NWBK6016133192681A", IbanError::Checksum, "a letter for a digit"),
        ("DE8937040044053201300O", IbanError::Checksum, "the letter O for a zero"),
        (" DE89370400440532013000", IbanError::Form, "a leading space"),
        ("DE89370400440532013000 ", IbanError::Form, "a trailing space"),
        ("DE89\t370400440532013000", IbanError::Form, "a tab"),
        ("DE89\u{a0}3704 0044 0532 0130 00", IbanError::Form, "a no-break space"),
        ("DE89-3704-0044-0532-0130-00", IbanError::Form, "hyphens"),
        ("DE89.3704.0044.0532.0130.00", IbanError::Form, "dots"),
        ("DE89370400440532013000\n", IbanError::Form, "a line end"),
        ("DE89370400440532013000\0", IbanError::Form, "NUL"),
        ("DE89３70400440532013000", IbanError::Form, "a fullwidth digit"),
        ("ＤE89370400440532013000", IbanError::Form, "a fullwidth letter"),
        ("DЕ89370400440532013000", IbanError::Form, "a Cyrillic letter"),
        ("DE\u{200b}89370400440532013000", IbanError::Form, "a zero-width space"),
        ("IBAN DE89370400440532013000", IbanError::Form, "a word before it"),
        ("8937DE0400440532013000", IbanError::Form, "digits first"),
        ("D889370400440532013000", IbanError::Form, "one letter"),
        ("DEX9370400440532013000", IbanError::Form, "a letter among the check digits"),
        ("DE89370400440532013000DE89370400440532013000", IbanError::Form, "two"),
        ("ZZ89370400440532013000", IbanError::Checksum, "no country, and no fitting checksum"),
        ("US64SVBKUS6S3300958879", IbanError::Form, "a fitting checksum; the United States have no IBANs"),
    ];
    for (text, error, why) in CASES {
        assert_eq!(iban::normalize(text), Err(*error), "{text}: {why}");
    }
}

/// 97 more or less in the check digits leaves the same remainder; nobody issues such.
#[test]
fn check_digits_lie_between_02_and_98() {
    let with = |digits: u32, account: u32| format!("DE{digits:02}3704004405320{account:05}");
    let mut seen = [0; 3];
    for account in 0..2000 {
        let valid = (0..100).filter(|d| iban::normalize(&with(*d, account)).is_ok()).collect::<Vec<_>>();
        assert!(matches!(valid[..], [2..=98]), "{valid:?}");
        for (twin, count) in [(2, 0), (97, 1), (98, 2)] {
            seen[count] += u32::from(valid == [twin]);
        }
    }
    assert!(seen.iter().all(|s| *s > 0), "all three that have a twin are among them");
}
