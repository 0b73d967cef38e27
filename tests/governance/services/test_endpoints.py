"""Sending to an address somebody else chose: once, in time, and nowhere inside (design §7). The receivers are real."""

import datetime as dt
import socket
import ssl
import threading
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import LazySettings
from django.utils import timezone

from governance.domain.webhook_addresses import Address
from governance.services import endpoints
from governance.services.endpoints import Reply
from tests.governance import receiving
from tests.governance.receiving import Receiver, receiver

HEADERS = {"webhook-id": "msg_1", "Content-Type": "application/json"}


@pytest.fixture(autouse=True)
def _loopback_is_allowed(settings: LazySettings) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = receiving.ALLOWED


def send(url: str, seconds: float = 5, **options: object) -> Reply:
    return endpoints.post(url=url, body=b'{"a":1}', headers=HEADERS, seconds=seconds, **options)  # type: ignore[arg-type]


def test_post_sends_the_bytes_and_tells_the_status() -> None:
    with receiver(receiving.status(202)) as there:
        reply = send(there.url)

    assert (reply, reply.taken) == (Reply(202), True)
    [request] = there.requests
    assert (request.line, request.body) == ("POST /hooks?client=1 HTTP/1.1", b'{"a":1}')
    assert (request.message, request.headers["host"]) == ("msg_1", f"127.0.0.1:{there.port}")


@pytest.mark.parametrize("code", [400, 404, 429, 500, 503])
def test_post_tells_a_refusal(code: int) -> None:
    with receiver(receiving.status(code, headers="Retry-After: 90\r\n")) as there:
        reply = send(there.url)

    assert reply == Reply(code, retry_after=90)
    assert not reply.taken


def test_post_says_that_an_endpoint_is_gone() -> None:
    with receiver(receiving.status(410)) as there:
        assert send(there.url).gone


def test_post_follows_no_redirect() -> None:
    with receiver() as other:
        elsewhere = receiving.status(307, headers=f"Location: {other.url}\r\n")
        with receiver(elsewhere) as there:
            reply = send(there.url)

    assert reply.status == 307
    assert "redirects are not followed" in reply.error
    assert not reply.taken
    assert other.connections == 0


def test_post_is_cut_off_where_a_reply_only_drips() -> None:
    with receiver(receiving.dripping) as there:
        reply = send(there.url, seconds=0.4)

    assert reply == Reply(error="There was no whole reply within 0.4 seconds.")


def test_post_waits_no_longer_for_a_receiver_that_is_silent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        reply = send(f"http://127.0.0.1:{silent.getsockname()[1]}/", seconds=0.3)

    assert reply == Reply(error="There was no whole reply within 0.3 seconds.")


def test_post_waits_no_longer_for_a_name(settings: LazySettings) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = ["hooks.internal"]

    given_up = threading.Event()

    def stuck(_host: str, _port: int) -> list[Address]:
        given_up.wait(30)
        return []

    reply = send("http://hooks.internal/", seconds=0.3, resolve=stuck)
    given_up.set()

    assert reply == Reply(error="There was no whole reply within 0.3 seconds.")


def test_post_reads_no_more_of_a_reply_than_anybody_needs() -> None:
    with receiver(receiving.status(200, body=b"x" * 5_000_000)) as there:
        assert send(there.url) == Reply(200)


def test_post_refuses_a_head_without_an_end() -> None:
    with receiver(
        receiving.raw(b"HTTP/1.1 200 OK\r\n" + b"X-Long: y\r\n" * 90 + b"X: " + b"z" * 60_000)
    ) as there:
        reply = send(there.url)

    assert (reply.status, reply.error) == (None, "Its reply is too long.")


@pytest.mark.parametrize("data", [b"", b"hello\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\x16\x03\x01\x00\x00"])
def test_post_says_that_it_is_not_http(data: bytes) -> None:
    with receiver(receiving.raw(data)) as there:
        reply = send(there.url)

    assert (reply.status, reply.taken) == (None, False)
    assert reply.error in {"What came back is not HTTP.", "The connection failed: Connection reset by peer."}


