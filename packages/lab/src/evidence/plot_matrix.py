"""Draws which host reaches which other one, from the figures of the lab.

Usage: plot_matrix.py LAB_JSON DIRECTORY.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from matplotlib import pyplot
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from plot import BLUE, GREY, RED, headline

OPEN, CLOSED, SELF = BLUE, "#eef1f4", "white"
# More ports than this are all of them: hosts outside the stack have no rules.
MOST_PORTS = 4


def label(accepted: list[str]) -> str:
    if len(accepted) > MOST_PORTS:
        return "all"
    ports = sorted({port.split()[1] for port in accepted}, key=int)
    return "\n".join(ports)


def draw(matrix: dict[str, Any], title: str) -> Figure:
    sources, targets = matrix["sources"], matrix["targets"]
    figure, axes = pyplot.subplots(figsize=(2.4 + 0.42 * len(targets), 2.6 + 0.36 * len(sources)))
    for row, source in enumerate(sources):
        for column, target in enumerate(targets):
            cell = matrix["cells"].get(f"{source} {target}")
            accepted = cell["accepted"] if cell else []
            colour = SELF if cell is None else RED if cell["wrong"] else OPEN if accepted else CLOSED
            axes.add_patch(pyplot.Rectangle((column, row), 0.94, 0.94, color=colour, linewidth=0))
            look = {"ha": "center", "va": "center", "fontsize": 6.5, "color": "white"}
            axes.text(column + 0.47, row + 0.47, label(accepted), **look)
    axes.set_xlim(0, len(targets))
    axes.set_ylim(len(sources), 0)
    axes.set_xticks([column + 0.47 for column in range(len(targets))], targets, rotation=60, ha="left", fontsize=8)
    axes.set_yticks([row + 0.47 for row in range(len(sources))], sources, fontsize=8)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.grid(False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    names = ((OPEN, "accepted, with its ports"), (CLOSED, "nothing accepted"), (RED, "not as the rules promise"))
    handles = [Patch(color=colour, label=text) for colour, text in names]
    axes.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.4, -0.01), ncol=3)
    axes.set_xlabel("rows send, columns receive", color=GREY, fontsize=9, loc="right")
    axes.xaxis.set_label_position("bottom")
    return headline(figure, title)


def main() -> None:
    evidence = json.loads(Path(sys.argv[1]).read_text(encoding="utf8"))
    figures = next(each["figures"] for each in evidence["results"] if each["scenario"] == "reachability")
    wrong = sum(cell["wrong"] for cell in figures["matrix"]["cells"].values())
    allowed, probes = figures["allowed"], figures["probes"]
    title = f"{allowed:,} of {probes:,} probes are allowed; "
    title += "these were accepted, and no other" if wrong == 0 else f"{wrong:,} had another verdict than promised"
    # The file contains no date, so that the same figures produce the same bytes.
    draw(figures["matrix"], title).savefig(Path(sys.argv[2]) / "matrix.png", dpi=120, metadata={"Software": None})


if __name__ == "__main__":
    main()
