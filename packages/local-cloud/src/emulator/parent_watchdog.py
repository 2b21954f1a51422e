"""Exits when the parent process has ended for any reason."""

from __future__ import annotations

import os
import threading
from typing import IO

RELEASE = "release"


def hold(stream: IO[str]) -> threading.Thread:
    """Watches the pipe from the parent: when it closes and the parent did not write `release` before, this process exits.

    The kernel closes the pipe also when the parent is killed, on every platform. A parent that leaves the emulator running (``npm
    start -- --keep``) writes `release` first.
    """

    def watch() -> None:
        for line in stream:
            if line.strip() == RELEASE:
                return
        os._exit(0)

    thread = threading.Thread(target=watch, name="parent-watchdog", daemon=True)
    thread.start()
    return thread
