"""The addresses of the webhooks."""

from django.urls import URLPattern, path

from governance.views import webhooks

webhook_patterns: list[URLPattern] = [
    path("", webhooks.webhooks, name="webhooks"),
    path("new/", webhooks.new, name="webhook_new"),
    path("<uuid:webhook_id>/", webhooks.webhook, name="webhook"),
    path("<uuid:webhook_id>/change/", webhooks.change, name="webhook_change"),
    path("<uuid:webhook_id>/test/", webhooks.test, name="webhook_test"),
    path("<uuid:webhook_id>/rotate/", webhooks.rotate, name="webhook_rotate"),
    path("<uuid:webhook_id>/disable/", webhooks.disable, name="webhook_disable"),
    path("<uuid:webhook_id>/enable/", webhooks.enable, name="webhook_enable"),
    path("<uuid:webhook_id>/replay/", webhooks.replay, name="webhook_replay"),
]
