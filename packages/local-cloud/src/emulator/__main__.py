"""``python -m emulator [--port N] [--calls FILE]``: serves the AWS API on loopback and prints one JSON line when it is ready."""

from __future__ import annotations

import argparse
import errno
import json
import os
import secrets
import signal
import sys
import threading
from pathlib import Path

from emulator import moto_patches, server  # noqa: F401

PORT_IN_USE = 98


def exit_with_parent() -> None:
    """Exits when the pipe from the parent closes and the parent did not write `release` before.

    The kernel closes the pipe also when the parent is killed, on every platform. A parent that leaves the emulator running (``npm
    start -- --keep``) writes `release` first.
    """
    for line in sys.stdin:
        if line.strip() == "release":
            return
    os._exit(0)


def main() -> int:
    parser = argparse.ArgumentParser(prog="emulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 lets the system choose one")
    parser.add_argument("--calls", type=Path, help="file for what IAM would authorize: one JSON object a line")
    arguments = parser.parse_args()
    port: int = arguments.port
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=exit_with_parent, daemon=True).start()
    token = secrets.token_hex(16)
    try:
        listening = server.listen(port, token, arguments.calls)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return PORT_IN_USE
        raise
    print(json.dumps({"port": listening.port, "pid": os.getpid(), "token": token}), flush=True)
    listening.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
