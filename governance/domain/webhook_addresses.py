"""Where webhooks may go: which addresses are refused, whatever name or notation leads there.

Somebody who sets up an endpoint chooses where this server connects to. It must not become his way into the network the
server stands in, so only addresses of the public internet are reached, but for what the operator allows.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

LONGEST = 500  # characters
Address = IPv4Address | IPv6Address

# RFC 6890 and its successors: everything that is not one host of the public internet.
_NOT_PUBLIC_4 = [
    (IPv4Network(network), what)
    for network, what in (
        ("0.0.0.0/8", "unspecified"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared by a carrier’s customers"),
        ("127.0.0.0/8", "this machine itself"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved"),
        ("192.0.2.0/24", "for documentation"),
        ("192.88.99.0/24", "reserved"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "for measurements"),
        ("198.51.100.0/24", "for documentation"),
        ("203.0.113.0/24", "for documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
]
_NOT_PUBLIC_6 = [
    (IPv6Network(network), what)
    for network, what in (
        ("::/128", "unspecified"),
        ("::1/128", "this machine itself"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "private"),
        ("ff00::/8", "multicast"),
        ("2001::/23", "reserved"),
        ("2001:db8::/32", "for documentation"),
        ("2002::/16", "a tunnel"),
        ("3fff::/20", "for documentation"),
    )
]
_PUBLIC_6 = IPv6Network("2000::/3")
# Forms of IPv6 that lead to an IPv4 address, which is judged in its place: its last 32 bits.
_CARRIES_4 = [IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96")]
_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the operator allows beside the public internet: host names, whatever they lead to, and networks."""

    names: frozenset[str] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def parse(cls, entries: Collection[str]) -> "Allowed":
        """From names, addresses and networks such as `hooks.internal` and `10.1.0.0/16`; ValueError for anything else."""
        names, networks = set(), []
        for entry in filter(None, (entry.strip().lower() for entry in entries)):
            try:
                networks.append(ip_network(entry))
            except ValueError:
                if _NAME.fullmatch(entry) is None or re.fullmatch(r"[0-9.]+", entry):
                    raise ValueError(f"{entry!r} is neither a host name nor a network") from None
                names.add(entry)
        return cls(frozenset(names), tuple(networks))

    def name(self, host: str) -> bool:
        """Whether this host may be reached wherever it is, and without encryption."""
        address = literal(host)
        return self.address(address) if address else host.lower() in self.names

    def address(self, address: Address) -> bool:
        plain = _carried(address) or address
        return any(plain in network for network in self.networks if network.version == plain.version)


def literal(host: str) -> Address | None:
    """The address a host is written as; nothing for a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def not_public(address: Address) -> str:
    """Why an address is not one of the public internet, such as “private”; nothing where it is."""
    carried = _carried(address)
    if carried is not None:
        return not_public(carried)
    if isinstance(address, IPv4Address):
        return next((what for network, what in _NOT_PUBLIC_4 if address in network), "")
    what = next((what for network, what in _NOT_PUBLIC_6 if address in network), "")
    return what or ("" if address in _PUBLIC_6 else "reserved")


def _carried(address: Address) -> IPv4Address | None:
    if isinstance(address, IPv6Address) and any(address in network for network in _CARRIES_4):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def refused(host: str, addresses: Collection[Address], allowed: Allowed) -> str:
    """Why a host that leads to these addresses is not connected to; nothing where it is. One bad address among good ones
    is enough, for nobody knows which of them would be taken."""
    if not addresses:
        return "Its name leads to no address."
    if host.lower() in allowed.names:
        return ""
    for address in addresses:
        what = not_public(address)
        if what and not allowed.address(address):
            return f"It leads to an address that is not on the public internet ({what})."
    return ""


def wrong_url(url: str, allowed: Allowed) -> str:
    """What is wrong with an address that webhooks shall be sent to, as a sentence; nothing where it can be used.

    Where a name leads is looked at only when something is sent, and each time.
    """
    if len(url) > LONGEST:
        return f"It has more than {LONGEST} characters."
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        return "Write it in plain characters without spaces; other alphabets in their coded form (xn--…, %…)."
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "This is not an address. It looks like https://hooks.example.org/countersign."
    return _wrong_parts(parts, port, allowed)


def _wrong_parts(parts: SplitResult, port: int | None, allowed: Allowed) -> str:
    host = parts.hostname or ""
    if parts.scheme not in {"https", "http"} or not host:
        return "It begins with https:// and a host name."
    if parts.username is not None or parts.password is not None:
        return "It must not hold a user name or a password."
    if parts.fragment:
        return "It must not hold a #."
    if port == 0:
        return "There is no port 0."
    address = literal(host)
    if address is None and _NAME.fullmatch(host) is None:
        return "Its host name cannot be read."
    if parts.scheme == "http" and not allowed.name(host):
        return "It begins with https://: nothing is sent without encryption."
    return refused(host, [address], allowed) if address else ""
