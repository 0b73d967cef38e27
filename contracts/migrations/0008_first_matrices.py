"""What is in force becomes the first matrix of each process: the newest path of each class, and who decides finally.

Older paths go: no row refers to them, the escalations that followed them keep their levels, and the trail has them.
The version goes on from the highest that a path of the process had.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F


def gather(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    matrices = apps.get_model("contracts", "EscalationMatrix")
    paths = apps.get_model("contracts", "EscalationPath")
    levels = apps.get_model("contracts", "EscalationLevel")
    finals = apps.get_model("contracts", "FinalDecisionRule")
    levels.objects.filter(deputy=F("person")).update(deputy=None)
    for process in apps.get_model("contracts", "Process").objects.order_by("pk"):
        newest = {path.trigger_class: path for path in paths.objects.filter(process=process).order_by("version")}
        ruled = finals.objects.filter(process=process)
        if not newest and not ruled.exists():
            continue
        begun = min(
            [path.created_at for path in newest.values()] + list(ruled.values_list("created_at", flat=True))
        )
        matrix = matrices.objects.create(
            process=process,
            version=max((path.version for path in newest.values()), default=1),
            state="active",
            note="What was agreed before the matrix had versions.",
            drafted_at=begun,
            activated_at=max((path.created_at for path in newest.values()), default=begun),
        )
        kept = [path.pk for path in newest.values()]
        older = paths.objects.filter(process=process).exclude(pk__in=kept)
        levels.objects.filter(path__in=older).delete()
        older.delete()
        paths.objects.filter(pk__in=kept).update(matrix=matrix)
        ruled.update(matrix=matrix)


def scatter(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Back to paths of their own: those in force for any severity; nothing else had a place there."""
    matrices = apps.get_model("contracts", "EscalationMatrix")
    paths = apps.get_model("contracts", "EscalationPath")
    finals = apps.get_model("contracts", "FinalDecisionRule")
    for matrix in matrices.objects.filter(state="active"):
        paths.objects.filter(matrix=matrix, severity=None).update(
            process=matrix.process_id, version=matrix.version, created_at=matrix.drafted_at, matrix=None
        )
        finals.objects.filter(matrix=matrix).update(
            process=matrix.process_id, created_at=matrix.drafted_at, matrix=None
        )
    apps.get_model("contracts", "EscalationLevel").objects.filter(path__matrix__isnull=False).delete()
    paths.objects.filter(matrix__isnull=False).delete()
    finals.objects.filter(matrix__isnull=False).delete()
    matrices.objects.update(based_on=None)
    matrices.objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("contracts", "0007_matrix_versions")]

    operations = [migrations.RunPython(gather, scatter)]
