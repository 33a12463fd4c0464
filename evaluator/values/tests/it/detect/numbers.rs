//! Cards, IBANs and telephone numbers.

use reach_values::detect::Detector;

use super::check;

/// The numbers are those that payment processors publish for tests.
#[test]
fn cards() {
    check(
        Detector::Card,
        &[
            ("4111111111111111", &["4111111111111111"], "Visa's test number"),
            ("pay with 4111 1111 1111 1111, please", &["4111 1111 1111 1111"], "single blanks stand between groups"),
            ("4111-1111-1111-1111", &["4111-1111-1111-1111"], "single hyphens too"),
            ("4111 1111 1111 1111 123", &["4111 1111 1111 1111"], "a check value that follows is no part of it"),
            ("4111 1111 1111 1111 12/29", &["4111 1111 1111 1111"], "nor a date"),
            ("12 4111111111111111 34", &["4111111111111111"], "numbers beside it don't hide it"),
            ("4222222222222", &["4222222222222"], "13 digits are an old Visa"),
            ("378282246310005", &["378282246310005"], "American Express has 15 digits"),
            ("3782 822463 10005", &["3782 822463 10005"], "in its own groups"),
            ("5555555555554444", &["5555555555554444"], "Mastercard"),
            ("2223003122003222", &["2223003122003222"], "Mastercard's second range"),
            ("6011111111111117", &["6011111111111117"], "Discover"),
            ("30569309025904", &["30569309025904"], "Diners Club has 14 digits"),
            ("3530111333300000", &["3530111333300000"], "JCB"),
            ("6759649826438453", &["6759649826438453"], "Maestro"),
            ("6200000000000005", &["6200000000000005"], "UnionPay"),
            ("(4111111111111111)", &["4111111111111111"], "punctuation around it"),
            ("card_4111111111111111", &["4111111111111111"], "an underscore is no letter"),
            ("4111111111111111 5555555555554444", &["4111111111111111", "5555555555554444"], "two"),
            ("4111111111111112", &[], "the check digit is wrong"),
            ("14111111111111111", &[], "it is the end of a longer run of digits"),
            ("41111111111111111", &[], "it is the beginning of one"),
            ("9111111111111111", &[], "no issuer has this range"),
            ("1234567812345670", &[], "Luhn fits, but no issuer has this range"),
            ("0000000000000000", &[], "Luhn fits zeros"),
            ("x4111111111111111", &[], "a letter before it: some identifier"),
            ("4111111111111111a", &[], "a letter behind it"),
            ("0.4111111111111111", &[], "a fraction"),
            ("4111  1111  1111  1111", &[], "two blanks are columns of a table"),
            ("4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", &[], "single digits aren't groups (documented)"),
            ("4111\n1111\n1111\n1111", &[], "lines aren't groups (documented)"),
            ("４１１１１１１１１１１１１１１１", &[], "fullwidth digits aren't read (documented)"),
            ("2026-11-26 14:52:18", &[], "a time"),
            ("", &[], "nothing"),
        ],
    );
}

/// Examples of the SWIFT registry of IBANs.
#[test]
fn ibans() {
    check(
        Detector::Iban,
        &[
            ("DE89370400440532013000", &["DE89370400440532013000"], "Germany"),
            ("DE89 3704 0044 0532 0130 00", &["DE89 3704 0044 0532 0130 00"], "as it is printed"),
            ("to GB82 WEST 1234 5698 7654 32.", &["GB82 WEST 1234 5698 7654 32"], "with letters, before a full stop"),
            ("NO9386011117947", &["NO9386011117947"], "the shortest"),
            ("MT84MALT011000012345MTLCAST001S", &["MT84MALT011000012345MTLCAST001S"], "31 characters"),
            ("IBAN:DE89370400440532013000", &["DE89370400440532013000"], "a colon before it"),
            ("DE89 3704 0044 0532 0130 00 BIC COBADEFF", &["DE89 3704 0044 0532 0130 00"], "capitals that follow"),
            ("PAY TO DE89 3704 0044 0532 0130 00 NOW", &["DE89 3704 0044 0532 0130 00"], "between capitals"),
            ("NL91ABNA0417164300 FR1420041010050500013M02606", &["NL91ABNA0417164300", "FR1420041010050500013M02606"], "two"),
            ("DE89370400440532013001", &[], "the checksum is wrong"),
            ("de89370400440532013000", &[], "lower case (documented)"),
            ("XDE89370400440532013000", &[], "inside of a longer word"),
            ("DE89370400440532013000X", &[], "likewise at its end"),
            ("DE89  3704 0044 0532 0130 00", &[], "two blanks"),
            ("DE89", &[], "too short"),
            ("AB12CD34EF56GH78", &[], "a licence key"),
            ("ü", &[], "not ASCII"),
        ],
    );
}

#[test]
fn phones() {
    check(
        Detector::Phone,
        &[
            ("+4930901820", &["+4930901820"], "E.164"),
            ("call +49 30 901820 now", &["+49 30 901820"], "blanks"),
            ("+1 (415) 555-2671", &["+1 (415) 555-2671"], "parentheses and hyphens"),
            ("+49 (0)30 901820", &["+49 (0)30 901820"], "the national zero"),
            ("+44.20.7946.0958", &["+44.20.7946.0958"], "dots"),
            ("0049 30 901820", &["0049 30 901820"], "the 00 of many countries"),
            ("tel:+14155552671", &["+14155552671"], "a tel URL (RFC 3966)"),
            ("+852 2345 6789", &["+852 2345 6789"], "a country code of three digits"),
            ("+4930901820, +33 1 42 68 53 00", &["+4930901820", "+33 1 42 68 53 00"], "two"),
            ("+49 170 1234567 2024120112", &["+49 170 1234567"], "a group that is too much is no part of it"),
            ("+49309", &[], "too short"),
            ("+1234567890123456", &[], "more than 15 digits"),
            ("+0301234567", &[], "no country code begins with zero"),
            ("+2112", &[], "too short"),
            ("1+4930901820", &[], "a sum"),
            ("a+4930901820b", &[], "inside of words"),
            ("030 901820", &[], "national numbers aren't found (documented)"),
            ("10049301234567", &[], "digits before the 00"),
            ("2026-11-26T14:52:18+00:00", &[], "an offset of a time"),
            ("0.00491234567", &[], "a fraction"),
            ("00000000000", &[], "zeros"),
        ],
    );
}
