"""``python -m emulator [--port N]``: serves the AWS API on loopback and prints one JSON line when it is ready."""

from __future__ import annotations

import argparse
import errno
import json
import os
import secrets
import signal
import sys

PORT_IN_USE = 98


def main() -> int:
    parser = argparse.ArgumentParser(prog="emulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 lets the system choose one")
    port: int = parser.parse_args().port
    signal.signal(signal.SIGTERM, signal.SIG_DFL)

    # moto reads its settings when it is imported, and importing the patches applies them.
    from emulator import settings

    settings.apply(os.environ)
    from emulator import moto_patches, parent_watchdog, server  # noqa: F401

    parent_watchdog.hold(sys.stdin)
    token = secrets.token_hex(16)
    try:
        listening = server.listen(port, token)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return PORT_IN_USE
        raise
    print(json.dumps({"port": listening.port, "pid": os.getpid(), "token": token}), flush=True)
    listening.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
