//! The named networks, and the names of hosts whose addresses everybody knows.

/// A named network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    /// The name, as policies write it.
    pub name: &'static str,
    /// What it is for people, with its source.
    pub about: &'static str,
    /// Its networks, in normal form.
    pub networks: &'static [&'static str],
}

/// The named networks, by name.
///
/// Sources are the IANA registries of special-purpose IPv4 and IPv6 addresses (RFC 6890) and what each entry names.
pub const NAMED: &[Named] = &[
    Named { name: "benchmark", about: "For benchmarks of network devices (RFC 2544, RFC 5180)", networks: &["198.18.0.0/15", "2001:2::/48"] },
    Named { name: "broadcast", about: "Every host of the local network (RFC 919)", networks: &["255.255.255.255/32"] },
    Named {
        name: "documentation",
        about: "For examples in texts (RFC 5737, RFC 3849, RFC 9637)",
        networks: &["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20"],
    },
    Named {
        name: "internal",
        about: "Whatever isn't reachable from the whole internet: all other named networks, and what the IANA registries of \
                special-purpose addresses don't call globally reachable, tunnels such as 6to4 and Teredo among it",
        networks: &[
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "168.63.129.16/32",
            "169.254.0.0/16",
            "172.16.0.0/12",
            // Two addresses of anycast services (RFC 7723, RFC 8155) are reachable in here; nothing that an agent asks lives there.
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "::/96",
            "::ffff:0:0:0/96",
            "64:ff9b:1::/48",
            "100::/8",
            "200::/7",
            "400::/6",
            "800::/5",
            "1000::/4",
            // IETF protocol assignments with Teredo, benchmarks and ORCHID; a few are reachable, as above.
            "2001::/23",
            "2001:db8::/32",
            "2002::/16",
            "3fff::/20",
            "4000::/3",
            "6000::/3",
            "8000::/3",
            "a000::/3",
            "c000::/3",
            "e000::/4",
            "f000::/5",
            "f800::/6",
            "fc00::/7",
            "fe00::/9",
            "fe80::/10",
            "fec0::/10",
            "ff00::/8",
        ],
    },
    Named {
        name: "link_local",
        about: "Hosts on the same link (RFC 3927, RFC 4291); metadata services of clouds live here",
        networks: &["169.254.0.0/16", "fe80::/10"],
    },
    Named { name: "loopback", about: "The machine itself (RFC 1122, section 3.2.1.3; RFC 4291)", networks: &["127.0.0.0/8", "::1/128"] },
    Named {
        name: "metadata",
        about: "Services by which a cloud hands settings and credentials to its machines, by their makers' manuals: \
                Alibaba Cloud 100.100.100.200; Azure WireServer 168.63.129.16; AWS, Azure, Google Cloud, Oracle Cloud and others \
                169.254.169.254; Amazon ECS 169.254.170.2, EKS 169.254.170.23 and fd00:ec2::23, EC2 fd00:ec2::254; \
                Akamai 169.254.169.255 and fd00:a9fe:a9fe::1; Google Cloud fd20:ce::254; OpenStack fe80::a9fe:a9fe; \
                Oracle Cloud Classic 192.0.0.192; Scaleway 169.254.42.42 and fd00:42::42; Tencent Cloud 169.254.0.23",
        networks: &[
            "100.100.100.200/32",
            "168.63.129.16/32",
            "169.254.0.23/32",
            "169.254.42.42/32",
            "169.254.169.254/32",
            "169.254.169.255/32",
            "169.254.170.2/32",
            "169.254.170.23/32",
            "192.0.0.192/32",
            "fd00:42::42/128",
            "fd00:a9fe:a9fe::1/128",
            "fd00:ec2::23/128",
            "fd00:ec2::254/128",
            "fd20:ce::254/128",
            "fe80::a9fe:a9fe/128",
        ],
    },
    Named { name: "multicast", about: "Groups of hosts (RFC 5771, RFC 4291)", networks: &["224.0.0.0/4", "ff00::/8"] },
    Named {
        name: "private",
        about: "Networks of organisations and homes (RFC 1918, RFC 4193)",
        networks: &["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"],
    },
    Named {
        name: "reserved",
        about: "Not in use: IPv4 class E (RFC 1112), IPv4-compatible and site-local IPv6 (RFC 4291, RFC 3879), and the IPv6 blocks from 100::/8 on \
                that IANA's registry of the IPv6 address space calls reserved by the IETF",
        networks: &[
            "240.0.0.0/4",
            "::/96",
            "100::/8",
            "200::/7",
            "400::/6",
            "800::/5",
            "1000::/4",
            "4000::/3",
            "6000::/3",
            "8000::/3",
            "a000::/3",
            "c000::/3",
            "e000::/4",
            "f000::/5",
            "f800::/6",
            "fe00::/9",
            "fec0::/10",
        ],
    },
    Named { name: "shared", about: "Between carriers and their customers, behind carrier-grade NAT (RFC 6598)", networks: &["100.64.0.0/10"] },
    Named {
        name: "unspecified",
        about: "This host on this network (RFC 1122, section 3.2.1.3; RFC 4291); connecting to 0.0.0.0 or :: reaches the machine itself on Linux",
        networks: &["0.0.0.0/8", "::/128"],
    },
];

/// Names of the machine itself: RFC 6761, section 6.3, and those that distributions write into `/etc/hosts`.
pub const LOOPBACK_NAMES: &[&str] = &["localhost", "localhost.localdomain", "localhost6", "localhost6.localdomain6", "ip6-localhost", "ip6-loopback"];

/// Names of metadata services, by their makers' manuals: Google Cloud, AWS, Tencent Cloud, Equinix Metal (formerly Packet), IBM Cloud, Rancher.
pub const METADATA_NAMES: &[&str] = &[
    "metadata.google.internal",
    "metadata.goog",
    "metadata",
    "instance-data",
    "instance-data.ec2.internal",
    "metadata.tencentyun.com",
    "metadata.platformequinix.com",
    "metadata.packet.net",
    "api.metadata.cloud.ibm.com",
    "rancher-metadata",
];
