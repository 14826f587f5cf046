"""Words: every language has every one, and nothing that the program can say is without."""

import re
from string import Formatter

import pytest

from components import text, theme
from data.grades import GRADES
from data.problems import NOTES, Code, Severity
from data.queries import labels, uncertainty
from data.schema import STATUSES, Mark
from data.statistics import epochs
from data.statistics.methods import Method
from data.viewstate import KEYS, OPTIONS

each_locale = pytest.mark.parametrize("locale", text.locales())


def keys(locale):
    return {(section, key) for section, words in text.words(locale).items() for key in words}


def fields(said):
    return sorted(name for _, name, _, _ in Formatter().parse(said) if name)


def test_english_is_there():
    assert text.USUAL in text.locales()


@each_locale
def test_every_language_has_the_same_words(locale):
    assert keys(locale) == keys("en")


@each_locale
def test_a_sentence_is_filled_with_the_same_values_in_every_language(locale):
    for section, key in keys("en"):
        assert fields(text.words(locale)[section][key]) == fields(text.words("en")[section][key]), (
            section,
            key,
        )


@each_locale
def test_no_word_is_empty(locale):
    assert [k for section, k in keys(locale) if not text.words(locale)[section][k].strip()] == []


@each_locale
@pytest.mark.parametrize("code", Code)
def test_every_problem_has_a_sentence_that_names_the_file(locale, code):
    said = text.say(locale, "problems", code, where="WHERE", detail="DETAIL")
    assert "WHERE" in said
    assert "{" not in said


@each_locale
def test_there_is_no_sentence_for_a_problem_that_no_longer_exists(locale):
    assert set(text.words(locale)["problems"]) == set(Code)


@pytest.mark.parametrize("code", Code)
def test_a_problem_is_an_error_or_a_remark(code):
    assert (code.severity is Severity.NOTE) == (code in NOTES)


@each_locale
def test_every_mark_and_severity_has_a_word_and_every_mark_a_sign(locale):
    for mark in Mark:
        assert text.say(locale, "marks", mark.name.lower())
        if mark is not Mark.VALUE:
            assert theme.MARK_SIGNS[mark.name.lower()]
            assert theme.MARK_SYMBOLS[mark.name.lower()]
    for severity in Severity:
        assert text.say(locale, "words", severity)


def test_signs_are_told_apart_without_colour():
    assert (
        len(set(theme.MARK_SIGNS.values())) == len(theme.MARK_SIGNS) == len(set(theme.MARK_SYMBOLS.values()))
    )


@each_locale
def test_every_way_to_end_without_success_is_explained(locale):
    for status in STATUSES[1:]:
        assert text.say(locale, "notices", f"status_{status}")
    for status in STATUSES:
        assert text.knows(locale, "options_statuses", status)


@each_locale
def test_every_notice_of_nothing_says_what_to_do(locale):
    notices = text.words(locale)["notices"]
    assert all(n.removesuffix("_do") in notices for n in notices if n.endswith("_do"))


@each_locale
def test_labels_are_of_fields_that_exist(locale):
    """A placeholder may be for one page: tasks_heatmap."""
    for section in ("controls", "control_help", "placeholders"):
        strange = {
            k for k in text.words(locale)[section] if k not in KEYS and k.rpartition("_")[0] not in KEYS
        }
        assert strange == set(), section


@each_locale
def test_words_for_options_are_of_options_that_exist(locale):
    counted = (*epochs.REDUCERS, *epochs.FAMILIES)
    options = {**OPTIONS, "reducer": counted, "sample_label": labels.TEXTS}
    for section in (s for s in text.words(locale) if s.startswith("options_")):
        field = max((f for f in options if section.startswith(f"options_{f}")), key=len)
        offered = {o or "usual" for o in options[field]}
        assert set(text.words(locale)[section]) <= offered, section


def test_what_has_no_word_is_called_what_it_is():
    assert text.name("en", "columns", "a new column") == "a new column"


def test_text_from_a_log_is_never_read_as_a_pattern():
    assert "{x}" in text.say("en", "problems", "bad_value", where="{x}", detail="{0}")


def test_every_grade_is_a_number_from_0_to_1():
    assert all(0 <= v <= 1 and re.fullmatch("[A-Z]", k) for k, v in GRADES.items())


@each_locale
def test_every_reducer_has_a_word_with_its_k(locale):
    words = {text.reducer(locale, name) for name in epochs.REDUCERS}
    assert len(words - set(epochs.REDUCERS)) == len(epochs.REDUCERS)
    for family in epochs.FAMILIES:
        assert "12" in text.reducer(locale, f"{family}_12")
        assert family not in text.reducer(locale, f"{family}_12")


@each_locale
def test_every_interval_of_a_score_has_a_word(locale):
    own = {
        Method.WILSON,
        Method.CLUSTERED_WILSON,
        Method.T,
        Method.CLUSTERED_T,
        Method.LOGGED,
        Method.CONSTANT,
        Method.BONETT_PRICE,
        Method.PAIRED_T,
        Method.PAIRED_CLUSTERED_T,
        uncertainty.COMBINED,
    }
    assert set(text.words(locale)["interval"]) == {str(m) for m in own}


def test_one_thing_is_not_called_several():
    assert text.counted("en", "sample", "more_calls", 1) == "1 more tool call"
    assert text.counted("en", "sample", "more_calls", 1234) == "1,234 more tool calls"
