"""How a method of moto is put right."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

Method = Callable[..., Any]


def around(owner: type, method: str) -> Callable[[Method], Method]:
    """Puts the decorated function in the place of a method; it gets the original as its first argument.

    Refuses a method that does not exist, so that a newer moto cannot make a patch vanish unnoticed.
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

    Refuses one that exists, so that what a newer moto brings is used instead.
    """

    def put_in_place(method: Method) -> Method:
        if hasattr(owner, method.__name__):
            raise AttributeError(f"{owner.__name__} has {method.__name__} already")
        setattr(owner, method.__name__, method)
        return method

    return put_in_place
