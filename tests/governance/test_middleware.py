"""What nothing can hold is refused before anything asks the database for it."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from governance import middleware
from tests import worlds
from tests.factories import rules

NUL = "a\0b"
PROBLEM = "application/problem+json"


@pytest.fixture
def desk(db):
    return worlds.build(timezone.now()).north


@pytest.mark.parametrize(
    "path", ["/rules/{}/", "/matrix/{}/v1/", "/processes/{}/gate/", "/api/v1/rules/{}", "/nowhere/{}"]
)
def test_nul_bytes_in_an_address_are_nowhere(desk, log_in, path):
    client = log_in(desk.owner)

    reply = client.get(path.format("%00"))

    assert reply.status_code == 404
    assert reply["Content-Type"] == (PROBLEM if path.startswith("/api/") else "text/html; charset=utf-8")


@pytest.mark.parametrize("path", ["/cases/", "/trail/", "/api/v1/audit/logs", "/login/", "/nowhere/"])
def test_nul_bytes_in_a_query_are_named(desk, log_in, path):
    client = log_in(desk.lead)

    reply = client.get(path, {"good": "1", "after": NUL})

    assert reply.status_code == 400
    assert "contains the NUL character" in reply.content.decode()
    if path.startswith("/api/"):
        assert (reply["Content-Type"], reply.json()["errors"][0]["pointer"]) == (PROBLEM, "/after")


@pytest.mark.parametrize("content_type", ["urlencoded", "multipart"])
def test_nul_bytes_in_a_form_are_named_and_change_nothing(desk, log_in, content_type):
    ruleset = rules.proposed(desk, timezone.now())
    client = log_in(desk.owner)

    def sent(reason):
        address = reverse("reviews:rules_reject", args=[desk.process.code, ruleset.version])
        if content_type == "multipart":
            return client.post(address, {"reason": reason})
        body = f"reason={reason}".replace("\0", "%00")
        return client.post(address, body, content_type="application/x-www-form-urlencoded")

    refused = sent(f"Too{NUL}high")
    between = rules.state(ruleset)
    done = sent("Too high")

    assert refused.status_code == 400
    assert "“reason” contains the NUL character" in refused.content.decode()
    assert between == "proposed"
    assert (done.status_code, rules.state(ruleset)) == (302, "rejected")


@pytest.mark.parametrize("path, form", [("/login/", {"username": NUL, "password": "x"})])
def test_nul_bytes_are_named_to_whoever_is_not_logged_in(db, client, path, form):
    reply = client.post(path, form)

    assert (reply.status_code, "“username” contains" in reply.content.decode()) == (400, True)


def test_nul_bytes_in_a_cookie_are_named(desk, log_in):
    client = log_in(desk.lead)
    client.cookies["sessionid"] = "abcdefgh\0"

    reply = client.get("/cases/")

    assert (reply.status_code, "“sessionid” contains" in reply.content.decode()) == (400, True)


@pytest.mark.parametrize("content_type", ["multipart/form-data; boundary=b", "application/x-ndjson"])
def test_a_body_that_a_view_reads_itself_is_left_alone(content_type):
    request = RequestFactory().generic("POST", "/", b"--b\r\n", content_type=content_type)

    def view(_request):
        return HttpResponse(request.read())

    view.csrf_exempt = True
    checked = middleware.NulBytes(view)

    assert checked.process_view(request, view, (), {}) is None
    assert checked(request).content == b"--b\r\n"
