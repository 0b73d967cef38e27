"""/healthz: what a load balancer, a container or `manage.py up` asks. No names, no versions, no login."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from governance.selectors import health as parts


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 while the database answers, 503 when not. A broker that is away only slows things down, and a projection that
    stands still makes figures old: both are said, and no more."""
    well = {"database": parts.database(), "broker": parts.broker()}
    status = 200 if well["database"] else 503
    said = {name: "up" if up else "down" for name, up in well.items()}
    said["projections"] = parts.projections() if well["database"] else "unknown"
    return JsonResponse(said, status=status)
