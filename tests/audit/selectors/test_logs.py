from audit.models import Log
from audit.selectors import logs


def test_ids_finds_logs_by_their_keys_and_leaves_out_the_others(log):
    platform = Log.objects.get(key="platform")

    assert logs.ids({"client-1", "platform", "client-9"}) == {"client-1": log.id, "platform": platform.id}


def test_ids_of_nothing_asks_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert logs.ids([]) == {}
