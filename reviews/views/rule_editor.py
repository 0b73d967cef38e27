"""The editor of one rule of a draft: every button shows the form again with what was typed, and only the last stores it
(B1, B8)."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audit.errors import Conflict, Invalid, Refused
from contracts.domain.escalation_matrix import EVERY_CLASS
from contracts.models import Process, User
from contracts.selectors import paths
from contracts.views.replies import status_of
from contracts.views.requests import SignedIn
from reviews import permissions
from reviews.domain.fields import Schema
from reviews.domain.routing import Effect, Rule
from reviews.enums import RuleSetState
from reviews.forms import rules as forms
from reviews.forms.rule_conditions import TEXT, ConditionForm
from reviews.models import RuleSet
from reviews.presenters import condition_rows, rule_editor, rule_lines
from reviews.selectors import rulesets
from reviews.services import rule_drafts


class _Editing:
    """One request to the editor: the draft, the rule that is edited, and what was typed."""

    def __init__(self, request: HttpRequest, found: RuleSet) -> None:
        self.request, self.found = request, found
        self.schema: Schema = rulesets.schema(found.process)
        self.rules = rulesets.terms(found, self.schema).rules
        by_code = {one.code: one for one in self.rules}
        self.rule = by_code.get(request.GET.get("code", ""))
        like = None if self.rule else by_code.get(request.GET.get("like", ""))
        self.like = like.code if like else ""
        start: dict[str, Any] = {"edits": found.edits}
        if begun := self.rule or like:
            start |= forms.told(begun)
        if like:
            start["code"] = _free(like.code, frozenset(by_code))
        post = request.POST if request.method == "POST" else None
        self.asked = post.get("do", "") if post is not None else ""
        saved = post is not None and not self.asked
        self.form = forms.RuleForm(
            post if saved else None,
            rule=self.rule,
            taken=frozenset(by_code),
            initial={**start, **(post.dict() if post is not None else {})},
        )
        if post is None:
            self.condition = ConditionForm.of_tree(begun.condition if begun else None, self.schema)
        else:
            self.condition = ConditionForm.posted(post, self.schema)
        self.opened = post.get("opened", "") if post is not None else rule_editor.opened(self.rules)

    def typed(self) -> Rule | None:
        """The rule as typed, if it is one."""
        tree = self.condition.preview()
        if tree is None or not self.form.is_valid():
            return None
        given = self.form.cleaned_data
        return Rule(
            code=given["code"],
            name=given["name"],
            condition=tree,
            effect=Effect(given["effect"]),
            severity=given["severity"],
            trigger_class=given["trigger_class"],
            rationale=given["rationale"],
        )

    def page(self, *, refusal: Refused | None = None, now: RuleSet | None = None) -> HttpResponse:
        """The form with everything typed; `now` is the draft as somebody else left it."""
        condition, found = self.condition, now or self.found
        rules, meanwhile = self.rules, None
        if now is not None:
            rules = rulesets.terms(now, self.schema).rules
            code = self.rule.code if self.rule else self.form["code"].value() or ""
            meanwhile = rule_editor.meanwhile(self.opened, rules, self.typed(), code, self.schema)
            self.form.data = self.form.data.copy()  # type: ignore[attr-defined]
            self.form.data["edits"], self.opened = str(now.edits), rule_editor.opened(rules)  # type: ignore[index]
        rows = condition_rows.rows(condition.outline, self.schema, condition.errors, condition.focus)
        wrong = rule_editor.problems(self.form, rows, condition.mistakes, condition.general)
        existing = next((one for one in rules if self.rule and one.code == self.rule.code), None)
        process = found.process
        address = reverse("reviews:rules_rule", args=[process.code, found.version])
        query = self.request.GET.urlencode()
        editor = rule_editor.Editor(
            code=process.code,
            name=process.name,
            version=found.version,
            url=f"{address}?{query}" if query else address,
            back_url=reverse("reviews:rules_version", args=[process.code, found.version]),
            is_text=condition.mode == TEXT,
            rows=rows,
            text=condition.text,
            mistakes=condition.mistakes,
            problems=wrong,
            general=condition.general,
            preview=rule_editor.preview(
                condition.preview(),
                self.schema,
                str(self.form["effect"].value() or next(iter(Effect))),
                str(self.form["severity"].value() or ""),
            ),
            opened=self.opened,
            classes=sorted({*_with_a_path(process), *(one.trigger_class for one in rules)} - {EVERY_CLASS}),
            askable=rule_lines.askable(self.schema),
            existing=rule_lines.line(existing, self.schema) if existing else None,
            like=self.like,
            meanwhile=meanwhile,
            sentence=refusal.sentence if refusal else "",
            unread=condition.unread,
            focus_text=bool(condition.focus and condition.focus[1] == "expression"),
        )
        status = status_of(refusal) if refusal else 400 if wrong and not self.asked else 200
        return render(
            self.request, "reviews/rules_rule.html", {"editor": editor, "form": self.form}, status=status
        )


@login_required
@require_http_methods(["GET", "POST"])
def rule(request: SignedIn, code: str, version: int) -> HttpResponse:
    """The form of one rule: `?code=` names it, `?like=` begins a new one with what another says."""
    user: User = request.user
    found = rulesets.version(user=user, code=code, number=version)
    permissions.check_can_propose(user, found)
    if request.method == "GET" and found.state != RuleSetState.DRAFT:
        raise Conflict("not_a_draft", "Only a draft can be edited; start a new one.")
    editing = _Editing(request, found)
    if editing.asked:
        editing.condition.act(editing.asked)
        return editing.page()
    if request.method == "GET":
        return editing.page()
    tree = editing.condition.tree()
    if not editing.form.is_valid() or tree is None:
        return editing.page()
    written = editing.form.written(tree)
    edits = editing.form.cleaned_data["edits"]
    try:
        stored = rule_drafts.put_rule(
            ruleset_id=found.pk, rule=written, by=user, at=timezone.now(), edits=edits
        )
    except Invalid as mistake:
        editing.form.refuse(mistake.field, mistake.sentence)
        return editing.page()
    except Conflict as moved:
        # What was typed stays; sent again, it is meant for the draft as it stands now.
        return editing.page(refusal=moved, now=rulesets.version(user=user, code=code, number=version))
    messages.success(request, _("%(code)s is in the draft.") % {"code": stored.code})
    return redirect("reviews:rules_version", code=code, version=version)


def _with_a_path(process: Process) -> set[str]:
    """The trigger classes that the escalation matrix in force names."""
    return {trigger_class for trigger_class, _severity in paths.all_in_force(process)}


def _free(code: str, taken: frozenset[str]) -> str:
    """A code like this one that no rule has yet."""
    return next(
        candidate
        for number in range(2, len(taken) + 3)
        if (candidate := f"{code[:16]}-{number}") not in taken
    )
