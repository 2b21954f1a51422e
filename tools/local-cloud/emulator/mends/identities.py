"""IAM."""

from __future__ import annotations

from threading import Lock
from typing import Any

from flask import has_request_context, request
from moto.iam.models import IAMBackend

from .mend import Mend, around

# What each call made, by account and the id that the SDK gives to a call and to its repetitions.
_made: dict[tuple[str, str], Any] = {}
_lock = Lock()


def once(original: Mend, backend: IAMBackend, *args: Any, **kwargs: Any) -> Any:
    """An SDK repeats a call whose answer it did not get. On a busy machine one was seen to be refused as the double of
    itself: moto had made the policy, and its answer was lost or an error. AWS makes and answers as one, so here a
    repetition of the very same call gets what that call has made."""
    invocation = request.headers.get("amz-sdk-invocation-id") if has_request_context() else None
    if invocation is None:
        return original(*args, **kwargs)
    key = (backend.account_id, invocation)
    with _lock:
        if key not in _made:
            _made[key] = original(*args, **kwargs)
        return _made[key]


for _method in ("create_policy", "create_role", "create_open_id_connect_provider"):
    around(IAMBackend, _method)(once)
