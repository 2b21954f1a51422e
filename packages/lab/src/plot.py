"""Draws the figures of evidence.json: one picture for each scenario, and one that compares two.

Usage: plot.py EVIDENCE_JSON DIRECTORY.
"""

from __future__ import annotations

import json
import sys
import textwrap
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

# Colours that people with colour blindness can tell apart (Okabe and Ito).
BLUE, ORANGE, GREEN, RED, GREY, PURPLE = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#767676", "#CC79A7"
Series = list["float | None"]
Run = dict[str, Any]

matplotlib.rcParams.update(
    {
        "font.size": 10,
        "axes.titlesize": 11,
        "axes.titlelocation": "left",
        "axes.titleweight": "bold",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "grid.color": "#e4e4e4",
        "axes.axisbelow": True,
        "legend.frameon": False,
        "legend.fontsize": 9,
        "lines.linewidth": 1.8,
        "svg.hashsalt": "evidence",
    }
)


def known(x: list[float], y: Series) -> tuple[list[float], list[float]]:
    pairs = [(a, b) for a, b in zip(x, y) if b is not None]
    return [a for a, _ in pairs], [b for _, b in pairs]


def rest_empty(x: list[float], y: Series) -> tuple[list[float], list[float]]:
    """Replaces missing values by NaN, so that the line has a gap at seconds without an answer."""
    return x, [float("nan") if value is None else value for value in y]


def label_ends(axes: Axes, entries: list[tuple[float, float, str, str]], gap: float) -> None:
    """Names beside the ends of lines, moved apart (by `gap`, a share of the height) where they would overlap."""
    to_axes = axes.transData + axes.transAxes.inverted()
    placed = -1.0
    for x, y, text, colour in sorted(entries, key=lambda entry: entry[1]):
        height = max(to_axes.transform((x, y))[1], placed + gap)
        placed = height
        axes.annotate(
            text, xy=(1.01, height), xycoords="axes fraction", color=colour, fontsize=9, va="center", annotation_clip=False
        )


def thousands(axes: Axes) -> None:
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))


def shade(axes: Axes, run: Run) -> None:
    axes.axvspan(run["plateau"]["from"], run["plateau"]["to"], color="#f3f6f9", zorder=0)


def connections(axes: Axes, run: Run) -> None:
    samples = run["samples"]
    seconds = samples["seconds"]
    axes.set_title("Connections")
    axes.axhline(run["connections"], color=GREY, linestyle=(0, (4, 3)), linewidth=1.2, label="asked for")
    axes.plot(*rest_empty(seconds, samples["established"]), color=BLUE, linewidth=5, alpha=0.35, label="kernel, established")
    if any(value is not None for value in samples["active"]):
        axes.plot(*rest_empty(seconds, samples["active"]), color=BLUE, linewidth=1.4, label="nginx, active")
    x, y = known(seconds, samples["check"])
    if x:
        # The check counts sockets, and both ends of a connection are on this machine.
        axes.plot(x, [value / 2 for value in y], "D", color=ORANGE, markersize=5, label="custom check, sockets ÷ 2")
    axes.set_ylim(0, run["connections"] * 1.15)
    axes.legend(loc="lower center" if run["held"] > run["connections"] / 2 else "center")
    thousands(axes)


def throughput(axes: Axes, run: Run) -> None:
    axes.set_title("Answers per second")
    ends = []
    for requests, colour in zip(run["requests"], (BLUE, GREEN)):
        per_second = requests["perSecond"]
        axes.plot(per_second["seconds"], per_second["requests"], color=colour)
        inside = [
            value
            for second, value in zip(per_second["seconds"], per_second["requests"])
            if run["plateau"]["from"] <= second < run["plateau"]["to"]
        ]
        height = sum(inside) / max(1, len(inside))
        ends.append((0.0, height, requests["name"] if len(run["requests"]) > 1 else "answers", colour))
    axes.set_ylim(bottom=0, top=axes.get_ylim()[1] * 1.08)
    thousands(axes)
    label_ends(axes, ends, 0.09)
    errors = sum(requests["errors"] for requests in run["requests"])
    text = "no error" if errors == 0 else f"{errors:,} failed"
    axes.set_title(text, loc="right", color=GREEN if errors == 0 else RED)


