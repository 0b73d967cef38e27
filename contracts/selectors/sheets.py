"""What the accountability sheet of a process says now, and the versions that were made of it (K10)."""

from datetime import datetime
from typing import Any

from audit.errors import NotVisible
from contracts import access
from contracts.domain import hours
from contracts.domain.final_decision import ANY_CATEGORY
from contracts.domain.money import threshold
from contracts.domain.raci import PARTIES, Letter, Task
from contracts.domain.roles import VIEW_CONTRACTS
from contracts.domain.stakeholders import Stake
from contracts.enums import Authority, Party
from contracts.models import AccountabilitySheet, Process, RaciMatrix, RaciRow, User
from contracts.selectors import accountability, calendars, finals, halt_rights, model_changes, raci

_REFUSAL = "The accountability sheet is read by those who read the contracts."
Section = dict[str, Any]


def process_of(user: User, code: str) -> Process:
    """The process whose sheet this person may read."""
    return access.process(user, code, VIEW_CONTRACTS, _REFUSAL)


def versions(process: Process) -> list[AccountabilitySheet]:
    """Every version that was made, the newest first."""
    return list(AccountabilitySheet.objects.filter(process=process).defer("content").order_by("-version"))


def latest(process: Process) -> AccountabilitySheet | None:
    return AccountabilitySheet.objects.filter(process=process).order_by("-version").first()


def version(process: Process, number: int) -> AccountabilitySheet:
    """A version by its number. Raises NotVisible."""
    found = AccountabilitySheet.objects.filter(process=process, version=number).first()
    if found is None:
        raise NotVisible("not_found", "There is no such sheet that you can see.")
    return found


def content(process: Process, at: datetime) -> list[Section]:
    """The roles, the RACI, the notices, the contacts, the final deciders, those who may halt, and who signed, of all three
    parties."""
    matrix = raci.in_force(process)
    return [
        _parties(process),
        _raci(matrix),
        _notices(process),
        _contacts(process),
        _finals(process),
        _halters(process, at),
        _authority(process, at),
        _ai_use(process),
        _signatures(matrix),
    ]


def _section(title: str, columns: list[str], rows: list[list[str]]) -> Section:
    return {"title": title, "columns": columns, "rows": rows}


def _parties(process: Process) -> Section:
    vendors = process.vendors.order_by("name").values_list("name", flat=True)
    rows = [
        [Party.CLIENT.label, process.client.name, "Buys the outcome and is accountable for it"],
        [Party.PROVIDER.label, process.provider.name, "Runs the team that reviews"],
        *([Party.AI_VENDOR.label, name, "Supplies the model"] for name in vendors),
    ]
    return _section("Parties", ["Party", "Name", "Role"], rows)


def _raci(matrix: RaciMatrix | None) -> Section:
    rows = [_raci_row(row) for row in raci.whole(matrix)] if matrix else []
    title = f"RACI, v{matrix.version}" if matrix else "RACI"
    return _section(title, ["Task", *(party.label for party in PARTIES)], rows)


def _raci_row(row: RaciRow) -> list[str]:
    told: dict[str, list[tuple[str, str]]] = {
        row.accountable_party: [(Letter.A, row.accountable_person.name)]
    }
    for part in row.parts.all():
        holder = part.person.name if part.person else part.role
        told.setdefault(part.party, []).append((part.letter, holder))
    order = [letter.value for letter in Letter]
    cells = [
        ", ".join(
            f"{letter} {holder}"
            for letter, holder in sorted(told.get(party, []), key=lambda one: order.index(one[0]))
        )
        for party in PARTIES
    ]
    return [Task(row.task).label, *cells]


def _notices(process: Process) -> Section:
    """Who is told of what: by the letters of the RACI, and by what was agreed about changes of the model."""
    rows = []
    for task, held in raci.letters(process).items():
        told = [party.label for party in PARTIES if Letter.I in held.get(party, frozenset())]
        if told:
            rows.append([task.label, ", ".join(told), "when it happens"])
    agreed = model_changes.terms(process)
    if agreed is not None:
        client = Party.CLIENT.label
        rows += [
            ["Major change of the model", client, f"{agreed.major_days} days before"],
            ["Minor change of the model", client, f"{agreed.minor_days} business days before"],
            ["Change of configuration", client, f"{agreed.config_days} business days before"],
            ["Retirement of the model", client, f"{agreed.retirement_days} days before"],
            ["Emergency change", client, f"within {agreed.emergency_hours} hours after it"],
        ]
    return _section("Who is told", ["Of what", "Who", "When"], rows)


def _contacts(process: Process) -> Section:
    rows = [
        [
            Stake(one.category).label,
            one.person.name,
            one.deputy.name if one.deputy else "–",
            one.contact,
            one.duty,
        ]
        for one in accountability.stakeholders(process)
    ]
    return _section("Contacts", ["Stands for", "Person", "Deputy", "Contact", "Duty"], rows)


def _finals(process: Process) -> Section:
    rows = []
    for rule in (
        finals.in_force(process).select_related("person", "deputy").order_by("category", "min_value", "pk")
    ):
        matter = (
            "Everything" if rule.category == ANY_CATEGORY else rule.category.replace("_", " ").capitalize()
        )
        if rule.min_value is not None:
            matter = f"{matter} from {threshold(rule.min_value, process.currency)}"
        deputy = rule.deputy.name if rule.deputy else "–"
        rows.append([matter, Party(rule.party).label, rule.person.name, deputy])
    return _section("Who makes the final decision", ["On", "Party", "Person", "Deputy"], rows)


def _halters(process: Process, at: datetime) -> Section:
    rows = [
        [
            grant.user.name,
            hours.in_words(calendars.terms(grant.calendar)) if grant.calendar else "Around the clock",
        ]
        for grant in halt_rights.grants_of(process, at)
    ]
    return _section("Who may halt the AI", ["Person", "On call"], rows)


def _authority(process: Process, at: datetime) -> Section:
    holding, _over = accountability.grants(process, at)
    rows = [
        [
            one.user.name,
            Authority(one.kind).label,
            f"{one.valid_from:%Y-%m-%d}",
            f"{one.valid_until:%Y-%m-%d}" if one.valid_until else "–",
            one.evidence,
        ]
        for one in holding
    ]
    return _section("Authority", ["Person", "Authority", "From", "Until", "Evidence"], rows)


def _ai_use(process: Process) -> Section:
    rows = [
        [
            use.step.name,
            use.decision.decided_by.name if use.decision else "Nobody has decided",
            f"{use.decision.decided_at:%Y-%m-%d}" if use.decision else "–",
            use.decision.authority if use.decision else "–",
        ]
        for use in accountability.ai_uses(process)
    ]
    return _section("Who decided to use AI", ["Step", "Person", "On", "By what authority"], rows)


def _signatures(matrix: RaciMatrix | None) -> Section:
    """Who signed the RACI, for which party and when: the fingerprint of the sheet covers them."""
    rows = [
        [Party(one.party).label, one.signed_by.name, f"{one.signed_at:%Y-%m-%d %H:%M} UTC", one.digest]
        for one in (raci.signatures(matrix) if matrix else [])
    ]
    title = f"Signed, RACI v{matrix.version}" if matrix else "Signed"
    return _section(title, ["Party", "Person", "At", "Fingerprint of what was signed"], rows)
