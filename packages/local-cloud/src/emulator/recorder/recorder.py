"""Writes the requests of all calls, each once, with ids that do not change from run to run."""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from moto.core.request import Request

from ..one_by_one import Application, Environ
from .account import Account
from .authorization import EC2_IDS, requests
from .calls import decode


class Recorder:
    """Wraps the application. It must see one call after the other, each before its execution, because a call may create or remove
    what the authorization of another depends on."""

    def __init__(self, application: Application, file: Path) -> None:
        self._application = application
        self._lines: set[str] = set()
        self._file = file.open("w")

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        is_chunked = environ.get("wsgi.input_terminated", False)
        body = environ["wsgi.input"].read(*([] if is_chunked else [int(environ.get("CONTENT_LENGTH") or 0)]))
        for request in self._requests({**environ, "wsgi.input": io.BytesIO(body)}):
            line = json.dumps(request, sort_keys=True)
            if line not in self._lines:
                self._lines.add(line)
                self._file.write(f"{line}\n")
                self._file.flush()
        return self._application({**environ, "wsgi.input": io.BytesIO(body)}, start_response)

    def _requests(self, environ: Environ) -> list[dict[str, Any]]:
        request = Request(environ)
        caller = re.search(r"dev-one-(\w+)", request.headers.get("User-Agent", ""))
        if caller is None:
            return []
        who = {"role": caller[1]}
        try:
            call = decode(request)
            if call is None:
                return []
            account = Account(os.environ["MOTO_ACCOUNT_ID"], "us-east-1" if call.region == "aws-global" else call.region)
            return [
                {**who, **without_the_obvious({"call": call.name, **stable(each._asdict(), account)})}
                for each in requests(call, account)
            ]
        except Exception as error:  # the call is answered all the same, and the test reports the line
            return [{**who, "call": f"{request.method} {request.path}", "error": f"{type(error).__name__}: {error}"}]


# Ids that AWS makes, mostly in ARNs.
IDS = (
    (rf"\b({'|'.join(EC2_IDS)})-[0-9a-f]{{8,17}}\b", r"\1-0"),
    (r"\b(hostedzone|change)/[A-Z0-9]+", r"\1/0"),
    (r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "0"),
    (r"(:(?:loadbalancer|targetgroup|listener|listener-rule)/[\w/-]*?)(?:/[0-9a-f]{16})+", r"\1/0"),
    (r"\bprx(-tg)?-\w+", r"prx\1-0"),
    (r"(:secret:[\w/!-]+)-\w{6}\b", r"\1-0"),
    (r"\bdb-[A-Z0-9]{26}\b", "db-0"),
    # Of a version of a secret, which the AWS provider makes of the time.
    (r"\bterraform-[0-9a-f]{26}\b", "terraform-0"),
)


def without_the_obvious(request: dict[str, Any]) -> dict[str, Any]:
    """Leaves out an empty context, and the call where it has the name of the action."""
    obvious = {"context": {}, "call": request["action"]}
    return {key: value for key, value in request.items() if obvious.get(key) != value}


def stable(request: dict[str, Any], account: Account) -> dict[str, Any]:
    """The request with the alias of a key in place of its id, and zeros in place of every other id that AWS makes."""
    text = json.dumps(request)
    for key_id in re.findall(r":key/([0-9a-f-]{36})", text):
        text = text.replace(key_id, account.key_alias(key_id) or "new")
    for pattern, replacement in IDS:
        text = re.sub(pattern, replacement, text)
    result: dict[str, Any] = json.loads(text)
    return result
