"""moto's web application behind a threaded server on loopback."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterable
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from .failing_launches import controlled
from .one_by_one import Application, Environ, OneByOne

LOOPBACK = "127.0.0.1"
IDENTITY_PATH = "/_local-cloud/identity"


class QuietHandler(WSGIRequestHandler):
    """Keeps connections open between requests (Terraform makes thousands), and logs no requests."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def identified(application: Application, token: str) -> Application:
    """Returns the identity of this process, so that `--stop` does not kill another process that has the same id or port since."""

    def answer(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != IDENTITY_PATH:
            return application(environ, start_response)
        body = json.dumps({"pid": os.getpid(), "token": token}).encode()
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    return answer


def listen(port: int, token: str) -> BaseWSGIServer:
    """Binds the port (0: any free one) and returns the server; raises OSError when the port is taken."""
    with socket.create_server((LOOPBACK, port)) as bound:
        application = identified(controlled(OneByOne(DomainDispatcherApplication(create_backend_app))), token)
        return make_server(
            LOOPBACK,
            bound.getsockname()[1],
            application,
            threaded=True,
            request_handler=QuietHandler,
            fd=bound.fileno(),
        )
