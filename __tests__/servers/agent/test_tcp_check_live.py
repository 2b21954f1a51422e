"""The custom check against the kernel itself: sockets that live_sockets.py opens, and what `ss` counts."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

# Without root, only a process in a new user namespace may create a network namespace.
IN_ITS_OWN_NETWORK = ["unshare", "--net", *([] if os.geteuid() == 0 else ["--map-root-user"]), "sh", "-c"]


@pytest.mark.skipif(not (shutil.which("ss") and shutil.which("unshare")), reason="ss or unshare is not on this machine")
def test_the_counts_of_open_sockets_equal_those_of_ss() -> None:
    made = subprocess.run([*IN_ITS_OWN_NETWORK, "ip link set lo up"], capture_output=True, text=True)
    if made.returncode != 0:
        pytest.skip(f"no network namespace can be made here: {made.stderr}")
    script = f"ip link set lo up && exec {sys.executable} {Path(__file__).parent / 'live_sockets.py'}"
    done = subprocess.run([*IN_ITS_OWN_NETWORK, script], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    counted = json.loads(done.stdout)
    assert counted["check"] == counted["ss"]
    each = {"established": 10, "listen": 1, "close_wait": 1, "fin_wait2": 1, "time_wait": 1}
    assert counted["ss"] == {state: number * counted["families"] for state, number in each.items()}
    assert counted["families"] > 0
