"""Rows and final decision-makers belong to a version of the matrix, and to it alone."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contracts", "0008_first_matrices")]

    operations = [
        migrations.RemoveConstraint("escalationpath", "path_version_once"),
        migrations.RemoveConstraint("finaldecisionrule", "final_rule_once_from_value"),
        migrations.RemoveConstraint("finaldecisionrule", "final_rule_once_for_all"),
        migrations.RemoveField("escalationpath", "process"),
        migrations.RemoveField("escalationpath", "version"),
        migrations.RemoveField("escalationpath", "created_at"),
        migrations.RemoveField("escalationlevel", "is_final"),
        migrations.RemoveField("finaldecisionrule", "process"),
        migrations.RemoveField("finaldecisionrule", "created_at"),
        migrations.AlterField(
            "escalationpath",
            "matrix",
            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="paths", to="contracts.escalationmatrix"),
        ),
        migrations.AlterField(
            "finaldecisionrule",
            "matrix",
            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="final_rules", to="contracts.escalationmatrix"),
        ),
        migrations.AddConstraint(
            model_name='escalationlevel',
            constraint=models.CheckConstraint(condition=models.Q(('deputy__isnull', True), models.Q(('deputy', models.F('person')), _negated=True), _connector='OR'), name='level_deputy_is_another'),
        ),
        migrations.AddConstraint(
            model_name='escalationpath',
            constraint=models.UniqueConstraint(condition=models.Q(('severity__isnull', False)), fields=('matrix', 'trigger_class', 'severity'), name='path_once_for_severity'),
        ),
        migrations.AddConstraint(
            model_name='escalationpath',
            constraint=models.UniqueConstraint(condition=models.Q(('severity__isnull', True)), fields=('matrix', 'trigger_class'), name='path_once_for_any_severity'),
        ),
        migrations.AddConstraint(
            model_name='escalationpath',
            constraint=models.CheckConstraint(condition=models.Q(('severity__isnull', True), models.Q(('severity__gte', 1), ('severity__lte', 4)), _connector='OR'), name='path_severity_1_to_4'),
        ),
        migrations.AddConstraint(
            model_name='finaldecisionrule',
            constraint=models.UniqueConstraint(condition=models.Q(('min_value__isnull', False)), fields=('matrix', 'category', 'min_value'), name='final_rule_once_from_value'),
        ),
        migrations.AddConstraint(
            model_name='finaldecisionrule',
            constraint=models.UniqueConstraint(condition=models.Q(('min_value__isnull', True)), fields=('matrix', 'category'), name='final_rule_once_for_all'),
        ),
        migrations.AlterModelOptions(
            name='process',
            options={'permissions': [('post_interaction', 'Can post interactions and read their own outcomes'), ('view_cases', 'Can see the cases of the process'), ('view_story', 'Can see the whole story of an interaction'), ('reveal_personal', 'Can reveal personal data, giving a reason'), ('decide_escalation', 'Can own and decide escalations'), ('propose_rules', 'Can draft and propose rules and the escalation matrix'), ('approve_rules', 'Can approve and roll back rules and the escalation matrix'), ('view_sample', 'Can see QA samples'), ('evaluate_sample', 'Can score QA samples'), ('manage_sample', 'Can set the sampling plan'), ('manage_process', 'Can register models, documents and people of the process'), ('view_board', 'Can see the board'), ('manage_webhooks', 'Can set up webhooks'), ('keep_records', 'Can set retention, place legal holds and erase personal data'), ('halt_process', 'Can halt the process and release a halt of somebody else'), ('go_live', 'Can take the process live')]},
        ),
    ]
