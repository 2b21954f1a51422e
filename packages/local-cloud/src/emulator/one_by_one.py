"""Serializes requests, and executes each API call once. moto guarantees neither; AWS guarantees both."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

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
        self._answers: OrderedDict[str, tuple[str, list[tuple[str, str]], list[bytes]]] = OrderedDict()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        call = environ.get("HTTP_AMZ_SDK_INVOCATION_ID")
        changes = environ.get("REQUEST_METHOD") not in ("GET", "HEAD")
        with self._lock:
            status, headers, body = self._answers.get(call or "") or self._ask(environ)
            if call is not None and changes and status.startswith("2"):
                self._answers[call] = (status, headers, body)
                if len(self._answers) > REMEMBERED_CALLS:
                    self._answers.popitem(last=False)
        start_response(status, headers)
        return body

    def _ask(self, environ: Environ) -> tuple[str, list[tuple[str, str]], list[bytes]]:
        started: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], _: Any = None) -> None:
            started[:] = [status, headers]

        answer = self._application(environ, start)
        try:
            body = list(answer)
        finally:
            if hasattr(answer, "close"):
                answer.close()
        status, headers = started
        return status, headers, body
