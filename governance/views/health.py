"""/healthz: what a load balancer, a container or `manage.py up` asks. No names, no versions, no login."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from governance.selectors import health as parts


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 while the database answers, 503 when not. A broker that is away only slows things down, and is said."""
    well = {"database": parts.database(), "broker": parts.broker()}
    status = 200 if well["database"] else 503
    return JsonResponse({name: "up" if up else "down" for name, up in well.items()}, status=status)
