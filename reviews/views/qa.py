from django.http import Http404


def samples(request, **kwargs):
    raise Http404


def sample(request, **kwargs):
    raise Http404


def evaluation(request, **kwargs):
    raise Http404


def submit(request, **kwargs):
    raise Http404
