import re
from decimal import Decimal

from django.db import migrations

_FIGURE = re.compile(r"(?P<bound>[≤≥])?\s*(?P<figure>\d+(?:[.,]\d+)?)\s*(?P<unit>%)?")


def carry_over(apps, schema_editor):
    """Service levels that were only written down become a draft, which both parties may correct and accept."""
    Level = apps.get_model("contracts", "ServiceLevel")
    Agreement = apps.get_model("contracts", "ServiceAgreement")
    for process in set(Level.objects.values_list("process", flat=True)):
        levels = list(Level.objects.filter(process=process).select_related("process"))
        draft = Agreement.objects.create(process_id=process, version=1, drafted_at=levels[0].process.created_at)
        for level in levels:
            found = _FIGURE.search(level.said)
            level.agreement = draft
            level.source = f"Written down as {level.said}"[:200]
            if found:
                level.target = Decimal(found["figure"].replace(",", "."))
                level.bound = "at_most" if found["bound"] == "≤" else "at_least"
                level.unit = "percent" if found["unit"] else "number"
            level.save()


class Migration(migrations.Migration):

    dependencies = [
        ("contracts", "0017_service_agreements"),
    ]

    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop)]
