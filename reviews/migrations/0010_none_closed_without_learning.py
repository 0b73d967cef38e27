"""No escalation is closed without saying what it taught (C6)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reviews", "0009_closed_with_learning")]

    operations = [
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('learning', ''), ('resolved_at__isnull', True)), models.Q(('learning__in', ['rule_change', 'sop', 'training', 'none']), ('resolved_at__isnull', False)), _connector='OR'), name='escalation_closed_with_learning'),
        ),
    ]
