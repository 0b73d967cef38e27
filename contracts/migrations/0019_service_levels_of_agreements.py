import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contracts', '0018_service_levels_carried_over'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='servicelevel',
            name='process',
        ),
        migrations.RemoveField(
            model_name='servicelevel',
            name='said',
        ),
        migrations.AlterField(
            model_name='servicelevel',
            name='weight',
            field=models.DecimalField(decimal_places=3, max_digits=4),
        ),
        migrations.AlterField(
            model_name='servicelevel',
            name='agreement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='levels', to='contracts.serviceagreement'),
        ),
        migrations.AddConstraint(
            model_name='servicelevel',
            constraint=models.UniqueConstraint(fields=('agreement', 'name'), name='service_level_once'),
        ),
        migrations.AddConstraint(
            model_name='servicelevel',
            constraint=models.CheckConstraint(condition=models.Q(('weight__gt', 0), ('weight__lte', 1)), name='service_level_weight'),
        ),
    ]
