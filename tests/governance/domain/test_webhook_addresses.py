"""Where webhooks may go (design §7): the public internet, and what the operator allows."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.domain import webhook_addresses
from governance.domain.webhook_addresses import Allowed

NOTHING = Allowed()
PRIVATE = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.254",
    "127.0.0.1",
    "127.8.9.10",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::8.8.8.8",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::10.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.167.255.255",
    "223.255.255.255",
    "2606:4700::1111",
    "2a00:1450:4001::200e",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
]


@pytest.mark.parametrize("text", PRIVATE)
def test_not_public_names_what_an_address_is(text: str) -> None:
    assert webhook_addresses.not_public(ip_address(text)) != ""
    assert webhook_addresses.refused("hooks.example.org", [ip_address(text)], NOTHING) != ""


@pytest.mark.parametrize("text", PUBLIC)
def test_not_public_is_silent_about_the_public_internet(text: str) -> None:
    assert webhook_addresses.not_public(ip_address(text)) == ""
    assert webhook_addresses.refused("hooks.example.org", [ip_address(text)], NOTHING) == ""


@given(st.ip_addresses(v=4))
def test_not_public_judges_every_carried_address_like_the_address_itself(address: IPv4Address) -> None:
    plain = webhook_addresses.not_public(address)

    for prefix in ("::ffff:0:0", "64:ff9b::"):
        carrying = IPv6Address(int(IPv6Address(prefix)) | int(address))
        assert webhook_addresses.not_public(carrying) == plain


@given(st.ip_addresses())
def test_not_public_lets_nothing_through_that_the_library_calls_private(
    address: IPv4Address | IPv6Address,
) -> None:
    if address.is_private or address.is_multicast or address.is_loopback or address.is_link_local:
        assert webhook_addresses.not_public(address) != "" or getattr(address, "ipv4_mapped", None)


@given(st.lists(st.ip_addresses(), max_size=4), st.permutations(["10.0.0.1", "8.8.8.8"]))
def test_one_private_address_among_others_is_enough(
    others: list[IPv4Address | IPv6Address], mixed: list[str]
) -> None:
    found = [*others, *map(ip_address, mixed)]

    assert webhook_addresses.refused("hooks.example.org", found, NOTHING) != ""


def test_a_name_that_leads_nowhere_is_refused() -> None:
    assert webhook_addresses.refused("hooks.example.org", [], NOTHING) == "Its name leads to no address."


def test_allowed_opens_what_it_names_and_nothing_else() -> None:
    allowed = Allowed.parse(["hooks.internal", " 10.1.0.0/16 ", "fd00::/8", ""])

    assert webhook_addresses.refused("hooks.internal", [ip_address("192.168.0.7")], allowed) == ""
    assert webhook_addresses.refused("HOOKS.internal", [ip_address("192.168.0.7")], allowed) == ""
    assert webhook_addresses.refused("other.example", [ip_address("10.1.2.3")], allowed) == ""
    assert webhook_addresses.refused("other.example", [ip_address("::ffff:10.1.2.3")], allowed) == ""
    assert webhook_addresses.refused("other.example", [ip_address("fd00::1")], allowed) == ""
    assert webhook_addresses.refused("other.example", [ip_address("10.2.2.3")], allowed) != ""
    assert webhook_addresses.refused("sub.hooks.internal", [ip_address("10.2.2.3")], allowed) != ""


@pytest.mark.parametrize("entry", ["10.1.0.1/16", "not a name", "http://x", "1.2.3", "*", "10.0.0.0/40"])
def test_allowed_refuses_what_it_cannot_read(entry: str) -> None:
    with pytest.raises(ValueError, match="neither a host name nor a network"):
        Allowed.parse([entry])


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.org",
        "https://hooks.example.org/a/b?c=d",
        "https://hooks.example.org:8443/x",
        "https://8.8.8.8/x",
        "https://[2606:4700::1111]:444/x",
        "https://xn--bcher-kva.example/x",
    ],
)
def test_wrong_url_lets_pass_what_can_be_used(url: str) -> None:
    assert webhook_addresses.wrong_url(url, NOTHING) == ""


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "It begins with https://"),
        ("hooks.example.org", "It begins with https://"),
        ("ftp://hooks.example.org", "It begins with https://"),
        ("file:///etc/passwd", "It begins with https://"),
        ("https://", "It begins with https://"),
        ("http://hooks.example.org", "nothing is sent without encryption"),
        ("https://me@hooks.example.org", "user name or a password"),
        ("https://me:pw@hooks.example.org", "user name or a password"),
        ("https://@hooks.example.org", "user name or a password"),
        ("https://hooks.example.org/#part", "#"),
        ("https://hooks.example.org:0/", "no port 0"),
        ("https://hooks.example.org:99999/", "not an address"),
        ("https://hooks.example.org:x/", "not an address"),
        ("https://[::1/", "not an address"),
        ("https://hooks.example.org/ x", "plain characters"),
        ("https://hooks.example.org/\r\nX: y", "plain characters"),
        ("https://hooks.example.org\\@evil.example/", "plain characters"),
        ("https://b\u00fccher.example/", "plain characters"),
        ("https://-hooks.example.org/", "host name cannot be read"),
        ("https://hooks..example.org/", "host name cannot be read"),
        ("https://127.0.0.1/", "not on the public internet"),
        ("https://[::1]/", "not on the public internet"),
        ("https://169.254.169.254/latest/meta-data", "not on the public internet"),
        ("https://[::ffff:10.0.0.1]/", "not on the public internet"),
        ("https://hooks.example.org/" + "x" * 500, "more than 500 characters"),
    ],
)
def test_wrong_url_says_what_is_wrong(url: str, sentence: str) -> None:
    assert sentence in webhook_addresses.wrong_url(url, NOTHING)


def test_http_is_for_hosts_the_operator_allows() -> None:
    allowed = Allowed.parse(["hooks.internal", "127.0.0.0/8"])

    assert webhook_addresses.wrong_url("http://hooks.internal/x", allowed) == ""
    assert webhook_addresses.wrong_url("http://127.0.0.1:8080/x", allowed) == ""
    assert webhook_addresses.wrong_url("http://10.0.0.1/x", allowed) != ""
    assert webhook_addresses.wrong_url("http://hooks.example.org/x", allowed) != ""


@given(st.text(max_size=60))
def test_wrong_url_reads_anything(text: str) -> None:
    assert isinstance(webhook_addresses.wrong_url("https://" + text, NOTHING), str)
