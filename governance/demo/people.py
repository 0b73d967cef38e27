"""Who works in the demo world (requirements §6.3): every login, its roles, and what to try with it."""

from contracts.enums import Authority, Role
from governance.demo.specs import Agent, Person

AP, CLM, CS = "AP-INV", "CLM-TRI", "CS-REPLY"
PROVIDER = "meridian"
CEBU, HYDERABAD = ("Cebu", "Asia/Manila"), ("Hyderabad", "Asia/Kolkata")
ESSEN, DUBLIN, OSAKA = ("Essen", "Europe/Berlin"), ("Dublin", "Europe/Dublin"), ("Osaka", "Asia/Tokyo")


def _staff(
    login: str,
    name: str,
    site: tuple[str, str],
    hint: str,
    *roles: tuple[Role, tuple[str, ...]],
    lead: str = "",
    decides: tuple[str, ...] = (),
) -> Person:
    held = [(role, PROVIDER, processes) for role, processes in roles]
    authorities = [(Authority.DECISION, process) for process in decides]
    return Person(login, name, PROVIDER, *site, roles=held, hint=hint, lead=lead, authorities=authorities)


def _client(
    login: str,
    name: str,
    client: str,
    site: tuple[str, str],
    role: Role,
    process: str,
    hint: str,
    language: str = "en",
) -> Person:
    decides = role in {Role.CLIENT_OWNER, Role.CLIENT_ADMIN}
    return Person(
        login,
        name,
        client,
        *site,
        roles=[(role, client, ())],
        hint=hint,
        language=language,
        authorities=[(Authority.DECISION, process)] if decides else [],
    )


