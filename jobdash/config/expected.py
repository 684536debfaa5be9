"""What was expected of a value, in our words instead of pydantic's."""

from collections.abc import Mapping
from typing import Any

from pydantic_core import ErrorDetails

WORDS: Mapping[str, str] = {
    "missing": "is missing",
    "string_type": "a text is expected",
    "string_too_short": "a text that is not empty is expected",
    "string_too_long": "a text of at most {max_length} characters is expected",
    "string_pattern_mismatch": "a text like {pattern} is expected",
    "list_type": "a list is expected",
    "too_short": "at least one is expected",
    "dict_type": "a table is expected",
    "model_type": "a table is expected",
    "bool_type": "true or false is expected",
    "int_type": "a whole number is expected",
    "int_parsing": "a whole number is expected",
    "int_from_float": "a whole number is expected",
    "float_type": "a number is expected",
    "float_parsing": "a number is expected",
    "finite_number": "a number is expected",
    "greater_than": "more than {gt:g} is expected",
    "greater_than_equal": "at least {ge:g} is expected",
    "less_than": "less than {lt:g} is expected",
    "less_than_equal": "at most {le:g} is expected",
    "literal_error": "{expected} is expected",
    "enum": "{expected} is expected",
}
"""By pydantic's name of the mistake; its context fills the braces."""


def expected(error: ErrorDetails) -> str:
    """One clause, with a small letter at its beginning."""
    context: Mapping[str, Any] = error.get("ctx", {})
    if (words := WORDS.get(error["type"])) is not None:
        return words.format(**context)
    said = error["msg"].removeprefix("Value error, ")
    return said if error["type"] in ("value_error", "name_twice") else f"{said[:1].lower()}{said[1:]}"