def test_post_says_that_nobody_is_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]

    assert send(f"http://127.0.0.1:{port}/").error == "The connection failed: Connection refused."


# ── Nowhere inside ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "127.1", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_post_reaches_nothing_inside(settings: LazySettings, host: str) -> None:
    with receiver() as there:
        allowed = send(there.url)
        settings.WEBHOOK_ALLOW_PRIVATE = []
        reply = send(f"https://{host}:{there.port}/")

    assert allowed.taken
    assert "not on the public internet" in reply.error or "cannot be read" in reply.error
    assert there.connections == 1


def test_post_sends_nothing_in_the_clear_but_to_whom_the_operator_allows(settings: LazySettings) -> None:
    with receiver() as there:
        settings.WEBHOOK_ALLOW_PRIVATE = []
        reply = send(there.url)

    assert reply.error.endswith("nothing is sent without encryption.")
    assert there.connections == 0


def test_post_looks_a_name_up_once_and_goes_where_it_looked(settings: LazySettings) -> None:
    """A name that leads elsewhere the second time it is asked (DNS rebinding)."""
    settings.WEBHOOK_ALLOW_PRIVATE = ["127.0.0.1"]
    answers: Iterator[list[Address]] = iter([[ip_address("127.0.0.1")], [ip_address("10.0.0.1")]])

    with receiver() as there:
        # By https, for a name is not enough to be sent to in the clear: what arrives is the beginning of a handshake.
        send(
            f"https://rebinding.example:{there.port}/",
            seconds=0.5,
            resolve=lambda _host, _port: next(answers),
        )

    assert there.connections == 1
    assert list(answers) == [[ip_address("10.0.0.1")]]


def test_post_refuses_a_name_that_leads_inside_and_out(settings: LazySettings) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = []
    mixed = [ip_address("8.8.8.8"), ip_address("127.0.0.1")]

    with receiver() as there:
        reply = send(f"https://mixed.example:{there.port}/", resolve=lambda _host, _port: mixed)

    assert "not on the public internet" in reply.error
    assert there.connections == 0


def test_post_takes_no_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiver() as proxy, receiver() as there:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        reply = send(there.url)

    assert reply.taken
    assert (proxy.connections, there.connections) == (0, 1)


# ── Encrypted ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """What a receiver called hooks.internal serves; this process trusts whoever issued it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hooks.internal")])
    now = timezone.now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("hooks.internal")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    chain = tmp_path / "chain.pem"
    chain.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    trusted = tmp_path / "trusted.pem"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return context


def encrypted(there: Receiver, host: str) -> Reply:
    address = [ip_address("127.0.0.1")]
    return send(f"https://{host}:{there.port}/", resolve=lambda _host, _port: address)


def test_post_speaks_to_the_name_it_was_given(certificate: ssl.SSLContext) -> None:
    with receiver(tls=certificate) as there:
        reply = encrypted(there, "hooks.internal")

    assert reply == Reply(204)
    assert there.requests[0].headers["host"] == f"hooks.internal:{there.port}"


def test_post_names_no_port_that_goes_without_saying(
    certificate: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiver(tls=certificate) as there:
        monkeypatch.setitem(endpoints._PORTS, "https", there.port)
        send("https://hooks.internal/x", resolve=lambda _host, _port: [ip_address("127.0.0.1")])

    assert there.requests[0].headers["host"] == "hooks.internal"


def test_post_refuses_the_certificate_of_another_name(certificate: ssl.SSLContext) -> None:
    with receiver(tls=certificate) as there:
        reply = encrypted(there, "other.internal")

    assert reply.error.startswith("No encrypted connection could be made: Hostname mismatch")
    assert there.requests == []


def test_post_refuses_a_certificate_nobody_vouches_for(
    certificate: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")

    with receiver(tls=certificate) as there:
        reply = encrypted(there, "hooks.internal")

    assert reply.error.startswith("No encrypted connection could be made: self")
    assert there.requests == []