# Leads stand before their people, because an account names its lead.
PEOPLE: list[Person] = [
    _staff("arjun.mehta", "Arjun Mehta", HYDERABAD, "operations: level 2 of every escalation path, the board, halt and release", (Role.OPS_MANAGER, ()), decides=(AP, CLM, CS)),
    _staff("liza.santos", "Liza Santos", CEBU, "team lead: take on an escalation at level 1, work the senior queue", (Role.TEAM_LEAD, (AP, CLM, CS)), lead="arjun.mehta"),
    _staff("ana.reyes", "Ana Reyes", CEBU, "reviewer: Start reviewing; second review; reveal personal data", (Role.REVIEWER, (AP, CLM, CS)), lead="liza.santos"),
    _staff("ramon.cruz", "Ramon Cruz", CEBU, "reviewer who approves nearly everything within seconds", (Role.REVIEWER, (AP, CS)), lead="liza.santos"),
    _staff("divya.rao", "Divya Rao", HYDERABAD, "senior adjuster: injury claims and denials", (Role.SENIOR_REVIEWER, (CLM,)), lead="arjun.mehta"),
    _staff("kenji.sato", "Kenji Sato", CEBU, "senior reviewer of invoices and Japanese replies, deputy at level 1; reviewer of claims", (Role.SENIOR_REVIEWER, (AP, CS)), (Role.REVIEWER, (CLM,)), lead="liza.santos"),
    _staff("maria.lopez", "Maria Lopez", CEBU, "QA auditor: score today's sample", (Role.QA_AUDITOR, ())),
    _staff("tom.okafor", "Tom Okafor", HYDERABAD, "QA auditor", (Role.QA_AUDITOR, ())),
    _staff("priya.nair", "Priya Nair", HYDERABAD, "governance: contracts, RACI, service levels and data flows as drafts; sampling plan, procedures, the trail", (Role.GOVERNANCE_LEAD, ())),
    _staff("wei.tan", "Wei Tan", CEBU, "information security", (Role.INFOSEC, ())),
    _staff("helen.ward", "Helen Ward", HYDERABAD, "concern officer, independent of the line", (Role.CONCERN_OFFICER, ())),
    _client("katrin.vogt", "Katrin Vogt", "halvorsen", ESSEN, Role.CLIENT_OWNER, AP, "CFO: approve rules, final decision from €100,000 on"),
    _client("jonas.weber", "Jonas Weber", "halvorsen", ESSEN, Role.CLIENT_ADMIN, AP, "client administrator: change the threshold of AP-R1 and propose it"),
    _client("bernd.lang", "Bernd Lang", "halvorsen", ESSEN, Role.CLIENT_VIEWER, AP, "COO: the board, and what was agreed"),
    _client("elke.braun", "Elke Braun", "halvorsen", ESSEN, Role.CLIENT_DPO, AP, "data protection officer: reveal personal data with a reason, erase somebody on request"),
    _client("anja.keller", "Anja Keller", "halvorsen", ESSEN, Role.CLIENT_LEGAL, AP, "counsel: set a period, place a legal hold; only somebody else may lift it"),
    _client("sean.daly", "Sean Daly", "kestrel", DUBLIN, Role.CLIENT_OWNER, CLM, "claims director: final decision on every denial"),
    _client("aoife.byrne", "Aoife Byrne", "kestrel", DUBLIN, Role.CLIENT_ADMIN, CLM, "client administrator of Kestrel"),
    _client("ciara.nolan", "Ciara Nolan", "kestrel", DUBLIN, Role.CLIENT_VIEWER, CLM, "COO: the board, and what was agreed"),
    _client("niamh.kelly", "Niamh Kelly", "kestrel", DUBLIN, Role.CLIENT_DPO, CLM, "data protection officer of Kestrel"),
    _client("owen.flynn", "Owen Flynn", "kestrel", DUBLIN, Role.CLIENT_LEGAL, CLM, "counsel of Kestrel: periods and legal holds"),
    _client("hiro.tanaka", "Hiro Tanaka", "hanabi", OSAKA, Role.CLIENT_OWNER, CS, "head of customer experience: final decision from ¥50,000 on", "ja"),
    _client("yui.mori", "Yui Mori", "hanabi", OSAKA, Role.CLIENT_ADMIN, CS, "client administrator: any Halvorsen address is a 404 for her", "ja"),
    _client("mei.kobayashi", "Mei Kobayashi", "hanabi", OSAKA, Role.CLIENT_VIEWER, CS, "COO: the board, and what was agreed", "ja"),
    _client("aya.ono", "Aya Ono", "hanabi", OSAKA, Role.CLIENT_DPO, CS, "data protection officer of Hanabi", "ja"),
    _client("jun.hara", "Jun Hara", "hanabi", OSAKA, Role.CLIENT_LEGAL, CS, "counsel of Hanabi: periods and legal holds", "ja"),
    Person("sam.ortiz", "Sam Ortiz", "tallyworks", "Rotterdam", "Europe/Amsterdam", [(Role.AI_VENDOR_REP, "tallyworks", (AP,))], "AI vendor of Ledgerline: notices of model changes, the RACI, figures of its own models"),
    Person("nina.koch", "Nina Koch", "corvid", "Rotterdam", "Europe/Amsterdam", [(Role.AI_VENDOR_REP, "corvid", (CLM, CS))], "AI vendor of Triage-M and Scribe: notices, questionnaires, certificates"),
    Person(
        "l.peters", "Lena Peters", "peters-audit", "Dublin", "Europe/Dublin",
        [(Role.EXTERNAL_AUDITOR, "halvorsen", (AP,)), (Role.EXTERNAL_AUDITOR, "kestrel", (CLM,)), (Role.EXTERNAL_AUDITOR, "hanabi", (CS,))],
        "external auditor: the story of any interaction of all three clients",
    ),
]  # fmt: skip

AGENTS: list[Agent] = [
    Agent("svc-ledgerline", "Ledgerline", "tallyworks", AP),
    Agent("svc-triage", "Triage-M", "corvid", CLM),
    Agent("svc-scribe", "Scribe", "corvid", CS),
]
