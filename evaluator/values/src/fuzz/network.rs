//! Addresses: `url`, `host`, `ip`, `email`, `iban`.

use crate::{email, host, iban, ip, url};

/// Reads any bytes as such values; normal forms must be stable and consist of their parts.
///
/// # Panics
/// Something doesn't hold.
pub fn fuzz_network(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for url in [url::normalize(text), url::normalize_with(text, "https"), url::normalize_with(text, "ssh")].into_iter().flatten() {
        assert_eq!(url::normalize(&url).as_deref(), Ok(&*url), "stable");
        check_parts(&url);
    }
    let _ = url::parts(text);
    if let Ok(host) = host::normalize(text) {
        check_host(&host);
    }
    if let Ok(address) = ip::normalize(text) {
        assert_eq!(ip::normalize(&address).as_deref(), Ok(&*address), "stable");
        assert_eq!(host::normalize(&address).as_deref(), Ok(&*address), "an address is a host");
        let alone = ip::network(&address).unwrap_or_default();
        assert_eq!(ip::within(&address, &alone), Some(true), "within itself");
        for named in ip::NAMED {
            let inside = ip::within(&address, named.name);
            assert_eq!(ip::host_within(&address, named.name), inside);
            assert!(inside != Some(true) || ip::within(&address, "internal") != Some(false), "{} is internal", named.name);
        }
    }
    if let Ok(network) = ip::network(text) {
        assert_eq!(ip::network(&network).as_deref(), Ok(&*network), "stable");
        let base = network.split('/').next().unwrap_or(&network);
        assert!(ip::normalize(base).is_err() || ip::within(base, &network) != Some(false), "its first address is inside");
    }
    let _ = (ip::within(text, text), ip::host_within(text, text), host::within(text, text), host::registrable(text), host::is_public_suffix(text));
    if let Ok(address) = email::normalize(text) {
        assert_eq!(email::normalize(&address).as_deref(), Ok(&*address), "stable");
        assert_eq!(format!("{}@{}", email::local(&address), email::domain(&address)), address, "its parts");
        check_host(email::domain(&address));
    }
    if let Ok(account) = iban::normalize(text) {
        assert_eq!(iban::normalize(&account).as_deref(), Ok(&*account), "stable");
        assert!(account.len() <= 34 && account.starts_with(iban::country(&account)));
    }
}

fn check_host(host: &str) {
    assert_eq!(host::normalize(host).as_deref(), Ok(host), "stable");
    assert!(host::within(host, host), "within itself");
    assert_eq!(host::ip(host).is_some(), ip::normalize(host).is_ok(), "an address or a name");
    if let Some(registered) = host::registrable(host) {
        assert!(host::within(host, registered) && !host::is_public_suffix(host), "below what is registered");
    }
}

/// Joins the parts again, and reads them as the crate `url` does.
fn check_parts(url: &str) {
    let parts = url::parts(url);
    if let Some(host) = parts.host {
        check_host(host);
    }
    let Ok(standard) = ::url::Url::parse(url) else { unreachable!("a normal form is a URL") };
    assert_eq!(standard.as_str(), url, "the standard's serialisation");
    assert_eq!((standard.scheme(), standard.path(), standard.query(), standard.fragment()), (parts.scheme, parts.path, parts.query, parts.fragment));
    assert_eq!(standard.host_str().filter(|h| !h.is_empty()).map(|h| h.trim_matches(['[', ']'])), parts.host);
    assert_eq!(standard.port_or_known_default(), parts.port);
    let written = standard.port().map(|port| format!(":{port}"));
    let host = parts.host.map(|h| if h.contains(':') { format!("[{h}]") } else { h.to_owned() });
    let begin = |mark: &str, part: Option<&str>| part.map(|p| format!("{mark}{p}")).unwrap_or_default();
    let user = parts.userinfo.map(|u| format!("{u}@")).unwrap_or_default();
    let authority = if standard.has_authority() { format!("//{user}{}{}", host.unwrap_or_default(), written.unwrap_or_default()) } else { String::new() };
    assert_eq!(format!("{}:{authority}{}{}{}", parts.scheme, parts.path, begin("?", parts.query), begin("#", parts.fragment)), url, "its parts");
}
