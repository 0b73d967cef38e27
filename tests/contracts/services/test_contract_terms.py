"""Terms of a contract: liability (L5), use of data (L6), citations (L10), and what the signature covers."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from audit.models import Event
from contracts.models import Citation, DataUseTerm, LiabilityTerm
from contracts.selectors import contracts as reading
from contracts.selectors import informal, terms
from contracts.services import attestations, citations, contract_drafts, contract_terms
from tests.factories import contracts as factory

WHOLE = {"client": Decimal(0), "provider": Decimal(0), "ai_vendor": Decimal(100)}


@pytest.fixture
def draft(desk, at):
    return factory.drafted(desk, at, clauses=factory.TERMS)


def liability(draft, desk, at, **changes):
    given = {
        "layer": "model_defect",
        "clause_id": factory.clause(draft, "9").pk,
        "shares": WHOLE,
        "responsible": "ai_vendor",
        "residual": "provider",
    }
    return contract_terms.set_liability(version_id=draft.pk, by=desk.legal, at=at, **(given | changes))


def data_use(draft, desk, at, **changes):
    given = {
        "data_type": "input",
        "clause_id": factory.clause(draft, "8").pk,
        "owner": "client",
        "training": "no",
        "exit_days": 30,
    }
    return contract_terms.set_data_use(version_id=draft.pk, by=desk.legal, at=at, **(given | changes))


class TestLiability:
    def test_it_answers_who_pays_once_it_is_in_force(self, desk, at):
        version = factory.with_terms(desk, at)

        term = terms.who_pays(desk.process, "client_instruction", at.date())

        assert (term.responsible, term.share_client, term.cap) == ("client", 10_000, Decimal("50000.00"))
        assert terms.cited(term) == "CT-T clause 9"
        assert term.version == version
        with pytest.raises(NotVisible):
            terms.who_pays(desk.process, "model_defect", at.date())

    def test_a_draft_answers_nothing(self, desk, at, draft):
        liability(draft, desk, at)

        assert terms.liability(desk.process, at.date()) == {}

    def test_said_again_it_takes_the_place_of_what_was_said(self, desk, at, draft):
        liability(draft, desk, at)
        liability(draft, desk, at, shares={"provider": Decimal(40), "ai_vendor": Decimal(60)})

        term = LiabilityTerm.objects.get(version=draft)
        assert (term.share_client, term.share_provider, term.share_ai_vendor) == (0, 4000, 6000)
        assert term.evidence[0].startswith("The error comes again")

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"shares": {"client": Decimal(60), "provider": Decimal(60)}}, "shares"),
            ({"shares": {"client": Decimal(-1), "provider": Decimal(101)}}, "share_client"),
            ({"shares": {}}, "shares"),
            ({"layer": "weather"}, "layer"),
            ({"clause_id": None}, "clause"),
            ({"responsible": "operator"}, "responsible"),
            ({"cap": Decimal(-1), "currency": "EUR"}, "cap"),
            ({"cap": Decimal(100)}, "currency"),
            ({"evidence": ["x" * 201]}, "evidence"),
        ],
    )
    def test_what_is_wrong_is_named_and_nothing_is_lost(self, desk, at, draft, changes, field):
        liability(draft, desk, at)

        with pytest.raises(Invalid) as refusal:
            liability(draft, desk, at, **changes)

        assert refusal.value.field == field
        assert LiabilityTerm.objects.get().share_ai_vendor == 10_000

    def test_the_database_knows_no_shares_that_do_not_make_the_whole(self, desk, at, draft):
        term = liability(draft, desk, at)

        with pytest.raises(IntegrityError), transaction.atomic():
            LiabilityTerm.objects.filter(pk=term.pk).update(share_client=1)


class TestDataUse:
    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"training": "yes"}, "scope"),
            ({"training": "maybe"}, "training"),
            ({"exit_days": -1}, "exit_days"),
            ({"exit_days": 366}, "exit_days"),
            ({"owner": "nobody"}, "owner"),
            ({"data_type": "dreams"}, "data_type"),
            ({"clause_id": None}, "clause"),
            ({"scope": "x" * 301}, "scope"),
        ],
    )
    def test_what_is_wrong_is_named(self, desk, at, draft, changes, field):
        with pytest.raises(Invalid) as refusal:
            data_use(draft, desk, at, **changes)

        assert refusal.value.field == field
        assert not DataUseTerm.objects.exists()

    def test_the_answer_cites_its_clause(self, desk, at):
        factory.with_terms(desk, at)

        found = terms.training(desk.process, at.date())

        assert found.allowed == "no"
        assert terms.cited(found.terms[0]) == "CT-T clause 8"

    def test_attestation_clause_and_setting_must_agree(self, world, desk, at):
        """A7."""
        factory.with_terms(desk, at)
        sentences = [one.sentence for one in terms.training(desk.process, at.date()).mismatches]
        assert len(sentences) == 1
        assert "attested nothing" in sentences[0]

        attestations.attest(
            process=desk.process,
            vendor=world.vendor,
            training="no",
            evidence="Letter of March",
            by=desk.vendor,
            at=at,
        )
        assert terms.training(desk.process, at.date()).mismatches == []

    def test_only_the_vendor_or_who_supervises_it_attests(self, world, desk, at):
        given = {
            "process": desk.process,
            "vendor": world.vendor,
            "training": "no",
            "evidence": "Letter",
            "at": at,
        }
        for role in ("owner", "legal", "ops", "reviewer"):
            with pytest.raises(NotAllowed):
                attestations.attest(by=desk.cast[role], **given)
        with pytest.raises(NotVisible):
            attestations.attest(by=world.south.vendor, **given)
        assert not Event.objects.filter(action="datause.attested").exists()
        attestations.attest(by=desk.infosec, **given)
        assert Event.objects.filter(action="datause.attested").count() == 1


class TestSignedTerms:
    def test_terms_belong_to_what_is_signed(self, desk, at, draft):
        before = reading.digest(draft)
        term = liability(draft, desk, at)
        between = reading.digest(draft)
        contract_terms.remove(version_id=draft.pk, what="liability", term_id=term.pk, by=desk.legal, at=at)

        assert before != between
        assert reading.digest(draft) == before

    def test_the_next_draft_begins_with_all_terms(self, desk, at):
        first = factory.with_terms(desk, at)

        second = contract_drafts.draft(contract_id=first.contract_id, by=desk.legal, at=at)

        told, again = reading.content(first), reading.content(reading.found(second.pk))
        assert told["liability"] == again["liability"] != []
        assert told["data_use"] == again["data_use"] != []
        assert told["agreed"] == again["agreed"] != []

    def test_what_is_in_force_is_not_edited(self, desk, at):
        version = factory.with_terms(desk, at)

        with pytest.raises(Conflict, match="Only a draft"):
            data_use(version, desk, at, training="yes", scope="Anything")

        assert terms.training(desk.process, at.date()).allowed == "no"

    def test_a_clause_that_a_term_cites_stays(self, desk, at, draft):
        liability(draft, desk, at)

        with pytest.raises(Conflict, match="liability term “Defect of the AI model”") as refusal:
            contract_drafts.remove_clause(
                version_id=draft.pk, clause_id=factory.clause(draft, "9").pk, by=desk.legal, at=at
            )

        assert refusal.value.field == "clause"
        assert "9" in reading.numbers(draft)

    def test_others_do_not_write_terms(self, desk, at, draft):
        with pytest.raises(NotAllowed):
            contract_terms.remove(
                version_id=draft.pk, what="liability", term_id=draft.pk, by=desk.owner, at=at
            )


class TestInformal:
    """L10."""

    def test_what_no_clause_says_is_informal(self, desk):
        parts = {part.label: part for part in informal.of(desk.process)}

        assert parts["Rows of the escalation matrix"].informal == 1
        assert informal.count([desk.process]) == sum(part.informal for part in parts.values()) > 1

    def test_a_link_makes_it_formal_and_holds_the_clause(self, desk, at):
        version = factory.in_force(desk, at)
        before = informal.count([desk.process])
        clause = factory.clause(version, "2.10")
        given = {
            "process": desk.process,
            "kind": "escalation",
            "reference": "*/any",
            "by": desk.legal,
            "at": at,
        }

        citations.cite(clause_id=clause.pk, **given)

        assert informal.count([desk.process]) == before - 1
        draft = contract_drafts.draft(contract_id=version.contract_id, by=desk.legal, at=at)
        with pytest.raises(Conflict, match="escalation"):
            contract_drafts.remove_clause(version_id=draft.pk, clause_id=clause.pk, by=desk.legal, at=at)
        citations.cite(clause_id=None, **given)
        assert informal.count([desk.process]) == before
        contract_drafts.remove_clause(version_id=draft.pk, clause_id=clause.pk, by=desk.legal, at=at)

    def test_only_clauses_in_force_on_the_process_can_be_cited(self, world, desk, at, draft):
        foreign = factory.in_force(world.south, at, code="CT-S")
        given = {
            "process": desk.process,
            "kind": "escalation",
            "reference": "*/any",
            "by": desk.legal,
            "at": at,
        }

        for clause in (factory.clause(draft, "9"), factory.clause(foreign, "1")):
            with pytest.raises(Invalid) as refusal:
                citations.cite(clause_id=clause.pk, **given)
            assert refusal.value.field == "clause"
        with pytest.raises(Invalid, match="no such thing"):
            citations.cite(clause_id=None, **(given | {"reference": "nowhere/any"}))
        assert not Citation.objects.exists()

    def test_only_who_drafts_contracts_links(self, desk, at):
        version = factory.in_force(desk, at)

        with pytest.raises(NotAllowed):
            citations.cite(
                process=desk.process,
                kind="escalation",
                reference="*/any",
                clause_id=factory.clause(version, "1").pk,
                by=desk.owner,
                at=at,
            )

        assert not Citation.objects.exists()
