from django.http import Http404


def escalations(request, **kwargs):
    raise Http404


def acknowledge(request, **kwargs):
    raise Http404


def hand_over(request, **kwargs):
    raise Http404
