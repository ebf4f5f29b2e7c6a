//! Which addresses a request may reach.
//!
//! What must stay true: a connection is made only to a public address, unless the connection's owner opted in to the
//! private network; and never, not even then, to an address no service lives on. Without this, whoever can name a URL
//! (a discovery document, an agent's request, a redirect) reads the cloud's metadata service or the router's page with
//! the program's network position (server-side request forgery).
//!
//! Host literals in odd spellings (`0x7f.1`, `2130706433`, full-width digits) need no rule here: the `url` crate has
//! turned them into plain addresses before they come this way.
use crate::net::error::Error;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::{Host, Url};

/// How far a request may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reach {
    /// Opted in, per connection: private and loopback addresses, and plain http to loopback.
    pub allow_private: bool,
}

impl Reach {
    pub const PUBLIC: Reach = Reach { allow_private: false };
    pub const PRIVATE: Reach = Reach { allow_private: true };

    fn allows(self, range: Range) -> bool {
        match range {
            Range::Public => true,
            Range::Private | Range::Loopback | Range::Shared => self.allow_private,
            // No internal service lives there, but the metadata service of every large cloud does (169.254.169.254).
            Range::LinkLocal => false,
            Range::Documentation | Range::Multicast | Range::Reserved | Range::Unspecified | Range::Translated => false,
        }
    }
}

/// What kind of address it is, after the IANA special-purpose registries for IPv4 and IPv6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    Public,
    Private,
    Loopback,
    LinkLocal,
    /// Carrier-grade NAT (RFC 6598); overlay networks use it too.
    Shared,
    Documentation,
    Multicast,
    Reserved,
    Unspecified,
    /// An IPv6 form that carries an IPv4 address: mapped, compatible, NAT64, 6to4, Teredo. What it finally reaches is
    /// decided by a translator that this check cannot see.
    Translated,
}

impl Range {
    pub fn name(self) -> &'static str {
        match self {
            Range::Public => "public",
            Range::Private => "private",
            Range::Loopback => "loopback",
            Range::LinkLocal => "link-local",
            Range::Shared => "shared",
            Range::Documentation => "documentation",
            Range::Multicast => "multicast",
            Range::Reserved => "reserved",
            Range::Unspecified => "unspecified",
            Range::Translated => "translated",
        }
    }

    pub fn of(address: IpAddr) -> Range {
        match address {
            IpAddr::V4(four) => of_four(four),
            IpAddr::V6(six) => of_six(six),
        }
    }
}

fn of_four(address: Ipv4Addr) -> Range {
    match address.octets() {
        [0, ..] => Range::Unspecified,
        [10, ..] | [192, 168, ..] => Range::Private,
        [172, second, ..] if (16..32).contains(&second) => Range::Private,
        [100, second, ..] if (64..128).contains(&second) => Range::Shared,
        [127, ..] => Range::Loopback,
        [169, 254, ..] => Range::LinkLocal,
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => Range::Documentation,
        // Protocol assignments, the retired 6to4 relay, benchmarking.
        [192, 0, 0, _] | [192, 88, 99, _] | [198, 18 | 19, ..] => Range::Reserved,
        [first, ..] if (224..240).contains(&first) => Range::Multicast,
        [first, ..] if first >= 240 => Range::Reserved,
        _ => Range::Public,
    }
}

fn of_six(address: Ipv6Addr) -> Range {
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => Range::Unspecified,
        [0, 0, 0, 0, 0, 0, 0, 1] => Range::Loopback,
        // ::ffff:0:0/96 mapped, ::/96 compatible, 64:ff9b::/96 and 64:ff9b:1::/48 NAT64, 2002::/16 6to4, 2001::/32 Teredo.
        [0, 0, 0, 0, 0, 0 | 0xffff, ..] | [0x64, 0xff9b, 0 | 1, ..] | [0x2002, ..] | [0x2001, 0, ..] => {
            Range::Translated
        }
        [0x2001, 0xdb8, ..] => Range::Documentation,
        [0x3fff, second, ..] if second < 0x1000 => Range::Documentation,
        // 2001::/23: assignments to protocols, none of them to a service.
        [0x2001, second, ..] if second < 0x200 => Range::Reserved,
        [first, ..] if first & 0xfe00 == 0xfc00 => Range::Private,
        [first, ..] if first & 0xffc0 == 0xfe80 => Range::LinkLocal,
        // fec0::/10, site-local: retired, but still routed in old networks.
        [first, ..] if first & 0xffc0 == 0xfec0 => Range::Private,
        [first, ..] if first & 0xff00 == 0xff00 => Range::Multicast,
        // Only 2000::/3 is handed out for global use (RFC 4291 §2.4 and the IANA registry).
        [first, ..] if first & 0xe000 == 0x2000 => Range::Public,
        _ => Range::Reserved,
    }
}

