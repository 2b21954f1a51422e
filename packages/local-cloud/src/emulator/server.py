"""moto's web application behind a threaded server on loopback."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from . import failing_launches
from .one_by_one import Application, Environ, OneByOne

LOOPBACK = "127.0.0.1"


class QuietHandler(WSGIRequestHandler):
    """Keeps connections open between requests (Terraform makes thousands), and logs no requests."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def controlled(application: Application, token: str) -> Application:
    """Handles the requests of `npm start` and of tests; AWS has no paths with their prefix."""

    def answer(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO")
        if path == "/_local-cloud/identity":
            # `--stop` must not kill another process that has the same id or port since.
            identity = {"pid": os.getpid(), "token": token}
            return Response(json.dumps(identity), mimetype="application/json")(environ, start_response)
        if path == "/_local-cloud/failing-launches":
            failing_launches.fail_next(**Request(environ).get_json(force=True))
            return Response(status=204)(environ, start_response)
        return application(environ, start_response)

    return answer


def listen(port: int, token: str, calls: Path | None = None) -> BaseWSGIServer:
    """Binds the port (0: any free one) and returns the server; raises OSError when the port is taken.

    ``calls`` is a file for what IAM would authorize.
    """
    application: Application = DomainDispatcherApplication(create_backend_app)
    if calls is not None:
        from .recorder.recorder import Recorder  # its data takes a second to load

        application = Recorder(application, calls)
    with socket.create_server((LOOPBACK, port)) as bound:
        return make_server(
            LOOPBACK,
            bound.getsockname()[1],
            controlled(OneByOne(application), token),
            threaded=True,
            request_handler=QuietHandler,
            fd=bound.fileno(),
        )
