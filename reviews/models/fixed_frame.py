"""The frame of a draw as it was fixed: written once, never changed."""

from django.db import models


class FixedFrame(models.Model):
    """Ids, strata and reviewers of what a draw was made from, packed as `reviews.domain.fixed_frames` writes them.

    It names nobody but by the ids that the trail names him by, so erasing personal data leaves it as it is, and a draw
    can be made again whatever has become of its interactions.
    """

    draw = models.OneToOneField(
        "reviews.Draw", primary_key=True, on_delete=models.PROTECT, related_name="fixed_frame"
    )
    packed = models.BinaryField()

    def __str__(self) -> str:
        return str(self.draw_id)
