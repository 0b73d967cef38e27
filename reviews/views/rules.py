from django.http import Http404


def processes(request, **kwargs):
    raise Http404


def ruleset_active(request, **kwargs):
    raise Http404


def draft(request, **kwargs):
    raise Http404


def ruleset(request, **kwargs):
    raise Http404


def rule(request, **kwargs):
    raise Http404


def remove(request, **kwargs):
    raise Http404


def propose(request, **kwargs):
    raise Http404


def approve(request, **kwargs):
    raise Http404


def reject(request, **kwargs):
    raise Http404


def restore(request, **kwargs):
    raise Http404
