"""The Merkle tree of each log: its leaves, full tiles, checkpoints and their cosignatures, and how far it has grown.

All but `LogState` are written once. Rows are added by `audit.services.sequencing`, `publishing` and `witnesses`, and by
nobody else; tables and guards are made by SQL in the second migration.
"""

from django.db import models

from audit.models.append_only import LedgerModel


class Leaf(LedgerModel):
    """The place of an event in its log. Indexes of a log are dense: they begin at 0 and none is left out."""

    pk = models.CompositePrimaryKey("log_id", "index")
    log_id = models.SmallIntegerField()
    index = models.BigIntegerField(db_column="idx")
    event_id = models.BigIntegerField(unique=True)
    hash = models.BinaryField()

    class Meta:
        verbose_name = "Leaf"
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"{self.log_id}/{self.index}"


class Tile(LedgerModel):
    """A full tile: the 256 perfect nodes (8·level, 256·n …) of a log as one text of 8,192 bytes, and their root.

    Partial tiles are not kept: the right edge of the tree is read from the leaves and from the roots of the row below.
    """

    pk = models.CompositePrimaryKey("log_id", "level", "n")
    log_id = models.SmallIntegerField()
    level = models.SmallIntegerField()
    n = models.BigIntegerField()
    hashes = models.BinaryField()
    root = models.BinaryField()

    class Meta:
        verbose_name = "Tile"
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"{self.log_id}/{self.level}/{self.n}"


class LogState(models.Model):
    """How many leaves a log has and what their root is: the only row of the tree that changes, and it only grows.

    A reason to stop is a sentence; while there is one, nothing is sequenced or nothing is signed, until a person has
    looked (`manage.py audit_sequence --resume`, `audit_publish --resume`).
    """

    log_id = models.SmallIntegerField(primary_key=True)
    size = models.BigIntegerField(default=0)
    root = models.BinaryField()
    integrated_at = models.DateTimeField(null=True)
    sequencing_stopped = models.TextField(blank=True, default="")
    publishing_stopped = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = "State of a log"

    def __str__(self) -> str:
        return f"{self.log_id}: {self.size}"


class Checkpoint(LedgerModel):
    """What was signed for one size of a log. There is one note for a size, and never a second one.

    `note` is the signed note as bytes, without cosignatures: they come later, into rows of their own.
    """

    pk = models.CompositePrimaryKey("log_id", "size")
    log_id = models.SmallIntegerField()
    size = models.BigIntegerField()
    root = models.BinaryField()
    note = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "Checkpoint"
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"{self.log_id}: {self.size}"


class Cosignature(LedgerModel):
    """A verified line by which a witness confirms a checkpoint; one witness may confirm the same size again later."""

    id = models.BigAutoField(primary_key=True)
    log_id = models.SmallIntegerField()
    size = models.BigIntegerField()
    key_name = models.TextField()
    line = models.TextField()
    received_at = models.DateTimeField()

    class Meta:
        verbose_name = "Cosignature"
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"{self.key_name}: {self.log_id}: {self.size}"
