"""Contracts: read, drafted clause by clause, signed by both parties."""

from django.urls import path

from contracts.views import contract_drafts, contract_signing, contracts

_ONE = "contracts/<uuid:contract_id>/"
_VERSION = _ONE + "versions/<int:number>/"

patterns = [
    path("agreements/<str:code>/contracts/", contracts.of_process, name="process_contracts"),
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
    path(_VERSION + "describe/", contract_drafts.describe, name="contract_describe"),
    path(_VERSION + "assess/", contract_drafts.assess, name="contract_assess"),
    path(_VERSION + "propose/", contract_signing.propose, name="contract_propose"),
    path(_VERSION + "sign/", contract_signing.sign, name="contract_sign"),
    path(_VERSION + "reject/", contract_signing.reject, name="contract_reject"),
]
