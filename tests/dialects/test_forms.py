"""What a person types into a form becomes a value of the right type, or one sentence about what is wrong."""

from typing import Any

import pytest

from jobdash.model.errors import ConfigError
from jobdash.model.form import Field, FieldType, Form


@pytest.mark.parametrize(
    ("type", "text", "value"),
    [
        (FieldType.TEXT, "  a b ", "a b"),
        (FieldType.TEXT, "", None),
        (FieldType.INT, "-5", -5),
        (FieldType.NUMBER, "2.5", 2.5),
        (FieldType.NUMBER, "2", 2),
        (FieldType.BOOL, "Yes", True),
        (FieldType.BOOL, "off", False),
        (FieldType.PATH, "image/resize", "image/resize"),
        (FieldType.JSON, '{"a": [1]}', {"a": [1]}),
    ],
)
def test_typed_text_becomes_a_value(type: FieldType, text: str, value: Any) -> None:
    assert Field(name="f", type=type).read(text) == value


@pytest.mark.parametrize(
    ("type", "text"),
    [
        (FieldType.INT, "5.5"),
        (FieldType.INT, "five"),
        (FieldType.INT, "true"),
        (FieldType.NUMBER, "NaN"),
        (FieldType.NUMBER, "1e999"),
        (FieldType.BOOL, "maybe"),
        (FieldType.PATH, "../x"),
        (FieldType.PATH, "/x"),
        (FieldType.JSON, "[1]"),
        (FieldType.JSON, "{"),
        (FieldType.JSON, "[" * 100_000),
    ],
)
def test_wrong_text_is_told(type: FieldType, text: str) -> None:
    with pytest.raises(ConfigError, match=r"^f must be "):
        Field(name="f", type=type).read(text)


def test_defaults_choices_and_needs() -> None:
    size = Field(name="size", default="s", choices=("s", "m"))
    assert size.read("") == "s"
    with pytest.raises(ConfigError, match="size must be one of s, m"):
        size.read("xl")
    with pytest.raises(ConfigError, match="name is needed"):
        Field(name="name", required=True).read(" ")


def test_a_form_fills_in_what_is_left_out() -> None:
    form = Form(name="f", title="F", fields=(Field(name="a", default="x"), Field(name="b")))
    assert form.checked({}) == {"a": "x"}
    assert form.checked({"b": "y"}) == {"a": "x", "b": "y"}
    with pytest.raises(ConfigError, match="f has no field c"):
        form.checked({"c": 1})
