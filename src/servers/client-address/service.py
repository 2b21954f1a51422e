"""The address that a client's requests come from, for allow lists of partners. See docs/services.md. Needs Python 3.9, and nothing else."""

import json
import os
import resource
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CONTACT = os.environ.get("CONTACT", "")
changed = threading.Condition()
answering = 0


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # nginx keeps connections for 75 s.
    timeout = 90

    def do_GET(self) -> None:
        global answering
        with changed:
            answering += 1
        try:
            self.answer(*self.response())
        finally:
            with changed:
                answering -= 1
                changed.notify()

    do_HEAD = do_GET

    def do_POST(self) -> None:
        # nginx sends the length, and limits it.
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.answer(405, "text/plain", "Only GET and HEAD are supported.\n")

    do_PUT = do_PATCH = do_DELETE = do_POST

    def response(self) -> "tuple[int, str, str]":
        path = self.path.split("?")[0]
        if path in ("/healthz", "/readyz"):
            return 200, "text/plain", "ok\n"
        if path != "/":
            return 404, "text/plain", "There is nothing here; the address of a client is at /.\n"
        # The load balancer appends the address of its client.
        address = self.headers.get("X-Forwarded-For", "").split(",")[-1].strip()
        server = {name.lower(): os.environ.get(name, "") for name in ("NAME", "ZONE", "SERVICE")}
        return 200, "application/json", json.dumps({"address": address, "contact": CONTACT, **server}) + "\n"

    def answer(self, status: int, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """nginx logs requests."""


class Server(ThreadingHTTPServer):
    request_queue_size = 65535
    daemon_threads = True

    def handle_error(self, *of: object) -> None:
        """A connection that nginx closes is no error."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(*of)


def main() -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    # Blocked in all threads, so that the main thread waits for it.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    server = Server(("127.0.0.1", int(os.environ["PORT"])), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    signal.sigwait({signal.SIGTERM})
    server.shutdown()
    server.server_close()
    with changed:
        changed.wait_for(lambda: answering == 0, timeout=20)


if __name__ == "__main__":
    main()
