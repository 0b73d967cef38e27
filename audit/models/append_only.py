"""Rows that are written once. Python refuses first, with a sentence; the triggers of the database refuse in any case."""

from typing import Any, NoReturn

from django.db import models


class AppendOnlyError(TypeError):
    """Somebody tried to change what is append-only: a mistake in the program, never in its input."""


def _refuse(model: type[models.Model], what: str) -> NoReturn:
    raise AppendOnlyError(f"{model._meta.verbose_name} is append-only: {what} is refused")


class AppendOnlyQuerySet(models.QuerySet):
    """Reads as usual and refuses every way of changing or removing rows."""

    def update(self, **kwargs: Any) -> NoReturn:
        _refuse(self.model, "update")

    def delete(self) -> NoReturn:
        _refuse(self.model, "delete")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        _refuse(self.model, "bulk_update")

    def update_or_create(self, *args: Any, **kwargs: Any) -> NoReturn:
        _refuse(self.model, "update_or_create")

    def bulk_create(self, *args: Any, **kwargs: Any) -> NoReturn:
        _refuse(self.model, "bulk_create")


class AppendOnlyModel(models.Model):
    """A model whose rows can be added and nothing else."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert a new row; AppendOnlyError for one that is already stored."""
        if not self._state.adding:
            _refuse(type(self), "saving again")
        # Without it Django first tries an UPDATE when the key is given.
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        _refuse(type(self), "delete")


class LedgerModel(AppendOnlyModel):
    """An append-only model that only the ledger's own statements write: not even adding is done by hand."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        _refuse(type(self), "saving by hand")
