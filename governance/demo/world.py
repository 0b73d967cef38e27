"""The demo world as it stands on an ordinary morning: parties, people, agreements, rules — all made by the services."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from audit.errors import Conflict
from audit.services import origins
from contracts.enums import Party, Role, UserKind
from contracts.models import (
    BusinessCalendar,
    Organisation,
    Process,
    User,
)
from contracts.services import (
    agreements,
    api_keys,
    memberships,
    parties,
    people,
    processes,
    rates,
)
from governance.demo import (
    agreeing,
    changes,
    contracts,
    control_library,
    functions,
    halvorsen,
    hanabi,
    keeping,
    kestrel,
    places,
    service_levels,
    supplying,
)
from governance.demo.clock import AGE
from governance.demo.parts import Parts
from governance.demo.people import AGENTS, PEOPLE, PROVIDER
from governance.demo.specs import Client
from reviews.enums import QueueKind
from reviews.services import queues, vigilance

ORIGIN = "demo"
CLIENTS = {spec.process: spec for spec in (halvorsen.CLIENT, kestrel.CLIENT, hanabi.CLIENT)}
RATES_BACK = timedelta(days=130)
_PARTIES = [
    (Party.PROVIDER, PROVIDER, "Meridian Bridge Services", "PH"),
    (Party.AI_VENDOR, "tallyworks", "Tallyworks AI", "NL"),
    (Party.AI_VENDOR, "corvid", "Corvid Language Systems", "NL"),
    (Party.OPERATOR, "peters-audit", "Peters & Partner Audit", "IE"),
]
# Divya has not read yet what is measured of reviewers: her lead sees that, and no figure of hers.
NOTED = ("ana.reyes", "ramon.cruz", "kenji.sato", "liza.santos")
_QUEUES = {QueueKind.REVIEW: "Review", QueueKind.SENIOR: "Senior", QueueKind.CLIENT: "Client"}


@dataclass(frozen=True)
class World:
    """The demo world as the rest of the seeding needs it."""

    now: datetime
    processes: dict[str, Process]
    people: dict[str, User]
    secrets: dict[str, str]


def find() -> World | None:
    """The demo world of this database, with the moment at which it was seeded; None where there is none."""
    provider = Organisation.objects.filter(slug=PROVIDER).first()
    found = {
        process.code: process for process in Process.objects.select_related("client").filter(code__in=CLIENTS)
    }
    if provider is None or len(found) < len(CLIENTS):
        return None
    logins = [person.login for person in PEOPLE] + [agent.login for agent in AGENTS]
    users = {
        user.username: user
        for user in User.objects.select_related("organisation").filter(username__in=logins)
    }
    return World(provider.created_at + AGE, found, users, {})


def build(*, now: datetime, password: str, seed: int) -> World:
    """Make the world in one transaction, as of 400 days before `now`. Raises Conflict beside somebody else's data."""
    if Organisation.objects.exists():
        raise Conflict(
            "not_empty", "The demo world is made in an empty database; this one has organisations already."
        )
    with transaction.atomic(), origins.writing(origin=ORIGIN, quiet=True):
        return _Builder(now, password, seed).build()


