"""Writes a tree as the text of a query; reading it again gives the same tree."""

from jobdash.engine.query.tree import And, Node, Not, Or, Regex, Search, Term, Text, Value


def written(node: Node) -> str:
    """The query as a person would write it."""
    match node:
        case And(parts):
            return " ".join(f"({written(part)})" if isinstance(part, Or) else written(part) for part in parts)
        case Or(parts):
            return " or ".join(written(part) for part in parts)
        case Not(part):
            return f"-({written(part)})" if isinstance(part, And | Or) else f"-{written(part)}"
        case Term():
            return f"{node.field}{node.op}{','.join(_value(value) for value in node.values)}"
        case Search(value):
            return _value(value)


def quoted(text: str) -> str:
    """`text` in quotes, taken as it stands."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _value(value: Value) -> str:
    match value:
        case Regex(pattern):
            return f"/{pattern.replace('/', chr(92) + '/')}/"
        case Text(text):
            return quoted(text) if value.quoted else text
