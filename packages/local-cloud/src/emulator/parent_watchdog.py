"""Ends this process when the one that started it is gone, however that one ended."""

from __future__ import annotations

import os
import threading
from typing import IO

RELEASE = "release"


def hold(stream: IO[str]) -> threading.Thread:
    """Watches the pipe from the parent: when it closes without the word `release` before, this process ends.

    The kernel closes the pipe also when the parent is killed, on every platform; a parent that wants to leave the
    emulator running (``npm start -- --keep``) writes the word first.
    """

    def watch() -> None:
        for line in stream:
            if line.strip() == RELEASE:
                return
        os._exit(0)

    thread = threading.Thread(target=watch, name="parent-watchdog", daemon=True)
    thread.start()
    return thread
