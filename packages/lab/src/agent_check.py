"""Runs a custom check as the Datadog agent does, and prints how many established sockets it reports.

Usage: agent_check.py CHECK_FILE SECONDS. It prints one JSON object per line until it is stopped.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import time

from datadog_checks.base.stubs import aggregator


def load(path: str) -> type:
    spec = importlib.util.spec_from_file_location("dev_one_tcp", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is no Python module.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.DevOneTcp


def main() -> None:
    path, seconds = sys.argv[1], float(sys.argv[2])
    check = load(path)("dev_one_tcp", {}, [{"proc": "/proc"}])
    while True:
        aggregator.reset()
        complaint = check.run()
        if complaint:
            raise SystemExit(complaint)
        [established] = [
            metric.value
            for metric in aggregator.metrics("dev_one.tcp.connections")
            if "state:established" in metric.tags
        ]
        print(json.dumps({"established": int(established)}), flush=True)
        time.sleep(seconds)


if __name__ == "__main__":
    main()