class _Builder:
    """Makes the parts of the world in the order in which they need each other."""

    def __init__(self, now: datetime, password: str, seed: int) -> None:
        self.now, self.password, self.seed = now, password, seed
        self.born = now - AGE
        self.organisations: dict[str, Organisation] = {}
        self.users: dict[str, User] = {}
        self.calendars: dict[str, BusinessCalendar] = {}
        self.processes: dict[str, Process] = {}
        self.secrets: dict[str, str] = {}

    def build(self) -> World:
        self._parties()
        self._places()
        self._accounts()
        for spec in CLIENTS.values():
            self._define(spec)
        self._memberships()
        parts = Parts(self.now, self.born, self.organisations, self.users, self.calendars, self.processes)
        agreeing.publish_governance(parts)
        for spec in CLIENTS.values():
            agreeing.agree(parts, spec)
        keeping.agree(parts)
        control_library.agree(parts)
        self._notices()
        for spec in CLIENTS.values():
            agreeing.go_live(parts, spec)
        agreeing.try_claims(parts)
        changes.agree(parts)
        for spec in CLIENTS.values():
            functions.agree(parts, spec)
        contracts.link(parts)
        service_levels.draft_cost_only(parts)
        supplying.supply(parts, list(CLIENTS.values()))
        self._keys()
        found = find()
        assert found is not None  # noqa: S101 — it was made just now
        return World(self.now, found.processes, found.people, self.secrets)

    def _notices(self) -> None:
        """Who reviews took note of what is measured, long before the history begins."""
        for login in NOTED:
            vigilance.acknowledge(by=self.users[login], at=self.born + timedelta(days=51))

    def _parties(self) -> None:
        every = [
            *_PARTIES,
            *((Party.CLIENT, spec.slug, spec.name, spec.country) for spec in CLIENTS.values()),
        ]
        for kind, slug, name, country in every:
            self.organisations[slug] = parties.add(
                kind=kind, slug=slug, name=name, country=country, by=None, at=self.born
            )

    def _places(self) -> None:
        for site in places.SITES:
            self.calendars[site.name] = agreements.define_calendar(
                name=site.name,
                time_zone=site.zone,
                hours=site.hours(),
                country=site.country,
                by=None,
                at=self.born,
            )
        today = self.now.date()
        rows = places.rates(today - RATES_BACK, today, self.seed)
        rates.import_rates(rows=rows, source="demo rates", by=None, at=datetime.combine(today, time(0), UTC))

    def _accounts(self) -> None:
        # One password for all, so one hash: two dozen slow hashes would tell nobody anything.
        hashed = make_password(self.password)
        for person in PEOPLE:
            self.users[person.login] = people.add(
                username=person.login,
                name=person.name,
                organisation=self.organisations[person.organisation],
                email=f"{person.login}@{person.organisation}.example",
                password_hash=hashed,
                time_zone=person.zone,
                place=person.place,
                language=person.language,
                lead=self.users.get(person.lead),
                by=None,
                at=self.born,
            )
        for agent in AGENTS:
            self.users[agent.login] = people.add(
                username=agent.login,
                name=agent.name,
                organisation=self.organisations[agent.vendor],
                kind=UserKind.AGENT,
                by=None,
                at=self.born,
            )

    def _define(self, spec: Client) -> None:
        process = processes.define(
            code=spec.process,
            name=spec.process_name,
            client=self.organisations[spec.slug],
            provider=self.organisations[PROVIDER],
            vendors=[self.organisations[spec.model.vendor]],
            currency=spec.currency,
            time_zone=spec.zone,
            review_minutes=spec.review_minutes,
            calendar=self.calendars[spec.calendar],
            purpose=spec.purpose,
            legal_basis=spec.legal_basis,
            regions=spec.regions,
            fields=spec.fields,
            intake=spec.intake,
            by=None,
            at=self.born,
        )
        self.processes[spec.process] = process
        for kind, name in _QUEUES.items():
            queues.open_queue(
                process=process, kind=kind, name=f"{name} {spec.process}", by=None, at=self.born
            )

    def _memberships(self) -> None:
        for person in PEOPLE:
            user = self.users[person.login]
            for role, slug, codes in person.roles:
                until = self.now + timedelta(days=90) if role == Role.EXTERNAL_AUDITOR else None
                for code in codes or ("",):
                    memberships.grant(
                        user=user,
                        organisation=self.organisations[slug],
                        role=role,
                        process=self.processes.get(code),
                        until=until,
                        by=None,
                        at=self.born,
                    )
            for kind, code in person.authorities:
                memberships.grant_authority(
                    user=user,
                    process=self.processes[code],
                    kind=kind,
                    evidence="Mandate of the board, annex A of the service agreement",
                    by=None,
                    at=self.born,
                )
        for agent in AGENTS:
            memberships.grant(
                user=self.users[agent.login],
                organisation=self.organisations[agent.vendor],
                role=Role.AI_AGENT,
                process=self.processes[agent.process],
                by=None,
                at=self.born,
            )

    def _keys(self) -> None:
        for agent in AGENTS:
            _, secret = api_keys.issue(
                user=self.users[agent.login],
                label="demo",
                processes=[self.processes[agent.process]],
                by=self.users["wei.tan"],
                at=self.now,
            )
            self.secrets[agent.login] = secret
