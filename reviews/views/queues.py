from django.http import Http404


def queues(request, **kwargs):
    raise Http404


def next_case(request, **kwargs):
    raise Http404
