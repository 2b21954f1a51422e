"""Runs a custom check as the Datadog agent does, and prints how many established sockets it reports.

Usage: agent_check.py CHECK_FILE SECONDS. It prints one JSON object per line until it is stopped.
"""

import json
import runpy
import sys
import time

from datadog_checks.base.stubs import aggregator

_, path, seconds = sys.argv
check = runpy.run_path(path)["DevOneTcp"]("dev_one_tcp", {}, [{"proc": "/proc"}])
while True:
    aggregator.reset()
    complaint = check.run()
    if complaint:
        raise SystemExit(complaint)
    metrics = aggregator.metrics("dev_one.tcp.connections")
    [established] = [metric.value for metric in metrics if "state:established" in metric.tags]
    print(json.dumps({"established": int(established)}), flush=True)
    time.sleep(float(seconds))
