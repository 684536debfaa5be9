"""A form as text: what each field takes, what is wrong with it, and the request that would be sent."""

import json
from typing import Any, Final

from jobdash.model.form import EXPECTED, Field, FieldType
from jobdash.tui.presentation.safe import fit, lines_of, one_line
from jobdash.tui.presentation.spans import Line, Span

BODY_LINES: Final = 8


def label(field: Field, width: int) -> Line:
    """The name of a field; one that is needed says so."""
    return (Span(fit(one_line(field.name), width - 2), "bold" if field.required else ""), Span(" *", "alert"))[
        : 2 if field.required else 1
    ]


def hint(field: Field) -> str:
    """What may be written into it, for the empty field."""
    parts = [", ".join(field.choices) if field.choices else EXPECTED[field.type]]
    if field.type is FieldType.TEXT and not field.choices:
        parts = []
    if field.help:
        parts.insert(0, field.help)
    if field.default is not None:
        parts.append(f"without it {plain(field.default)}")
    return one_line("; ".join(parts))


def plain(value: Any) -> str:
    """A value as a person would type it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def request_lines(preview: tuple[str, Any] | None, width: int) -> list[Line]:
    """The request line and its body, as the person has typed it."""
    if preview is None:
        return [(Span("what will be sent cannot be shown for this kind of server", "quiet"),)]
    request, body = preview
    lines: list[Line] = [(Span(fit(one_line(request), width), "bold"),)]
    if body is not None:
        text = json.dumps(body, ensure_ascii=False, indent=2)
        shown = lines_of(text, BODY_LINES + 1)
        lines += [(Span(fit(line, width), "quiet"),) for line in shown[:BODY_LINES]]
        if len(shown) > BODY_LINES:
            lines.append((Span("  …", "quiet"),))
    return lines
