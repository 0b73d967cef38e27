"""Setting up webhooks: who is told of what and where, and every change of that, in the client's log.

Whoever may set up webhooks on every process an endpoint is told of may change it; a right taken back ends that at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from audit.domain.envelope import Actor, Target
from audit.domain.ids import new_id
from audit.errors import Conflict, Invalid, NotVisible
from audit.selectors import retention, tree
from audit.services import recording
from contracts import access
from contracts.models import Process, User
from contracts.selectors import authority
from contracts.services import notifications
from contracts.services.acting import actor
from governance.domain import webhook_addresses
from governance.domain.webhooks import TEST, DeliveryState, MessageType
from governance.models import Delivery, Subscription
from governance.selectors import webhook_lines
from governance.selectors import webhooks as selector
from governance.services import endpoints

MOST = 50  # endpoints of one client
PASSED_OVER = "Passed over: the webhook was sent to another entry of the log."
BY_HAND = "Somebody disabled it."


@dataclass(frozen=True, slots=True)
class Terms:
    """What an endpoint is told and where."""

    name: str
    url: str
    types: frozenset[str]
    processes: frozenset[UUID]


@transaction.atomic
def subscribe(*, terms: Terms, by: User, at: datetime) -> Subscription:
    """Set up an endpoint; it is told what is put into the log from now on.

    Raises NotVisible and NotAllowed where a process is not his to choose, Invalid with the field for terms that cannot
    be, Conflict where the client has too many endpoints.
    """
    processes = _checked(terms, by)
    client = processes[0].client
    if Subscription.objects.filter(client=client).count() >= MOST:
        raise Conflict("too_many", f"{client.name} has {MOST} webhooks already. Change one of them instead.")
    subscription = Subscription.objects.create(
        client=client,
        name=terms.name,
        url=terms.url,
        types=sorted(terms.types),
        created_by=by,
        created_at=at,
        position=tree.size(client.log_key),
        told_size=_newest_checkpoint(client.log_key),
    )
    subscription.processes.set(processes)
    facts = {**_endpoint(terms, processes), "from_index": subscription.position}
    _record(subscription, "webhook.subscribed", facts, by, at)
    return subscription


@transaction.atomic
def change(*, subscription_id: UUID, terms: Terms, by: User, at: datetime) -> Subscription:
    """Tell the endpoint other things, or elsewhere. What was counted against the old address is forgotten, and what is
    just being sent there is sent again."""
    subscription = _held(subscription_id, by)
    processes = _checked(terms, by)
    if processes[0].client_id != subscription.client_id:
        raise Invalid(
            "another_client", "A webhook stays with its client: set up another one for these.", "processes"
        )
    subscription.name, subscription.url, subscription.types = terms.name, terms.url, sorted(terms.types)
    _begin_anew(subscription)
    subscription.save()
    subscription.processes.set(processes)
    _record(subscription, "webhook.changed", _endpoint(terms, processes), by, at)
    return subscription


@transaction.atomic
def rotate(*, subscription_id: UUID, by: User, at: datetime) -> Subscription:
    """Give the endpoint another secret; the one before it signs along for a day, an earlier one no longer."""
    subscription = _held(subscription_id, by)
    subscription.generation += 1
    subscription.rotated_at, subscription.rotated_by = at, by
    subscription.save(update_fields=["generation", "rotated_at", "rotated_by"])
    _record(subscription, "webhook.rotated", {"generation": subscription.generation}, by, at)
    return subscription


@transaction.atomic
def disable(*, subscription_id: UUID, by: User, at: datetime) -> Subscription:
    """Stop sending. What waits keeps its place, and the log is not read any further. Conflict where it is disabled."""
    subscription = _held(subscription_id, by)
    if subscription.disabled_at is not None:
        raise Conflict("disabled", "This webhook is disabled already.")
    subscription.disabled_at, subscription.disabled_by, subscription.disabled_why = at, by, BY_HAND
    subscription.save(update_fields=["disabled_at", "disabled_by", "disabled_why"])
    facts = {"cause": "by hand", "waiting": webhook_lines.waiting(subscription.pk)}
    _record(subscription, "webhook.disabled", facts, by, at)
    return subscription


@transaction.atomic
def resume(*, subscription_id: UUID, by: User, at: datetime) -> Subscription:
    """Go on where it stood: what waits is sent, and everything that happened meanwhile after it. Conflict where it is
    not disabled, and where entries that it has not read were pruned."""
    subscription = _held(subscription_id, by)
    if subscription.disabled_at is None:
        raise Conflict("not_disabled", "This webhook is not disabled.")
    first = retention.minimum_index(tree.log_id(subscription.client.log_key))
    if subscription.position < first:
        raise Conflict(
            "pruned",
            f"It has read up to entry {subscription.position:,}, and the entries before {first:,} were pruned: "
            f"send it again from {first:,}, then enable it.",
        )
    subscription.disabled_at, subscription.disabled_by, subscription.disabled_why = None, None, ""
    subscription.failing_since, subscription.failures, subscription.retry_after = None, 0, None
    subscription.save()
    waiting = webhook_lines.waiting(subscription.pk)
    facts = {"from_index": subscription.position, "waiting": waiting}
    _record(subscription, "webhook.resumed", facts, by, at)
    return subscription


@transaction.atomic
def replay(*, subscription_id: UUID, from_index: int | None, by: User, at: datetime) -> Subscription:
    """Send the endpoint everything from this entry of the log on, again where it had it already; without an index go on
    from now, and leave out what it missed. What waits is passed over: it comes again, if it is not left out.

    The messages keep their ids. Invalid for an entry that the log does not have.
    """
    subscription = _held(subscription_id, by)
    size = tree.size(subscription.client.log_key)
    begin = size if from_index is None else from_index
    first = retention.minimum_index(tree.log_id(subscription.client.log_key))
    if not first <= begin <= size:
        raise Invalid("from_index", f"The log has the entries {first:,} to {size - 1:,}.", "from_index")
    waiting = Delivery.objects.filter(subscription=subscription, state=DeliveryState.WAITING)
    passed_over = waiting.update(state=DeliveryState.PASSED_OVER, ended_at=at, error=PASSED_OVER)
    stood_at, subscription.position = subscription.position, begin
    subscription.run += 1
    subscription.told_size = _newest_checkpoint(subscription.client.log_key) if from_index is None else 0
    _begin_anew(subscription)
    subscription.save()
    facts = {"from_index": begin, "stood_at": stood_at, "passed_over": passed_over}
    _record(subscription, "webhook.replayed", facts, by, at)
    return subscription


@transaction.atomic
def send_test(*, subscription_id: UUID, by: User, at: datetime) -> Delivery:
    """Put a message that tells of nothing at the end of the line, and try the line at once. Conflict where it is disabled,
    or where such a message waits already."""
    subscription = _held(subscription_id, by)
    if subscription.disabled_at is not None:
        raise Conflict("disabled", "This webhook is disabled: nothing is sent to it. Enable it first.")
    waiting = subscription.deliveries.filter(state=DeliveryState.WAITING)
    if waiting.filter(type=TEST).exists():
        raise Conflict("test_waits", "A test message waits in the line already.")
    Subscription.objects.filter(pk=subscription.pk).update(retry_after=None)
    return Delivery.objects.create(
        subscription=subscription,
        run=subscription.run,
        message=f"test_{new_id().hex}",
        type=TEST,
        occurred_at=at,
        created_at=at,
    )


def give_up(
    *, subscription: Subscription, cause: str, why: str, remedy: str, facts: Mapping[str, Any], at: datetime
) -> None:
    """Stop sending to an endpoint that does not answer as it should, or for which its log cannot be read, and tell those
    who can mend it; what waits keeps its place. Part of the caller's transaction, which holds the row."""
    subscription.disabled_at, subscription.disabled_by, subscription.disabled_why = at, None, why
    subscription.save(update_fields=["disabled_at", "disabled_by", "disabled_why"])
    told = {"cause": cause, "waiting": webhook_lines.waiting(subscription.pk), **facts}
    _record(subscription, "webhook.disabled", told, Actor.system("webhooks"), at)
    for user in selector.responsible(subscription.processes.all()):
        notifications.notify(
            user=user,
            subject=f"The webhook “{subscription.name}” was disabled",
            body=f"{why} It is disabled. What waits for it keeps its place. {remedy}",
            link=reverse("governance:webhook", args=[subscription.pk]),
            at=at,
        )


