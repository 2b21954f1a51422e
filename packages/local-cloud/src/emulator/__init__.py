"""The local cloud's AWS API: moto on loopback, with patches where its behaviour differs from AWS's.

Each module of ``moto_patches`` documents what AWS does, what moto does, and why the difference matters here.
"""

import os

# moto reads its settings when it is imported. Servers and the monitoring of the database use AWS managed policies; moto loads them
# only with this setting.
os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
# Seconds until a certificate is validated. ACM checks the DNS record; moto only waits.
os.environ["MOTO_ACM_VALIDATION_WAIT"] = "1"
# moto uses the AWS client internally, which requires keys; they are never sent.
os.environ.setdefault("AWS_ACCESS_KEY_ID", "test")
os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "test")
