"""Coming in, going out, and changing one's own password. Guesses are counted by axes: five, then a pause."""

from typing import cast

from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from contracts.enums import UserKind
from contracts.forms.accounts import LoginForm, PasswordForm
from contracts.models import User
from contracts.services import people


def _next(request: HttpRequest) -> str:
    """Where to go after logging in: a page of this site, or nothing."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe and wanted.startswith("/") else ""


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """The door. An unknown name, a wrong password, a closed account and an agent all hear the same sentence."""
    after = _next(request)
    if request.user.is_authenticated:
        return HttpResponseRedirect(after or settings.LOGIN_REDIRECT_URL)
    form = LoginForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user = auth.authenticate(
            request, username=form.cleaned_data["username"], password=form.cleaned_data["password"]
        )
        if isinstance(user, User) and user.kind == UserKind.PERSON:
            people.logged_in(user=user, method="password", at=timezone.now())
            # A new session key, so that one planted before is worth nothing.
            auth.login(request, user)
            return HttpResponseRedirect(after or settings.LOGIN_REDIRECT_URL)
        form.add_error(None, _("This user name and password do not belong together."))
    status = 400 if form.is_bound else 200
    return render(request, "contracts/login.html", {"form": form, "next": after}, status=status)


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End this session; by POST only, so that no link can do it."""
    auth.logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@never_cache
@sensitive_post_parameters("old_password", "new_password1", "new_password2")
@login_required
@require_http_methods(["GET", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """Change one's own password: this session goes on, all others end."""
    user = cast(User, request.user)
    form = PasswordForm(request.POST if request.method == "POST" else None, user=user)
    if request.method == "POST" and form.is_valid():
        # Asked of the same door as the login, so that guesses are counted here too.
        known = auth.authenticate(request, username=user.username, password=form.cleaned_data["old_password"])
        if known is not None and known.pk == user.pk:
            people.change_password(user=user, password=form.cleaned_data["new_password1"], at=timezone.now())
            auth.update_session_auth_hash(request, user)
            messages.success(
                request, _("The new password holds from now on. Your other sessions have ended.")
            )
            return redirect(settings.LOGIN_REDIRECT_URL)
        form.add_error("old_password", _("This is not your current password."))
    status = 400 if form.is_bound else 200
    return render(request, "contracts/password_change.html", {"form": form}, status=status)