/// Refuses the whole host when a single one of its addresses may not be reached: a name that answers with a public and
/// a private address is the first half of a rebinding attack, not a service.
pub fn check_all(host: &str, addresses: &[IpAddr], reach: Reach) -> Result<(), Error> {
    if addresses.is_empty() {
        return Err(Error::Unresolvable { host: host.to_owned() });
    }
    for &address in addresses {
        let range = Range::of(address);
        if !reach.allows(range) {
            return Err(Error::Blocked { host: host.to_owned(), address, range });
        }
    }
    Ok(())
}

/// Refuses what can be refused before anything is resolved: another scheme, and plain http to anything but loopback.
/// `localhost` passes here and is held to loopback by [`check_plain`] once its addresses are known.
pub fn check_url(url: &Url, reach: Reach) -> Result<(), Error> {
    let Some(host) = url.host() else { return Err(Error::NotHttp) };
    match url.scheme() {
        "https" => Ok(()),
        "http" if reach.allow_private && may_be_loopback(&host) => Ok(()),
        "http" => Err(Error::PlainHttp { host: host.to_string() }),
        _ => Err(Error::NotHttp),
    }
}

/// Plain http stays on this machine: every address must be a loopback address.
pub fn check_plain(host: &str, addresses: &[IpAddr]) -> Result<(), Error> {
    match addresses.iter().all(|&address| Range::of(address) == Range::Loopback) {
        true => Ok(()),
        false => Err(Error::PlainHttp { host: host.to_owned() }),
    }
}

