"""What contracts from before AI do not say (L1, §3.2): fifteen clauses, each with the risk of its absence, what it must say,
a wording to begin with, and who looks after it.

`topic` says by which words a clause is known to speak of it: one of each group, in the same clause. A mark is something a strong
clause says, known by one of its patterns. Patterns are regular expressions over the text in lower case. The check reads
words, not meaning: it finds what is not there at all, and leaves the judgement to lawyers.
"""

from dataclasses import dataclass

from contracts.domain.contracting import RiskTag
from contracts.enums import Role

_SPAN = r"\b\d+\s+(?:business |working |calendar )?(?:minute|hour|day|week|month|year)s?\b"
_AI = r"\bai\b|artificial intelligence|machine learning|\bmodels?\b|algorithm"


@dataclass(frozen=True, slots=True)
class Mark:
    says: str
    pattern: str


@dataclass(frozen=True, slots=True)
class ClauseTemplate:
    id: str
    title: str
    risk: str
    tag: RiskTag
    owner: Role
    topic: tuple[str, ...]
    marks: tuple[Mark, ...]
    wording: str


TEMPLATES: tuple[ClauseTemplate, ...] = (
    ClauseTemplate(
        "ai_use",
        "Use of AI and permitted steps",
        "The provider may put AI anywhere, and nobody can say later where it was meant to be.",
        RiskTag.ASYMMETRY,
        Role.CLIENT_LEGAL,
        (r"\bai\b|artificial intelligence|machine learning", r"\bsteps?\b|permitted|may be used"),
        (
            Mark("the steps at which AI may be used", r"\bsteps?\b"),
            Mark("that it is used nowhere else", r"\bonly\b|no other|nowhere else|not be used"),
            Mark("that more needs the client’s consent", r"consent|agree[sd]?\b|in writing"),
        ),
        "The provider uses AI only at the steps listed in the appendix to this contract. Using it at another step, or for "
        "another purpose, needs the client’s consent in writing before it begins.",
    ),
    ClauseTemplate(
        "decision_categories",
        "Categories of decision and who decides finally",
        "When an output harms somebody, each party says that another one decided.",
        RiskTag.FINGER_POINTING,
        Role.CLIENT_OWNER,
        (r"categor(?:y|ies) of decision|decision categor|final decision|decides finally|takes the final",),
        (
            Mark("the categories of decision", r"categor"),
            Mark("who makes the final decision", r"final"),
            Mark(
                "that adverse decisions are made by people", r"adverse|irreversible|refusal|denial|denie[sd]"
            ),
        ),
        "Decisions fall into three categories: the AI decides and people monitor; the AI proposes and a person decides; people "
        "alone decide. Adverse or irreversible decisions always belong to the third. Who makes the final decision is named by "
        "category and value in the escalation matrix, which is part of this contract.",
    ),
    ClauseTemplate(
        "human_oversight",
        "Human oversight and its staffing",
        "Review exists on paper while one person approves hundreds of cases an hour.",
        RiskTag.VOLUME_INCENTIVE,
        Role.OPS_MANAGER,
        (r"oversight|review(?:ed|s|ers?)? by (?:a person|people)|human review", _AI),
        (
            Mark("how many people, or for how long", r"staff|headcount|enough people|number of reviewers"),
            Mark("that they are trained", r"train|competen|qualif"),
            Mark("that they may overrule and stop the AI", r"overrul|overrid|\bstop\b|halt"),
        ),
        "The provider staffs human oversight of the AI so that each reviewer has the time the work needs. Reviewers are trained "
        "for the step and its limits, are free to overrule the AI without disadvantage, and may stop it.",
    ),
    ClauseTemplate(
        "outcome_performance",
        "Performance measured by outcome",
        "Paying for hours and volume rewards speed over correctness.",
        RiskTag.VOLUME_INCENTIVE,
        Role.CLIENT_OWNER,
        (r"outcomes?\b|correctness|accuracy|error rate",),
        (
            Mark("a figure to reach", r"\d+(?:\.\d+)?\s*(?:%|per cent|percent)|target"),
            Mark("how it is measured", r"sampl|measured|\bqa\b"),
            Mark(
                "that hours and volume do not count instead",
                r"not (?:by|for|on) (?:the )?(?:hours|headcount|volume|tickets)",
            ),
        ),
        "Performance is measured by outcome, not by hours or volume: at least 97 per cent of sampled outputs are correct. A random "
        "sample of 5 to 10 per cent is scored by people who did not do the work.",
    ),
    ClauseTemplate(
        "change_notice",
        "Notice of changes to models, prompts and knowledge",
        "The AI begins to decide by other criteria and nobody who answers for it knows.",
        RiskTag.SILENT_CHANGE,
        Role.CLIENT_LEGAL,
        (r"models?\b|prompts?\b|knowledge base|algorithm", r"\bnotif|\bnotice|informs? the client|announce"),
        (
            Mark("that a new version or fine-tune counts", r"version|fine-tun"),
            Mark("that prompts and knowledge count", r"prompt|knowledge"),
            Mark("how long before", _SPAN),
            Mark("figures from before and after", r"evaluat|test results|before and after|regression"),
        ),
        "The provider, and through it the AI vendor, gives notice of every change to a model version, fine-tune, system prompt or "
        "knowledge base at least 30 days before a major and 10 business days before a minor change, with the results of its "
        "evaluation before and after. An emergency change is notified within 24 hours.",
    ),
    ClauseTemplate(
        "change_approval",
        "Approval, veto and rollback of changes",
        "Silence counts as consent, and there is no way back to what worked.",
        RiskTag.SILENT_CHANGE,
        Role.CLIENT_OWNER,
        (r"models?\b|prompts?\b|\bai\b", r"\bapprov|\bveto|\bobject(?:s|ion)?\b"),
        (
            Mark("that approval comes before the change", r"before|prior"),
            Mark("that silence is not consent", r"silence|deemed|no answer"),
            Mark("how to go back", r"roll(?:ed|s)?[ -]?back|earlier version|previous version"),
        ),
        "A change of the AI with high impact is deployed only with the client’s prior approval; silence is not consent. The client "
        "may veto it. The provider keeps the previous version ready and rolls back within 4 hours when the client asks.",
    ),
    ClauseTemplate(
        "liability",
        "Liability by the layer an error comes from",
        "Model, operation and instruction blame each other, and the damage stays where it fell.",
        RiskTag.FINGER_POINTING,
        Role.CLIENT_LEGAL,
        (r"\bliab|indemnif|\bbears?\b.*(?:loss|damage)", r"\bai\b|\bmodels?\b|layer|ai vendor"),
        (
            Mark(
                "the layers: model, operation, instruction",
                r"(?=.*model)(?=.*(?:operat|procedure))(?=.*instruction)",
            ),
            Mark("a cap", r"\bcap\b|capped|up to|limited to|at most|maximum"),
            Mark("an indemnity", r"indemnif|indemnity|holds? harmless"),
            Mark("the evidence it is decided by", r"evidence|root cause|logs?\b"),
        ),
        "Liability follows the layer an error comes from: a defect of the model falls to the AI vendor, an error of operation to the "
        "provider, an instruction, rule or datum of the client to the client. Mixed causes are shared as the appendix says after a "
        "joint root-cause analysis on the evidence of the logs. Liability is capped at the fees of 12 months; the liable party "
        "indemnifies the others against claims of third parties.",
    ),
    ClauseTemplate(
        "data_training",
        "Ownership of data and the ban on training",
        "The client’s data makes somebody else’s model better, and cannot be taken back.",
        RiskTag.DATA_LEAK,
        Role.CLIENT_DPO,
        (
            r"train(?:s|ing|ed)?\b[^.]{0,80}(?:models?\b|\bai\b|algorithm)|(?:models?\b|\bai\b|algorithm)[^.]{0,80}train",
        ),
        (
            Mark("who owns inputs and outputs", r"\bown(?:s|ed|ership)?\b|property"),
            Mark(
                "that nothing is used for training without consent",
                r"(?:\bno(?:ne|t|r)?\b|never|neither|without)[^.]{0,100}train|train[^.]{0,100}(?:prohibit|forbid|excluded|not)",
            ),
            Mark("that it holds for derived data and logs", r"derived|logs?\b|labels?\b"),
        ),
        "Inputs, outputs, derived data, logs and labels are owned by the client. None of them is used to train, tune or test a model "
        "of the provider, the AI vendor or anybody else without the client’s prior consent in writing.",
    ),
    ClauseTemplate(
        "flow_down",
        "Sub-processors, AI vendors and regions",
        "Duties end at the provider, and data ends up where it was never meant to be.",
        RiskTag.REGION_DRIFT,
        Role.CLIENT_DPO,
        (
            r"sub-?processor|sub-?contract|ai vendor",
            r"region|same (?:duties|terms|obligations)|flow|bound by|locat",
        ),
        (
            Mark(
                "that the same duties bind them",
                r"same (?:duties|terms|obligations)|passes? on|bound by|flow",
            ),
            Mark("the regions", r"region|countr(?:y|ies)|\beu\b|\bjapan\b"),
            Mark("that another one needs consent", r"consent|approv|object"),
        ),
        "Every AI vendor and sub-processor is named in the appendix and bound by the same duties as the provider. Data is processed "
        "only in the regions named there. Another sub-processor or region needs the client’s consent before it is used.",
    ),
    ClauseTemplate(
        "logs",
        "Records, their retention, and joint evidence",
        "Three parties keep three logs that cannot be laid side by side.",
        RiskTag.SPLIT_LOGS,
        Role.GOVERNANCE_LEAD,
        (r"\blogs?\b|\brecords?\b|audit trail", r"\bai\b|\bmodels?\b|output"),
        (
            Mark("what is recorded", r"(?=.*input)(?=.*output)|version|rule"),
            Mark("how long it is kept", _SPAN),
            Mark("who may read it", r"access|read by|available|on request|hand(?:s|ed) over"),
            Mark("that it serves all parties as evidence", r"evidence|tamper|shared id|one id"),
        ),
        "For every case the AI’s input and output, the model version, the rule applied and the human decision are recorded under one "
        "id that all parties share, protected against tampering, and kept for 3 years after the contract ends. Each party has access "
        "to the records as joint evidence.",
    ),
    ClauseTemplate(
        "ai_incident",
        "AI incidents: what they are, notice and cooperation",
        "Hours of delay at each party add up until the regulator’s deadline is gone.",
        RiskTag.NOTICE_DELAY,
        Role.GOVERNANCE_LEAD,
        (r"incident", _AI),
        (
            Mark("what counts as an AI incident", r"means|counts as|is any|includes"),
            Mark("the hours within which it is notified", _SPAN),
            Mark("that the parties work on the cause together", r"cooperat|root cause|jointly|together"),
        ),
        "An AI incident means any output, omission or change of the AI that harms a person, causes a loss or breaks a law. Whoever "
        "learns of it notifies the other parties within 24 hours of learning of it, counted once along the whole chain; the parties "
        "find the root cause together.",
    ),
    ClauseTemplate(
        "audit_rights",
        "Audit rights, including quality samples and prompts",
        "The client pays for controls it may not look at.",
        RiskTag.ASYMMETRY,
        Role.CLIENT_OWNER,
        (r"\baudit|\binspect", r"\bai\b|\bmodels?\b|prompt|sampl|\bqa\b"),
        (
            Mark("quality samples", r"sampl|\bqa\b|scorecard"),
            Mark("prompts, rules and configuration", r"prompt|configuration|\brules?\b"),
            Mark("when, or how often", _SPAN + r"|at any time|once a year|each year|annual"),
        ),
        "The client and its auditors may audit the AI at any time with 5 business days’ notice: quality samples with their scorecards, "
        "prompts, rules and configuration, and the attestations of the AI vendor.",
    ),
    ClauseTemplate(
        "fairness",
        "Fairness and explanations",
        "A group is treated worse for months, and nobody can say why to those who ask.",
        RiskTag.ASYMMETRY,
        Role.CLIENT_DPO,
        (r"\bfair|\bbias|discriminat|\bexpla(?:in|nation)",),
        (
            Mark("how fairness is measured", r"measur|ratio|test|audit"),
            Mark("that persons concerned get an explanation", r"\bexpla(?:in|nation)"),
            Mark("by when", _SPAN),
        ),
        "The provider tests the outcomes of the AI for fairness by group each quarter and reports a ratio below 0.8. For an adverse "
        "decision it gives the client, within 5 business days, what it needs to explain the decision to the person concerned in "
        "plain words.",
    ),
    ClauseTemplate(
        "halt",
        "Authority to halt, and going on without AI",
        "Everybody sees that it goes wrong, and nobody may stop it.",
        RiskTag.LOCK_IN,
        Role.CLIENT_OWNER,
        (r"\bhalt|kill switch|switch(?:ed)? off|suspend", _AI),
        (
            Mark("who may halt", r"\bmay\b|authori|entitled"),
            Mark("how quickly it takes effect", _SPAN + r"|at once|immediately|without delay"),
            Mark("how the work goes on by hand", r"by hand|manual|people"),
            Mark("who lets it begin again", r"resum|release|begin again|restart"),
        ),
        "The client and the provider may each halt the AI at once, as a whole or in part, without giving reasons beforehand. The "
        "provider goes on by hand at the volume the appendix names. A second person, and not who halted it, lets the AI begin again.",
    ),
    ClauseTemplate(
        "exit",
        "Exit: data, certificate and help with the transition",
        "Leaving costs more than staying, so a bad service is kept.",
        RiskTag.LOCK_IN,
        Role.CLIENT_LEGAL,
        (
            r"\bexit\b|terminat|(?:end|expiry) of (?:the|this) contract",
            r"\bdata\b|transition|hand(?:s|ed)? over",
        ),
        (
            Mark("the days within which data is returned and deleted", _SPAN),
            Mark("a certificate of deletion", r"certif"),
            Mark("help with the transition", r"transition|hand-?over|successor"),
        ),
        "On exit the provider returns all data, decisions, rules and records in an open format and deletes them, also at the AI "
        "vendor, within 30 days, with a certificate of deletion. It helps with the transition to a successor for 3 months.",
    ),
)
BY_ID = {template.id: template for template in TEMPLATES}
