"""Who a session belongs to."""

from uuid import UUID

from django.contrib.auth.backends import ModelBackend

from contracts.models import User


class People(ModelBackend):
    """People by their password. A request learns the person and the organisation he acts for in one query."""

    def get_user(self, user_id: UUID | str) -> User | None:
        user = User.objects.select_related("organisation").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
