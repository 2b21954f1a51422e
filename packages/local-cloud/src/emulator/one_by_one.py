"""Serializes requests, and executes each API call once. moto guarantees neither; AWS guarantees both."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

from werkzeug.datastructures import Headers
from werkzeug.test import run_wsgi_app

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

# SDKs retry a call within seconds.
REMEMBERED_CALLS = 1000


class OneByOne:
    """Threads share moto's data without a lock. Serialized requests take no longer, because Python runs one thread at a time
    anyway.

    An SDK retries a call without a response under the same invocation id. On a busy machine, moto rejected such a retry as a
    duplicate of the first attempt. A retry of a successful call therefore returns the first response; a failed call is executed
    again.
    """

    def __init__(self, application: Application) -> None:
        self._application = application
        self._lock = Lock()
        self._answers: OrderedDict[str, tuple[Iterable[bytes], str, Headers]] = OrderedDict()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        call = environ.get("HTTP_AMZ_SDK_INVOCATION_ID")
        changes = environ.get("REQUEST_METHOD") not in ("GET", "HEAD")
        with self._lock:
            answer = self._answers.get(call or "") or run_wsgi_app(self._application, environ, buffered=True)
            body, status, headers = answer
            if call is not None and changes and status.startswith("2"):
                self._answers[call] = answer
                if len(self._answers) > REMEMBERED_CALLS:
                    self._answers.popitem(last=False)
        start_response(status, list(headers))
        return body
