"""The description of the API is true: it validates, it is in step with the code, and random requests keep to it."""

from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from hypothesis import HealthCheck, Phase
from hypothesis import settings as budget
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from reviews.api import outcomes
from reviews.api.serializers import SubmissionSerializer
from reviews.domain import submission
from tests.reviews.api.conftest import Api

CHECKED = [not_a_server_error, response_schema_conformance, content_type_conformance, status_code_conformance]
REQUIRED = {"process", "step", "input", "ai_output"}


@schemathesis.serializer("application/x-ndjson")
def lines(ctx: schemathesis.SerializationContext, value: object) -> bytes:
    """A body of lines is sent as it was made up."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@pytest.fixture
def application(db: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The site as a server runs it, but on the connection of the test, which must outlive its requests."""
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)
    return get_wsgi_application()


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return SchemaGenerator().get_schema(request=None, public=True)


def test_description_is_generated_without_a_warning(tmp_path) -> None:
    target = tmp_path / "schema.yml"

    call_command("spectacular", validate=True, fail_on_warn=True, file=str(target))

    assert target.read_text(encoding="utf-8").startswith("openapi: 3.1")


def test_description_is_valid(schema) -> None:
    validate_schema(schema)


def test_description_has_exactly_the_fields_of_a_submission(schema) -> None:
    described = schema["components"]["schemas"]["SubmissionRequest"]

    assert set(described["properties"]) == submission.FIELDS
    assert set(described["required"]) == REQUIRED
    assert described["additionalProperties"] is False
    assert set(SubmissionSerializer().fields) == submission.FIELDS


def test_description_requires_what_the_intake_requires(api, payload) -> None:
    refused = {name for name in payload() if api.post(body=without(payload(), name)).status_code == 400}

    # An amount needs its currency, which no schema of single fields can say.
    assert refused - {"currency"} == REQUIRED


def without(posted: dict[str, Any], name: str) -> dict[str, Any]:
    return {other: value for other, value in posted.items() if other != name}


def test_every_door_asks_for_a_key_and_tells_its_problems(schema) -> None:
    for path, methods in schema["paths"].items():
        for operation in methods.values():
            # The proofs of a log are read by people who are logged in as well; other doors are for people alone.
            key, session = {"key": []}, {"session": []}
            both = path.startswith("/api/v1/audit/")
            assert operation["security"] in ([key, session] if both else [key], [session]), path
            assert {"401", "405", "500"} <= operation["responses"].keys(), path
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    assert list(response["content"]) == ["application/problem+json"], (path, status)


def test_description_and_its_page_are_open_to_everybody(db) -> None:
    nobody = Api("")

    assert nobody.get(reverse("api_schema")).status_code == 200
    page = nobody.get(reverse("api_docs"))
    assert page.status_code == 200
    assert "<style" not in page.content.decode()
    assert nobody.get(reverse("api_docs") + "?script=").status_code == 200


@pytest.mark.parametrize(
    "method, path",
    [
        ("POST", "/interactions"),
        ("POST", "/interactions/import"),
        ("GET", "/interactions/{interaction_id}"),
        ("GET", "/interactions/{interaction_id}/outcome"),
        ("POST", "/interactions/{interaction_id}/escalate"),
        ("POST", "/interactions/{interaction_id}/information"),
        ("POST", "/redact"),
    ],
)
def test_random_requests_keep_to_the_description(
    method: str, path: str, schema, api, payload, application, monkeypatch
) -> None:
    """Made by Schemathesis from the description: no server error, and only replies of the described shapes."""
    monkeypatch.setattr(outcomes, "_wait", lambda found, seconds: None)
    posted = api.post(body=payload(amount="6000.00")).json()
    described = schemathesis.openapi.from_dict(schema)
    described.app = application
    operation = described["/api/v1" + path][method]
    mine = {"path_parameters": {"interaction_id": posted["id"]}} if "{" in path else {}
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    calls = st.one_of(*(operation.as_strategy(mode, **given) for mode in modes for given in ({}, mine)))

    @budget(
        max_examples=30,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(case=calls)
    def call(case: schemathesis.Case) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {api.secret}"}, checks=CHECKED)

    call()