def _newest_checkpoint(log: str) -> int:
    """Its size; 0 where there is none."""
    newest = tree.latest_checkpoint(log)
    return newest.size if newest else 0


def _begin_anew(subscription: Subscription) -> None:
    """Nothing counts against it any more. What is just being sent is not noted down, for its lease is another one now; who
    sends next waits until the old one would have run out, so that two never speak at once."""
    subscription.failing_since, subscription.failures, subscription.retry_after = None, 0, None
    if subscription.lease is not None:
        subscription.lease = new_id()


def _held(subscription_id: UUID, by: User) -> Subscription:
    """The endpoint for this transaction alone, if it is the user's to change; asked again once nobody else has it."""
    found = Subscription.objects.select_for_update(of=("self",)).select_related("client")
    subscription = found.filter(pk=subscription_id).first()
    if subscription is None:
        raise NotVisible("not_found", "There is no such webhook that you can see.")
    access.read_again(by)
    selector.check(by, list(subscription.processes.all()))
    return subscription


def _checked(terms: Terms, by: User) -> list[Process]:
    """The processes of these terms, by code. Raises Invalid with the field that is wrong."""
    if not terms.name.strip():
        raise Invalid("name", "Give it a name.", "name")
    if wrong := webhook_addresses.wrong_url(terms.url, endpoints.allowed()):
        raise Invalid("url", wrong, "url")
    if not terms.types or terms.types - set(MessageType):
        raise Invalid("types", "Choose what it is told.", "types")
    if not terms.processes:
        raise Invalid("processes", "Choose at least one process.", "processes")
    found = list(Process.objects.filter(pk__in=terms.processes).select_related("client").order_by("code"))
    selector.check(by, found if len(found) == len(terms.processes) else [])
    if len({process.client_id for process in found}) > 1:
        raise Invalid(
            "several_clients", "A webhook tells of one client: choose processes of one of them.", "processes"
        )
    return found


def _endpoint(terms: Terms, processes: list[Process]) -> dict[str, Any]:
    return {
        "host": urlsplit(terms.url).netloc,
        "url_digest": sha256(terms.url.encode()).hexdigest(),
        "types": sorted(terms.types),
        "processes": [process.code for process in processes],
    }


def _record(
    subscription: Subscription, action: str, facts: Mapping[str, Any], by: User | Actor, at: datetime
) -> None:
    processes = list(subscription.processes.order_by("code"))
    recording.record(
        log=subscription.client.log_key,
        action=action,
        actor=by if isinstance(by, Actor) else actor(by, authority.role_on(by, processes[0])),
        target=Target("webhook", str(subscription.pk)),
        facts=facts,
        at=at,
        client=subscription.client.slug,
        process=processes[0].code if len(processes) == 1 else "",
    )
