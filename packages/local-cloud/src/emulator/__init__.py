"""The local cloud's AWS API: moto on loopback, with patches where its behaviour differs from AWS's.

Each module of ``moto_patches`` documents what AWS does, what moto does, and why the difference matters here.
"""
