from uuid import UUID

from reviews.presenters import onward
from reviews.presenters.onward import Link

PK = UUID("0192f0c1-0000-7000-8000-000000000001")


def test_a_page_leads_on_to_what_registered_for_it(monkeypatch):
    monkeypatch.setattr(onward, "_links", {})

    def link(about: UUID) -> Link:
        return Link("Onward", f"/{about}/")

    onward.register("case", link)
    onward.register("case", link)

    assert onward.links("case", PK) == [Link("Onward", f"/{PK}/")]
    assert onward.links("queue", PK) == []
