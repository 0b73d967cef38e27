from audit.domain.envelope import Target
from audit.domain.ids import new_id
from audit.selectors import stories
from audit.services import logs, recording
from tests.audit.conftest import AT, entry


def _worlds():
    """One matter in two logs, another matter beside it."""
    logs.open_log(key="client-2", at=AT)
    matter, other = new_id(), new_id()
    return matter, recording.record_many(
        [
            entry(correlation_id=matter, facts={"verdict": "1"}),
            entry(correlation_id=other, target=Target("paper", "p-2")),
            entry(correlation_id=matter, log="client-2", facts={"verdict": "2"}),
            entry(correlation_id=matter, facts={"verdict": "3"}),
        ]
    )


def test_for_correlation_tells_one_matter_in_order(log):
    matter, recorded = _worlds()

    story = stories.for_correlation(logs={"client-1", "client-2"}, correlation_id=matter)

    assert [event.uid for event in story] == [recorded[index].uid for index in (0, 2, 3)]


def test_for_correlation_reads_only_the_logs_given(log):
    matter, recorded = _worlds()

    story = stories.for_correlation(logs=["client-1"], correlation_id=matter)

    assert [event.uid for event in story] == [recorded[0].uid, recorded[3].uid]


def test_stories_without_a_log_are_empty(log):
    matter, _ = _worlds()

    assert stories.for_correlation(logs=[], correlation_id=matter) == []
    assert stories.for_correlation(logs=["client-9"], correlation_id=matter) == []
    assert stories.for_object(logs=[], object_type="paper", object_id="p-1") == []


def test_for_object_tells_what_happened_to_one_thing(log):
    _, recorded = _worlds()

    story = stories.for_object(logs=["client-1", "client-2"], object_type="paper", object_id="p-1")

    assert [event.uid for event in story] == [recorded[index].uid for index in (0, 2, 3)]


def test_for_object_can_be_read_page_by_page(log):
    _, recorded = _worlds()
    place = {"logs": ["client-1", "client-2"], "object_type": "paper", "object_id": "p-1"}

    first = stories.for_object(**place, limit=2)
    second = stories.for_object(**place, after=first[-1].id, limit=2)

    assert [event.uid for event in first + second] == [recorded[index].uid for index in (0, 2, 3)]


def test_stories_ask_two_questions(log, django_assert_num_queries):
    matter, _ = _worlds()

    with django_assert_num_queries(2):
        stories.for_correlation(logs=["client-1"], correlation_id=matter)
