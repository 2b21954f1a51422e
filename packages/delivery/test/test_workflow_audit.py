"""zizmor finds no weakness in the workflows: injections, leaked credentials, unsound conditions. Ignored findings, by their comments:

- dangerous-triggers: ``workflow_run`` in release.yml runs main's code, and its job with a secret downloads nothing.
- secrets-inherit: the secrets belong to GitHub's environments, which the called workflow chooses, and the caller cannot name them.
- self-repository: a newer way to write the path of a workflow of the same commit, which actionlint does not know.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_zizmor_reports_no_weakness(tmp_path: Path) -> None:
    page = (ROOT / "docs/services.md").read_text()
    [workflow] = re.findall(r"^```yaml\n(name: release\n.*?)^```$", page, re.MULTILINE | re.DOTALL)
    service = tmp_path / "service.yml"
    service.write_text(workflow)
    audit = subprocess.run(
        [Path(sys.prefix, "bin/zizmor"), "--offline", "--no-progress", "--color=never", ROOT / ".github/workflows", service],
        capture_output=True,
        text=True,
    )
    assert audit.returncode == 0, audit.stdout + audit.stderr
