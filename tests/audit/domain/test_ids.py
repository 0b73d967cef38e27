from uuid import UUID

from audit.domain.ids import new_id


def test_new_id_is_a_standard_uuid_of_version_7():
    made = new_id()

    assert type(made) is UUID
    assert made.version == 7


def test_new_id_sorts_by_the_order_of_making():
    made = [new_id() for _ in range(1000)]

    assert made == sorted(made)
    assert len(set(made)) == 1000
