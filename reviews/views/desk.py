from django.http import Http404


def claim(request, **kwargs):
    raise Http404


def heartbeat(request, **kwargs):
    raise Http404


def extend(request, **kwargs):
    raise Http404


def hand_back(request, **kwargs):
    raise Http404


def evidence(request, **kwargs):
    raise Http404


def draft(request, **kwargs):
    raise Http404


def reveal(request, **kwargs):
    raise Http404
