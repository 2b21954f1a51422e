"""The local cloud's AWS API: moto on loopback, with a thin layer over it that mends what stands in the way.

Each module of ``mends`` says what AWS does, what moto does, and why the difference matters here. Whatever cannot be
mended thinly is listed in ``tools/local-cloud/plan/emulator-faults.ts`` instead.
"""
