"""What the forms of simulations say is said in the reader's language."""

import pytest
from django.utils.functional import Promise

from reviews.forms.periods import PeriodForm
from reviews.forms.simulations import FileForm


@pytest.mark.parametrize("form", [PeriodForm, FileForm])
def test_labels_and_hints_can_be_translated(form):
    fields = form().fields.values()
    said = [field.label for field in fields] + [field.help_text for field in fields if field.help_text]

    assert all(isinstance(text, Promise) for text in said)
    assert len(said) > len(fields)


def test_an_empty_file_is_told_in_words_that_can_be_translated():
    assert isinstance(FileForm().fields["file"].error_messages["empty"], Promise)
