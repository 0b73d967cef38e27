"""Evidence to take away: the bundle of one interaction."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest
from django.utils import timezone
from django.views.decorators.http import require_POST

from governance.services import evidence


@login_required
@require_POST
def download(request: HttpRequest, interaction_id: UUID) -> FileResponse:
    """A POST, because what leaves the house is written in the trail."""
    bundle = evidence.of_interaction(interaction_id=interaction_id, user=request.user, at=timezone.now())  # type: ignore[arg-type]
    return FileResponse(
        bundle,
        as_attachment=True,
        filename=f"evidence-{interaction_id}.zip",
        content_type="application/zip",
    )
