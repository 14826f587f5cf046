"""Text of strangers: nothing hidden, nothing obeyed, nothing else changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.plain import visible


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]8;;http://evil.example\x07link\x1b]8;;\x07", "link"),
        ("\x1b]0;title\x1b\\text", "text"),
        ("\x1b[2J\x1b[Hclear", "clear"),
        ("\x9b31mred", "red"),
        ("abc\u202edef", "abc⟨U+202E⟩def"),
        ("pass\u200bword", "pass⟨U+200B⟩word"),
        ("\u2066x\u2069", "⟨U+2066⟩x⟨U+2069⟩"),
        ("a\u200db", "a⟨U+200D⟩b"),
        ("\U000e0041\U000e0042", "⟨U+E0041⟩⟨U+E0042⟩"),
        ("\ufeffx", "⟨U+FEFF⟩x"),
        ("a\x00b\x7f", "a␀b␡"),
        ("a\x85b", "a⟨U+0085⟩b"),
        ("one\r\ntwo\tthree\n", "one\ntwo\tthree\n"),
        (
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        ),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("é\u200d\u200dé", "é⟨U+200D⟩⟨U+200D⟩é"),
        ("<script>alert(1)</script> naïve 漢字", "<script>alert(1)</script> naïve 漢字"),
    ],
)
def test_unseen_characters_are_seen(raw, shown):
    assert visible(raw) == shown


@given(
    st.text(
        alphabet=st.characters(categories=("L", "N", "P", "S"), exclude_characters="\u3164\u115f\u1160\uffa0")
    )
)
def test_letters_and_signs_stay_as_they_are(text):
    assert visible(text) == text


@given(st.text(alphabet=st.sampled_from("\x1b[]0;m\x07\x9b\u202ea\u200b\u200d\\8é")))
def test_nothing_that_a_terminal_obeys_is_left(text):
    assert not set(visible(text)) & set("\x1b\x07\x9b\u202e\u200b")
