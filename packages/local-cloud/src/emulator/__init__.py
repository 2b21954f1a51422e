"""The local cloud's AWS API: moto on loopback, with a thin layer of patches over what stands in the way.

Each module of ``moto_patches`` says what AWS does, what moto does, and why the difference matters here. Whatever cannot be
patched in a few lines is listed in ``packages/local-cloud/src/plan/emulator-faults.ts`` instead.
"""
