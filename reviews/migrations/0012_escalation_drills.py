"""Test calls up the escalation path, and the call at each level (C7)."""

import audit.domain.ids
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contracts', '0009_rows_of_matrices'),
        ('reviews', '0011_escalations_closed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EscalationDrill',
            fields=[
                ('id', models.UUIDField(default=audit.domain.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('running', 'Running'), ('answered', 'Answered'), ('unanswered', 'Nobody answered'), ('cancelled', 'Called off')], default='running', max_length=10)),
                ('trigger_class', models.CharField(max_length=30)),
                ('severity', models.PositiveSmallIntegerField(null=True)),
                ('path', models.JSONField()),
                ('path_version', models.PositiveIntegerField()),
                ('level', models.PositiveSmallIntegerField()),
                ('started_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('process', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drills', to='contracts.process')),
                ('started_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='EscalationDrillCall',
            fields=[
                ('id', models.UUIDField(default=audit.domain.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('level', models.PositiveSmallIntegerField()),
                ('started_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('end', models.CharField(blank=True, choices=[('answered', 'Answered'), ('unanswered', 'Unanswered'), ('nobody', 'Nobody'), ('cancelled', 'Cancelled')], max_length=10)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('drill', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calls', to='reviews.escalationdrill')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='drill_calls', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddIndex(
            model_name='escalationdrill',
            index=models.Index(condition=models.Q(('state', 'running')), fields=['due_at'], name='drill_clock'),
        ),
        migrations.AddIndex(
            model_name='escalationdrill',
            index=models.Index(fields=['process', '-started_at', '-id'], name='drill_recent'),
        ),
        migrations.AddConstraint(
            model_name='escalationdrill',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'running')), fields=('process',), name='drill_one_running'),
        ),
        migrations.AddConstraint(
            model_name='escalationdrill',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_by__isnull', True), ('state', 'running')), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False), ('state__in', ['answered', 'cancelled'])), models.Q(('ended_at__isnull', False), ('ended_by__isnull', True), ('state', 'unanswered')), _connector='OR'), name='drill_end_is_signed'),
        ),
        migrations.AddConstraint(
            model_name='escalationdrillcall',
            constraint=models.UniqueConstraint(fields=('drill', 'level'), name='drill_call_once_a_level'),
        ),
        migrations.AddConstraint(
            model_name='escalationdrillcall',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('drill',), name='drill_call_one_open'),
        ),
        migrations.AddConstraint(
            model_name='escalationdrillcall',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', False), ('answered_by', models.F('person')), ('answered_by__isnull', False), ('end', 'answered'), ('person__isnull', False)), models.Q(('answered_at__isnull', True), ('answered_by__isnull', True), models.Q(('end', 'answered'), _negated=True)), _connector='OR'), name='drill_call_answered_by_the_called'),
        ),
        migrations.AddConstraint(
            model_name='escalationdrillcall',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('end', ''), ('ended_at__isnull', True)), models.Q(('end__in', ['answered', 'unanswered', 'nobody', 'cancelled']), ('ended_at__isnull', False)), _connector='OR'), name='drill_call_end_is_dated'),
        ),
    ]
