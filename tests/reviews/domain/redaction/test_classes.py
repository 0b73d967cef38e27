"""Sensitive classes: words decide, in three languages."""

import pytest

from reviews.domain.redaction import detect_classes


@pytest.mark.parametrize(
    "_case, text, classes",
    [
        ("nothing", "Your parcel arrives on Monday. Kind regards", set()),
        ("an injury", "She has a whiplash injury.", {"health"}),
        ("an illness in German", "Nach der Operation im Krankenhaus", {"health"}),
        ("an illness in Japanese", "転んで怪我をしました", {"health"}),
        ("part of a word only", "The illustration skipped", set()),
        ("a compound with a hyphen", "anti-cancer", set()),
        ("a child by age", "aged 12 and alone", {"minor"}),
        ("a child by age in German", "der 15-jährige Fahrer", {"minor"}),
        ("a child by age in Japanese", "１６歳です", {"minor"}),
        ("an adult by age", "a 45 years old driver, aged 45", set()),
        ("a minor matter", "a minor scratch", set()),
        ("my son", "My son did it", {"minor"}),
        ("bank details", "new bank details", {"financial"}),
        ("a password", "Mein Passwort geht nicht", {"credentials"}),
        ("a lawyer", "I will sue you, says my lawyer", {"legal_threat"}),
        ("a lawyer in Japanese", "弁護士に相談します", {"legal_threat"}),
        ("a regulator and the press", "The ombudsman and the press", {"regulator", "press"}),
        ("pressing a button", "press the button", set()),
        ("a data request", "please delete my data", {"data_request"}),
        ("a fire", "the pump caught fire", {"safety"}),
    ],
)
def test_detect_classes_reads_words(_case, text, classes):
    assert detect_classes(text) == classes
