"""Contracts: read, drafted clause by clause, signed by both parties."""

from django.urls import path

from contracts.api import contract_drafts as drafts_api
from contracts.api import contracts as api
from contracts.views import contract_drafts, contract_signing, contracts, terms

_ONE = "contracts/<uuid:contract_id>/"
_VERSION = _ONE + "versions/<int:number>/"
_API = "api/v1/contracts/<uuid:contract_id>"
_API_VERSION = _API + "/versions/<int:number>"

patterns = [
    path("agreements/<str:code>/contracts/", contracts.of_process, name="process_contracts"),
    path("agreements/<str:code>/contracts/cite/", terms.cite, name="clause_cite"),
    path("agreements/<str:code>/answers/", terms.answers, name="answers"),
    path("contracts/", contracts.contracts, name="contracts"),
    path("contracts/new/", contract_drafts.new, name="contract_new"),
    path(_ONE, contracts.contract, name="contract"),
    path(_ONE + "draft/", contract_drafts.draft, name="contract_draft"),
    path(_ONE + "terminate/", contract_signing.terminate, name="contract_terminate"),
    path(_VERSION, contracts.version, name="contract_version"),
    path(_VERSION + "changes/", contracts.changes, name="contract_changes"),
    path(_VERSION + "clauses/add/", contract_drafts.clause, name="contract_clause"),
    path(_VERSION + "clauses/reword/", contract_drafts.reword, name="contract_reword"),
    path(_VERSION + "clauses/remove/", contract_drafts.remove, name="contract_remove"),
    path(_VERSION + "clauses/adopt/", contract_drafts.adopt, name="contract_adopt"),
    path(_VERSION + "appendices/attach/", contract_drafts.attach, name="contract_attach"),
    path(_VERSION + "appendices/detach/", contract_drafts.detach, name="contract_detach"),
    path(_VERSION + "liability/set/", terms.liability, name="contract_liability"),
    path(_VERSION + "data-use/set/", terms.data_use, name="contract_data_use"),
    path(_VERSION + "terms/agree/", terms.agree, name="contract_agree"),
    path(_VERSION + "terms/drop/", terms.drop, name="contract_drop_term"),
    path(_VERSION + "describe/", contract_drafts.describe, name="contract_describe"),
    path(_VERSION + "assess/", contract_drafts.assess, name="contract_assess"),
    path(_VERSION + "propose/", contract_signing.propose, name="contract_propose"),
    path(_VERSION + "sign/", contract_signing.sign, name="contract_sign"),
    path(_VERSION + "reject/", contract_signing.reject, name="contract_reject"),
    path("api/v1/contracts", drafts_api.Contracts.as_view(), name="api_contracts"),
    path("api/v1/contracts/<uuid:contract_id>", api.OneContract.as_view(), name="api_contract"),
    path("api/v1/contracts/<uuid:contract_id>/gaps", api.Gaps.as_view(), name="api_contract_gaps"),
    path(f"{_API}/drafts", drafts_api.Drafts.as_view(), name="api_contract_drafts"),
    path(_API_VERSION, drafts_api.Described.as_view(), name="api_contract_version"),
    path(f"{_API_VERSION}/clauses", drafts_api.Clauses.as_view(), name="api_contract_clauses"),
    path(f"{_API_VERSION}/clauses/<uuid:clause_id>", drafts_api.Clause.as_view(), name="api_contract_clause"),
    path(f"{_API_VERSION}/appendices", drafts_api.Appendices.as_view(), name="api_contract_appendices"),
    path(
        f"{_API_VERSION}/appendices/<uuid:appendix_id>",
        drafts_api.Appendix.as_view(),
        name="api_contract_appendix",
    ),
    path(f"{_API_VERSION}/propose", drafts_api.Propose.as_view(), name="api_contract_propose"),
    path(f"{_API_VERSION}/send-back", drafts_api.SendBack.as_view(), name="api_contract_send_back"),
    path(f"{_API_VERSION}/sign", drafts_api.Sign.as_view(), name="api_contract_sign"),
    path("api/v1/liability/<str:code>", api.Liability.as_view(), name="api_liability"),
    path("api/v1/data-use/<str:code>", api.DataUse.as_view(), name="api_data_use"),
]
