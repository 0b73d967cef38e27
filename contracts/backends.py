"""Who a session belongs to."""

from uuid import UUID

from django.contrib.auth.backends import ModelBackend

from contracts.models import User


class People(ModelBackend):
    """People by their password. A request learns the person and the organisation he acts for in one query."""

    def get_user(self, user_id: UUID | str) -> User | None:
        try:
            user = User.objects.select_related("organisation").get(pk=user_id)
        except User.DoesNotExist:
            return None
        return user if self.user_can_authenticate(user) else None
