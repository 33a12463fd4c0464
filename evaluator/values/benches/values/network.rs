//! Addresses: `url`, `host`, `ip`, `email`, `iban`.

use divan::black_box;
use reach_values::{email, host, iban, ip, url};

const URLS: &[&str] = &["https://api.example.com/v1/items?id=42", "HTTPS://User@Example.COM.:8443/a/../b", "http://[::ffff:169.254.169.254]/latest/meta-data"];

#[divan::bench(args = URLS)]
fn url_by_the_crate_alone(text: &str) -> bool {
    ::url::Url::parse(black_box(text)).is_ok()
}

#[divan::bench(args = URLS)]
fn url_normalize(text: &str) -> bool {
    url::normalize(black_box(text)).is_ok()
}

#[divan::bench]
fn url_parts() -> usize {
    url::parts(black_box("https://api.example.com/v1/items?id=42")).path.len()
}

#[divan::bench(args = ["api.example.com", "API.Example.com.", "bücher.example", "0x7f.1"])]
fn host_normalize(text: &str) -> bool {
    host::normalize(black_box(text)).is_ok()
}

#[divan::bench]
fn host_within() -> bool {
    host::within(black_box("api.example.com"), black_box("example.com"))
}

#[divan::bench]
fn host_registrable() -> bool {
    host::registrable(black_box("www.shop.co.uk")).is_some()
}

#[divan::bench(args = ["10.1.2.3", "0x7f.1", "2001:db8::1", "2001:DB8:0::1"])]
fn ip_normalize(text: &str) -> bool {
    ip::normalize(black_box(text)).is_ok()
}

#[divan::bench(args = [("10.1.2.3", "10.0.0.0/8"), ("8.8.8.8", "internal"), ("2606:4700:4700::1111", "internal"), ("64:ff9b::7f00:1", "fd00::/8")])]
fn ip_within((address, network): (&str, &str)) -> Option<bool> {
    ip::within(black_box(address), black_box(network))
}

#[divan::bench(args = ["localhost", "api.example.com"])]
fn ip_host_within(host: &str) -> Option<bool> {
    ip::host_within(black_box(host), black_box("internal"))
}

#[divan::bench(args = ["ann.lee@bank.example", "ann@Bücher.example"])]
fn email_normalize(text: &str) -> bool {
    email::normalize(black_box(text)).is_ok()
}

#[divan::bench(args = ["DE89370400440532013000", "gb29 nwbk 6016 1331 9268 19"])]
fn iban_normalize(text: &str) -> bool {
    iban::normalize(black_box(text)).is_ok()
}