def latency(axes: Axes, run: Run) -> None:
    waited = run["waitSeconds"]
    axes.set_title("Latency, ms" if waited == 0 else f"Latency beyond the {waited} s asked for, ms")
    axes.set_yscale("log")
    many = len(run["requests"]) > 1
    styles = {"p50": (0, (1, 1)), "p95": (0, (4, 2)), "p99": "solid"}
    ends = []
    for requests, colour in zip(run["requests"], (BLUE, GREEN)):
        per_second = requests["perSecond"]
        for name, style in styles.items():
            if many and name == "p95":
                continue
            x, y = known(per_second["seconds"], per_second[name])
            inside = [(a, b) for a, b in zip(x, y) if a < run["plateau"]["to"]]
            if not inside:
                continue
            marker = "." if waited else ""
            axes.plot(*rest_empty(per_second["seconds"], per_second[name]), color=colour, linestyle=style, linewidth=1.5, marker=marker)
            heights = sorted(b for _, b in inside)
            ends.append((inside[-1][0], heights[len(heights) // 2], f"{requests['name']} {name}" if many else name, colour))
    low, high = axes.get_ylim()
    axes.set_ylim(max(0.01, low / 1.5), max(high * 1.5, low * 20))
    axes.yaxis.set_major_locator(LogLocator(numticks=6))
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    label_ends(axes, ends, 0.09)


def memory(axes: Axes, run: Run) -> None:
    axes.set_title("Memory, MiB")
    samples = run["samples"]
    names = {"nginxMib": ("nginx", BLUE), "serviceMib": ("service", GREEN), "kernelMib": ("kernel, added", PURPLE)}
    ends = []
    for name, (text, colour) in names.items():
        x, y = known(samples["seconds"], samples[name])
        if not x:
            continue
        axes.plot(x, y, color=colour)
        inside = [b for a, b in zip(x, y) if a < run["plateau"]["to"]]
        ends.append((x[-1], (inside or y)[-1], text, colour))
    axes.set_ylim(bottom=0, top=axes.get_ylim()[1] * 1.1)
    thousands(axes)
    label_ends(axes, ends, 0.09)


def draw_run(run: Run) -> Figure:
    figure, panels = pyplot.subplots(2, 2, figsize=(9.6, 6.2), sharex=True)
    for axes, draw in zip(panels.flat, (connections, throughput, latency, memory)):
        axes.set_xlim(0, run["samples"]["seconds"][-1])
        shade(axes, run)
        draw(axes, run)
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    for axes in panels[1]:
        axes.set_xlabel("seconds (shaded: the figures count)")
    headline(figure, run["finding"])
    return figure


def headline(figure: Figure, text: str) -> None:
    lines = textwrap.wrap(text, 84)
    height = figure.get_size_inches()[1]
    figure.text(0.01, 1 - 0.1 / height, "\n".join(lines), ha="left", va="top", fontsize=13, fontweight="bold")
    figure.tight_layout(rect=(0, 0, 0.99, 1 - (0.15 + 0.25 * len(lines)) / height), w_pad=3)


def draw_comparison(shipped: Run, stock: Run) -> Figure:
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(9.6, 3.6), width_ratios=(3, 2))
    end = stock["plateau"]["to"]
    left.set_title("Established connections, as the kernel counts them")
    left.axhline(shipped["connections"], color=GREY, linestyle=(0, (4, 3)), linewidth=1.2)
    left.annotate("asked for", xy=(0.3, shipped["connections"] * 1.03), color=GREY, fontsize=9)
    ends = []
    for run, text, colour in ((shipped, "shipped", BLUE), (stock, "Debian's own", RED)):
        pairs = [(a, b) for a, b in zip(run["samples"]["seconds"], run["samples"]["established"]) if a <= end]
        left.plot([0] + [a for a, _ in pairs], [0] + [b for _, b in pairs], color=colour, linewidth=2.4)
        ends.append((end, pairs[-1][1], f"{text}\n{run['held']:,}", colour))
    left.set_xlim(0, end)
    left.set_ylim(0, shipped["connections"] * 1.15)
    left.set_xlabel("seconds")
    left.xaxis.set_major_locator(MaxNLocator(7, integer=True))
    thousands(left)
    label_ends(left, ends, 0.14)
    right.set_title("Requests, percent", pad=12)
    right.grid(False)
    for row, (run, colour) in enumerate(((stock, RED), (shipped, BLUE))):
        total = sum(requests["total"] for requests in run["requests"])
        errors = sum(requests["errors"] for requests in run["requests"])
        good = 100 * (total - errors) / total
        right.barh(row, good, color=colour, height=0.5)
        right.barh(row, 100 - good, left=good, color="white", edgecolor=colour, hatch="////", height=0.5)
        text = "every one answered" if errors == 0 else f"{errors:,} of {total:,} failed"
        right.annotate(text, xy=(0, row + 0.32), color=colour, fontsize=9.5, fontweight="bold", va="bottom")
    right.set_yticks([0, 1], ["Debian's\nown", "shipped"])
    right.set_ylim(-0.5, 1.75)
    right.set_xlim(0, 100)
    right.spines["left"].set_visible(False)
    right.tick_params(axis="y", length=0)
    right.set_xlabel("full: answered, hatched: failed")
    connections_asked, failed = shipped["connections"], stock["held"]
    headline(
        figure,
        f"Shipped configuration: {shipped['held']:,} of {connections_asked:,} connections held. Debian's own: {failed:,}.",
    )
    return figure


def draw_limit(limit: dict[str, Any]) -> Figure:
    figure, axes = pyplot.subplots(figsize=(9.6, 3.8))
    probes = limit["probes"]
    for number, probe in enumerate(probes, 1):
        colour = BLUE if probe["isHeld"] else RED
        look = {"color": colour} if probe["isHeld"] else {"color": "white", "edgecolor": colour, "hatch": "////"}
        axes.bar(number, probe["connections"], width=0.7, **look)
        text = f"{probe['connections']:,}\n" + ("held" if probe["isHeld"] else f"{probe['errors']:,} errors")
        axes.annotate(
            text,
            xy=(number, probe["connections"]),
            xytext=(0, 4),
            textcoords="offset points",
            ha="center",
            color=colour,
            fontsize=9,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )
    axes.axhline(limit["held"], color=GREY, linestyle=(0, (4, 3)), linewidth=1.2, zorder=0)
    axes.set_ylim(0, max(probe["connections"] for probe in probes) * 1.22)
    axes.set_xticks(range(1, len(probes) + 1))
    axes.set_xlabel("try")
    axes.set_ylabel("connections asked for")
    axes.grid(axis="x", visible=False)
    thousands(axes)
    headline(figure, limit["finding"])
    return figure


def main() -> None:
    evidence = json.loads(Path(sys.argv[1]).read_text(encoding="utf8"))
    directory = Path(sys.argv[2])
    runs = {run["scenario"]: run for run in evidence["runs"]}
    figures = {name: draw_run(run) for name, run in runs.items()}
    if "shipped" in runs and "stock" in runs:
        figures["shipped-and-stock"] = draw_comparison(runs["shipped"], runs["stock"])
    if evidence["limit"] is not None:
        figures["limit"] = draw_limit(evidence["limit"])
    for name, figure in figures.items():
        # The file contains no date, so that the same figures produce the same bytes.
        figure.savefig(directory / f"{name}.png", dpi=140, metadata={"Software": None})


if __name__ == "__main__":
    main()
