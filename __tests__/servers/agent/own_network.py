"""A network namespace for one test, with no sockets but those of the test."""

from __future__ import annotations

import ctypes
import functools
import os
import subprocess
import sys
import traceback
from collections.abc import Callable
from typing import Any

import pytest

# From linux/sched.h.
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
REFUSED = 77


def in_its_own_network(test: Callable[..., None]) -> Callable[..., None]:
    """Runs a test in a child process with a new network namespace. Skips it where the kernel does not allow one."""

    @functools.wraps(test)
    def alone(*args: Any, **kwargs: Any) -> None:
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read)
            _run(write, lambda: test(*args, **kwargs))
        os.close(write)
        with os.fdopen(read) as pipe:
            report = pipe.read()
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        if code == REFUSED:
            pytest.skip(report)
        if code != 0:
            pytest.fail(report or f"ended with {code}", pytrace=False)

    return alone


def _run(write: int, test: Callable[[], None]) -> None:
    code = 1
    with os.fdopen(write, "w") as pipe:
        try:
            # Without root, only a process in a new user namespace may create a network namespace.
            flags = CLONE_NEWNET | (0 if os.geteuid() == 0 else CLONE_NEWUSER)
            libc = ctypes.CDLL(None, use_errno=True)
            if libc.unshare(flags) != 0:
                code = REFUSED
                pipe.write(f"no network namespace can be made here: {os.strerror(ctypes.get_errno())}")
            else:
                subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
                test()
                code = 0
        except pytest.skip.Exception as reason:
            code = REFUSED
            pipe.write(str(reason))
        except BaseException:
            pipe.write("".join(traceback.format_exception(*sys.exc_info())))
        pipe.flush()
    os._exit(code)
