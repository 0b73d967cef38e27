"""What each role may do, as data: the table of requirements §1.1 turned into codenames per protected object.

A codename is granted on one process (or on one queue of it), to a group, never to a person and never globally.
Whoever may see a process at all holds VIEW_PROCESS on it: its absence is what turns a refusal into a 404.
"""

from contracts.enums import Party, Role

VIEW_PROCESS = "view_process"
POST_INTERACTION = "post_interaction"
VIEW_CASES = "view_cases"
VIEW_STORY = "view_story"
REVEAL_PERSONAL = "reveal_personal"
DECIDE_ESCALATION = "decide_escalation"
PROPOSE_RULES = "propose_rules"
APPROVE_RULES = "approve_rules"
VIEW_SAMPLE = "view_sample"
EVALUATE_SAMPLE = "evaluate_sample"
MANAGE_SAMPLE = "manage_sample"
MANAGE_PROCESS = "manage_process"
VIEW_BOARD = "view_board"
MANAGE_WEBHOOKS = "manage_webhooks"
KEEP_RECORDS = "keep_records"
HALT_PROCESS = "halt_process"
GO_LIVE = "go_live"
LEAD_REVIEWERS = "lead_reviewers"
RECALL_OUTPUT = "recall_output"
TELL_CUSTOMERS = "tell_customers"
VIEW_CONTRACTS = "view_contracts"
DRAFT_CONTRACTS = "draft_contracts"
SIGN_CONTRACTS = "sign_contracts"
GRANT_AUTHORITY = "grant_authority"
FILE_CHANGES = "file_changes"
DECIDE_CHANGES = "decide_changes"
SUPERVISE_VENDORS = "supervise_vendors"

PROCESS_CODENAMES: dict[str, str] = {
    VIEW_PROCESS: "Can see the process, its rules and its agreement",
    POST_INTERACTION: "Can post interactions and read their own outcomes",
    VIEW_CASES: "Can see the cases of the process",
    VIEW_STORY: "Can see the whole story of an interaction",
    REVEAL_PERSONAL: "Can reveal personal data, giving a reason",
    DECIDE_ESCALATION: "Can own and decide escalations",
    PROPOSE_RULES: "Can draft and propose rules and the escalation matrix",
    APPROVE_RULES: "Can approve and roll back rules and the escalation matrix",
    VIEW_SAMPLE: "Can see QA samples",
    EVALUATE_SAMPLE: "Can score QA samples",
    MANAGE_SAMPLE: "Can set the sampling plan",
    MANAGE_PROCESS: "Can register models, documents and people of the process",
    VIEW_BOARD: "Can see the board",
    MANAGE_WEBHOOKS: "Can set up webhooks",
    KEEP_RECORDS: "Can set retention, place legal holds and erase personal data",
    HALT_PROCESS: "Can halt the process and release a halt of somebody else",
    GO_LIVE: "Can take the process live",
    LEAD_REVIEWERS: "Can see by name how attentively people review, and clear what was raised",
    RECALL_OUTPUT: "Can recall what went out, and say what takes its place",
    TELL_CUSTOMERS: "Can decide whether a customer is told that an output was wrong",
    VIEW_CONTRACTS: "Can read contracts, service levels, liability and data-use terms",
    DRAFT_CONTRACTS: "Can write contracts, the RACI and their terms",
    SIGN_CONTRACTS: "Can sign contracts, the RACI and service levels for the own party",
    GRANT_AUTHORITY: "Can grant and take back authority",
    FILE_CHANGES: "Can file notices of model changes",
    DECIDE_CHANGES: "Can approve, object to or veto model changes",
    SUPERVISE_VENDORS: "Can keep endpoints, certificates and the answers of vendors",
}

_OVERSIGHT = {VIEW_PROCESS, VIEW_CASES, VIEW_STORY, VIEW_BOARD}
_RULES = {PROPOSE_RULES, APPROVE_RULES}
_CONTRACTS = {VIEW_CONTRACTS, DRAFT_CONTRACTS}
_CHANGES = {FILE_CHANGES, DECIDE_CHANGES}