fn may_be_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(four) => Range::of(IpAddr::V4(*four)) == Range::Loopback,
        Host::Ipv6(six) => Range::of(IpAddr::V6(*six)) == Range::Loopback,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RANGES: &[(&str, Range)] = &[
        ("0.0.0.0", Range::Unspecified),
        ("0.1.2.3", Range::Unspecified),
        ("9.255.255.255", Range::Public),
        ("10.0.0.0", Range::Private),
        ("10.255.255.255", Range::Private),
        ("11.0.0.0", Range::Public),
        ("100.63.255.255", Range::Public),
        ("100.64.0.0", Range::Shared),
        ("100.127.255.255", Range::Shared),
        ("100.128.0.0", Range::Public),
        ("126.255.255.255", Range::Public),
        ("127.0.0.1", Range::Loopback),
        ("127.255.255.255", Range::Loopback),
        ("128.0.0.0", Range::Public),
        ("169.253.255.255", Range::Public),
        ("169.254.169.254", Range::LinkLocal),
        ("169.255.0.0", Range::Public),
        ("172.15.255.255", Range::Public),
        ("172.16.0.0", Range::Private),
        ("172.31.255.255", Range::Private),
        ("172.32.0.0", Range::Public),
        ("192.0.0.1", Range::Reserved),
        ("192.0.1.0", Range::Public),
        ("192.0.2.7", Range::Documentation),
        ("192.88.99.1", Range::Reserved),
        ("192.167.255.255", Range::Public),
        ("192.168.0.1", Range::Private),
        ("192.169.0.0", Range::Public),
        ("198.17.255.255", Range::Public),
        ("198.18.0.0", Range::Reserved),
        ("198.19.255.255", Range::Reserved),
        ("198.20.0.0", Range::Public),
        ("198.51.100.9", Range::Documentation),
        ("203.0.113.9", Range::Documentation),
        ("223.255.255.255", Range::Public),
        ("224.0.0.1", Range::Multicast),
        ("239.255.255.255", Range::Multicast),
        ("240.0.0.1", Range::Reserved),
        ("255.255.255.255", Range::Reserved),
        ("::", Range::Unspecified),
        ("::1", Range::Loopback),
        ("::2", Range::Translated),
        ("::ffff:127.0.0.1", Range::Translated),
        ("::ffff:8.8.8.8", Range::Translated),
        ("64:ff9b::a00:1", Range::Translated),
        ("64:ff9b:1::1", Range::Translated),
        ("100::1", Range::Reserved),
        ("2001::1", Range::Translated),
        ("2001:1::1", Range::Reserved),
        ("2001:2::1", Range::Reserved),
        ("2001:1ff::1", Range::Reserved),
        ("2001:200::1", Range::Public),
        ("2001:db8::1", Range::Documentation),
        ("2001:4860:4860::8888", Range::Public),
        ("2002:7f00:1::", Range::Translated),
        ("2606:4700:4700::1111", Range::Public),
        ("3fff:fff::1", Range::Documentation),
        ("4000::1", Range::Reserved),
        ("5f00::1", Range::Reserved),
        ("fbff::1", Range::Reserved),
        ("fc00::1", Range::Private),
        ("fdff::1", Range::Private),
        ("fe80::1", Range::LinkLocal),
        ("febf::1", Range::LinkLocal),
        ("fec0::1", Range::Private),
        ("ff02::1", Range::Multicast),
    ];

    #[test]
    fn every_special_range_is_known_to_its_last_address() {
        for (text, range) in RANGES {
            assert_eq!(Range::of(text.parse().unwrap()), *range, "{text}");
        }
    }

    #[test]
    fn only_public_addresses_are_reached_without_an_opt_in() {
        for (text, range) in RANGES {
            let allowed = check_all("host", &[text.parse().unwrap()], Reach::PUBLIC).is_ok();
            assert_eq!(allowed, *range == Range::Public, "{text}");
        }
    }

    #[test]
    fn an_opt_in_opens_the_private_network_but_not_the_metadata_service() {
        for text in ["127.0.0.1", "::1", "10.1.2.3", "192.168.1.1", "fd00::1", "100.64.0.1", "1.1.1.1"] {
            assert!(check_all("host", &[text.parse().unwrap()], Reach::PRIVATE).is_ok(), "{text}");
        }
        for text in ["169.254.169.254", "fe80::1", "0.0.0.0", "::ffff:169.254.169.254", "224.0.0.1", "255.255.255.255"]
        {
            assert!(check_all("host", &[text.parse().unwrap()], Reach::PRIVATE).is_err(), "{text}");
        }
    }

    #[test]
    fn one_private_address_among_public_ones_refuses_the_host() {
        let addresses = ["1.1.1.1".parse().unwrap(), "10.0.0.1".parse().unwrap()];
        let refused = check_all("two-faced.example", &addresses, Reach::PUBLIC).unwrap_err();
        assert_eq!(refused.to_string(), "two-faced.example is at 10.0.0.1, a private address");
        assert!(matches!(check_all("nowhere.example", &[], Reach::PRIVATE), Err(Error::Unresolvable { .. })));
    }

    #[test]
    fn plain_http_needs_the_opt_in_and_a_loopback_host() {
        let url = |text: &str| Url::parse(text).unwrap();
        for text in
            ["http://127.0.0.1:8080/x", "http://[::1]/x", "http://localhost/x", "http://0x7f.1/", "http://2130706433/"]
        {
            assert!(check_url(&url(text), Reach::PRIVATE).is_ok(), "{text}");
            assert!(matches!(check_url(&url(text), Reach::PUBLIC), Err(Error::PlainHttp { .. })), "{text}");
        }
        for text in ["http://10.0.0.1/", "http://example.com/", "http://localhost.example.com/", "http://localhost./"] {
            assert!(matches!(check_url(&url(text), Reach::PRIVATE), Err(Error::PlainHttp { .. })), "{text}");
        }
        for text in ["ftp://example.com/", "file:///etc/passwd", "data:text/plain,x", "javascript:alert(1)"] {
            assert!(matches!(check_url(&url(text), Reach::PRIVATE), Err(Error::NotHttp)), "{text}");
        }
        assert!(check_url(&url("https://example.com/"), Reach::PUBLIC).is_ok());
        assert!(check_plain("localhost", &["127.0.0.1".parse().unwrap(), "::1".parse().unwrap()]).is_ok());
        assert!(check_plain("localhost", &["127.0.0.1".parse().unwrap(), "10.0.0.1".parse().unwrap()]).is_err());
    }
}
