"""Something wrong with an input, as a value: it can be listed, counted and translated."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"
    """Something that the log should have given is not on screen because of it."""
    NOTE = "note"
    """All is shown, and a careful reader wants to know."""


class Code(StrEnum):
    """Each member has one sentence in every file of components/locales (a test checks)."""

    NO_LOCATION = "no_location"
    EMPTY_FOLDER = "empty_folder"
    UNKNOWN_FORMAT = "unknown_format"
    LOOKS_LIKE_A_LOG = "looks_like_a_log"
    WRONG_ENCODING = "wrong_encoding"
    WRONG_LETTERS = "wrong_letters"
    AMBIGUOUS_FORMAT = "ambiguous_format"
    UNREADABLE = "unreadable"
    NOT_PERMITTED = "not_permitted"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    TOO_COSTLY = "too_costly"
    NOT_YET = "not_yet"
    TOO_MANY_CELLS = "too_many_cells"
    CHANGED_WHILE_READ = "changed_while_read"
    CHANGED_SINCE = "changed_since"
    GONE = "gone"
    UNKNOWN_VERSION = "unknown_version"
    MISSING_FIELD = "missing_field"
    BAD_VALUE = "bad_value"
    UNKNOWN_GRADE = "unknown_grade"
    UNFINISHED = "unfinished"
    NO_SAMPLES = "no_samples"
    SOME_SAMPLES = "some_samples"
    EXTRA_DOCUMENTS = "extra_documents"
    UNASSIGNED_DETAILS = "unassigned_details"
    ORPHAN_DETAILS = "orphan_details"
    NO_SAMPLE_SCORE = "no_sample_score"
    DISAGREES = "disagrees"
    COPY = "copy"
    NOT_AN_EVALUATION = "not_an_evaluation"
    CACHE_UNUSABLE = "cache_unusable"
    TASK_UNUSABLE = "task_unusable"

    @property
    def severity(self) -> Severity:
        return Severity.NOTE if self in NOTES else Severity.ERROR


NOTES = frozenset(
    {
        Code.COPY,
        Code.CHANGED_SINCE,
        Code.UNFINISHED,
        Code.NO_SAMPLES,
        Code.SOME_SAMPLES,
        Code.EXTRA_DOCUMENTS,
        Code.ORPHAN_DETAILS,
        Code.NO_SAMPLE_SCORE,
        Code.DISAGREES,
        Code.NOT_AN_EVALUATION,
        Code.CACHE_UNUSABLE,
        Code.UNKNOWN_FORMAT,
    }
)


@dataclass(frozen=True, slots=True)
class Problem:
    code: Code
    detail: str = ""
    where: str = ""
    """The file. Stamped by ingest, not by readers: a cached reading must not remember a path."""
