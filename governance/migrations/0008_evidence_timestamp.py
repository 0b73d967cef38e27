from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('governance', '0007_record_reads'),
    ]

    operations = [
        migrations.AddField(
            model_name='evidenceexport',
            name='timestamp',
            field=models.BinaryField(default=b''),
        ),
    ]