PROCESS_ROLES: dict[Role, frozenset[str]] = {
    Role.REVIEWER: frozenset({VIEW_PROCESS, VIEW_CASES, REVEAL_PERSONAL}),
    Role.SENIOR_REVIEWER: frozenset(
        {VIEW_PROCESS, VIEW_CASES, VIEW_STORY, REVEAL_PERSONAL, DECIDE_ESCALATION, RECALL_OUTPUT}
    ),
    Role.TEAM_LEAD: frozenset(
        {*_OVERSIGHT, REVEAL_PERSONAL, DECIDE_ESCALATION, LEAD_REVIEWERS, RECALL_OUTPUT}
    ),
    Role.OPS_MANAGER: frozenset(
        {
            *_OVERSIGHT,
            DECIDE_ESCALATION,
            MANAGE_PROCESS,
            MANAGE_WEBHOOKS,
            HALT_PROCESS,
            LEAD_REVIEWERS,
            VIEW_CONTRACTS,
            SIGN_CONTRACTS,
            *_CHANGES,
        }
    ),
    Role.QA_AUDITOR: frozenset({*_OVERSIGHT, VIEW_SAMPLE, EVALUATE_SAMPLE}),
    Role.GOVERNANCE_LEAD: frozenset(
        {
            *_OVERSIGHT,
            VIEW_SAMPLE,
            MANAGE_SAMPLE,
            MANAGE_PROCESS,
            DECIDE_ESCALATION,
            HALT_PROCESS,
            *_CONTRACTS,
            FILE_CHANGES,
            SUPERVISE_VENDORS,
        }
    ),
    Role.INFOSEC: frozenset({VIEW_PROCESS, VIEW_CONTRACTS, SUPERVISE_VENDORS}),
    Role.CLIENT_ADMIN: frozenset(
        {
            *_OVERSIGHT,
            *_RULES,
            VIEW_SAMPLE,
            DECIDE_ESCALATION,
            MANAGE_WEBHOOKS,
            HALT_PROCESS,
            TELL_CUSTOMERS,
            VIEW_CONTRACTS,
        }
    ),
    Role.CLIENT_OWNER: frozenset(
        {
            *_OVERSIGHT,
            *_RULES,
            VIEW_SAMPLE,
            DECIDE_ESCALATION,
            MANAGE_WEBHOOKS,
            HALT_PROCESS,
            GO_LIVE,
            RECALL_OUTPUT,
            TELL_CUSTOMERS,
            VIEW_CONTRACTS,
            SIGN_CONTRACTS,
            GRANT_AUTHORITY,
            DECIDE_CHANGES,
        }
    ),
    Role.CLIENT_LEGAL: frozenset({*_OVERSIGHT, KEEP_RECORDS, TELL_CUSTOMERS, *_CONTRACTS}),
    Role.CLIENT_DPO: frozenset({*_OVERSIGHT, REVEAL_PERSONAL, KEEP_RECORDS, TELL_CUSTOMERS, VIEW_CONTRACTS}),
    Role.CLIENT_VIEWER: frozenset({VIEW_PROCESS, VIEW_BOARD, VIEW_CONTRACTS}),
    Role.AI_VENDOR_REP: frozenset({VIEW_PROCESS, FILE_CHANGES}),
    Role.EXTERNAL_AUDITOR: frozenset({*_OVERSIGHT, VIEW_SAMPLE, VIEW_CONTRACTS}),
    Role.CONCERN_OFFICER: frozenset(),
    Role.PLATFORM_ADMIN: frozenset(),
    Role.AI_AGENT: frozenset({VIEW_PROCESS, POST_INTERACTION}),
}

# Which kind of organisation may hand out which role.
ROLE_PARTIES: dict[Role, frozenset[Party]] = {
    Role.REVIEWER: frozenset({Party.PROVIDER}),
    Role.SENIOR_REVIEWER: frozenset({Party.PROVIDER}),
    Role.TEAM_LEAD: frozenset({Party.PROVIDER}),
    Role.OPS_MANAGER: frozenset({Party.PROVIDER}),
    Role.QA_AUDITOR: frozenset({Party.PROVIDER, Party.OPERATOR}),
    Role.GOVERNANCE_LEAD: frozenset({Party.PROVIDER}),
    Role.INFOSEC: frozenset({Party.PROVIDER}),
    Role.CLIENT_ADMIN: frozenset({Party.CLIENT}),
    Role.CLIENT_OWNER: frozenset({Party.CLIENT}),
    Role.CLIENT_LEGAL: frozenset({Party.CLIENT}),
    Role.CLIENT_DPO: frozenset({Party.CLIENT}),
    Role.CLIENT_VIEWER: frozenset({Party.CLIENT}),
    Role.AI_VENDOR_REP: frozenset({Party.AI_VENDOR}),
    Role.EXTERNAL_AUDITOR: frozenset(Party),
    Role.CONCERN_OFFICER: frozenset({Party.PROVIDER}),
    Role.PLATFORM_ADMIN: frozenset({Party.OPERATOR}),
    Role.AI_AGENT: frozenset({Party.PROVIDER, Party.AI_VENDOR, Party.CLIENT}),
}
