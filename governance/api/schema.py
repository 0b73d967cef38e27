"""The description of the API (OpenAPI 3.1) and its page, which needs nothing from another host."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView


class BearerKey(OpenApiAuthenticationExtension):
    target_class = "governance.api.authentication.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "The key of an AI agent: `cs_…`. It opens the processes and actions it names, for 90 days at most.",
        }


class Description(SpectacularAPIView):
    """The description itself, for programs; open to everybody."""


class Documentation(SpectacularSwaggerSplitView):
    """The description as a page to read and try; without a single inline style or script."""

    template_name = "governance/api_docs.html"
    url_name = "api_schema"
