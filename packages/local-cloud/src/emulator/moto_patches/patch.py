"""Decorators that patch methods of moto."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

Method = Callable[..., Any]


def around(owner: type, method: str) -> Callable[[Method], Method]:
    """Replaces a method with the decorated function, which receives the original as its first argument.

    Fails for a method that does not exist, so that a patch does not become ineffective unnoticed with a newer moto.
    """
    original = getattr(owner, method)

    def put_in_place(patch: Method) -> Method:
        @functools.wraps(original)
        def patched(self: Any, *args: Any, **kwargs: Any) -> Any:
            return patch(functools.partial(original, self), self, *args, **kwargs)

        setattr(owner, method, patched)
        return patch

    return put_in_place


def added_to(owner: type) -> Callable[[Method], Method]:
    """Adds the decorated function as a method that moto does not have.

    Fails for a method that exists, so that the implementation of a newer moto is used instead.
    """

    def put_in_place(method: Method) -> Method:
        if hasattr(owner, method.__name__):
            raise AttributeError(f"{owner.__name__} has {method.__name__} already")
        setattr(owner, method.__name__, method)
        return method

    return put_in_place
