"""Draws the pictures of figures in JSON: one for each run of one server, one that compares two, and the timelines of the lab.

Usage: plot.py FIGURES_JSON DIRECTORY.
"""

from __future__ import annotations

import json
import sys
import textwrap
from math import inf
from pathlib import Path
from statistics import fmean, median_high
from typing import Any

import matplotlib
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

# Colours that people with colour blindness can tell apart (Okabe and Ito).
BLUE, ORANGE, GREEN, RED, GREY, PURPLE = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#767676", "#CC79A7"
DASHED = {"color": GREY, "linestyle": (0, (4, 3)), "linewidth": 1.2}
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
    }
)


def known(seconds: list[float], column: list[float | None], end: float = inf) -> list[tuple[float, float]]:
    """The values that could be read. A whole column is drawn with a gap where one could not."""
    return [(second, value) for second, value in zip(seconds, column) if value is not None and second < end]


def label_ends(axes: Axes, entries: list[tuple[float, float, str, str]], gap: float = 0.09) -> None:
    """Names beside the ends of lines, moved apart (by `gap`, a share of the height) where they would overlap."""
    to_axes = axes.transData + axes.transAxes.inverted()
    placed = -1.0
    for x, y, text, colour in sorted(entries, key=lambda entry: entry[1]):
        placed = max(to_axes.transform((x, y))[1], placed + gap)
        place = {"xy": (1.01, placed), "xycoords": "axes fraction", "va": "center", "annotation_clip": False}
        axes.annotate(text, color=colour, fontsize=9, **place)


def numbers(axes: Axes, form: str = ",.0f") -> None:
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: format(value, form)))


def requests_of(run: Run) -> tuple[int, int]:
    return sum(each["total"] for each in run["requests"]), sum(each["errors"] for each in run["requests"])


def connections(axes: Axes, run: Run) -> None:
    samples, seconds = run["samples"], run["samples"]["seconds"]
    axes.set_title("Connections")
    axes.axhline(run["connections"], label="asked for", **DASHED)
    kernel = {"linewidth": 5, "alpha": 0.35, "label": "kernel, established"}
    axes.plot(seconds, samples["established"], color=BLUE, **kernel)
    if known(seconds, samples["active"]):
        axes.plot(seconds, samples["active"], color=BLUE, linewidth=1.4, label="nginx, active")
    # The check counts sockets, and both ends of a connection are on this machine.
    checked = [(second, value / 2) for second, value in known(seconds, samples["check"])]
    if checked:
        axes.plot(*zip(*checked), "D", color=ORANGE, markersize=5, label="custom check, sockets ÷ 2")
    axes.set_ylim(0, run["connections"] * 1.15)
    axes.legend(loc="lower center" if run["held"] > run["connections"] / 2 else "center")
    numbers(axes)


def throughput(axes: Axes, run: Run) -> None:
    axes.set_title("Answers per second")
    start, end = run["plateau"]["from"], run["plateau"]["to"]
    ends = []
    for requests, colour in zip(run["requests"], (BLUE, GREEN)):
        seconds, answers = requests["perSecond"]["seconds"], requests["perSecond"]["requests"]
        axes.plot(seconds, answers, color=colour)
        inside = [value for second, value in zip(seconds, answers) if start <= second < end]
        name = requests["name"] if len(run["requests"]) > 1 else "answers"
        ends.append((0.0, fmean(inside or [0]), name, colour))
    axes.set_ylim(bottom=0, top=axes.get_ylim()[1] * 1.08)
    numbers(axes)
    label_ends(axes, ends)
    _, errors = requests_of(run)
    text = "no error" if errors == 0 else f"{errors:,} failed"
    axes.set_title(text, loc="right", color=GREEN if errors == 0 else RED)


def latency(axes: Axes, run: Run) -> None:
    waited = run["waitSeconds"]
    axes.set_title("Latency, ms" if waited == 0 else f"Latency beyond the {waited} s asked for, ms")
    axes.set_yscale("log")
    many = len(run["requests"]) > 1
    styles = {"p50": (0, (1, 1)), **({} if many else {"p95": (0, (4, 2))}), "p99": "solid"}
    ends = []
    for requests, colour in zip(run["requests"], (BLUE, GREEN)):
        per_second = requests["perSecond"]
        for name, style in styles.items():
            if inside := known(per_second["seconds"], per_second[name], run["plateau"]["to"]):
                look = {"color": colour, "linestyle": style, "linewidth": 1.5, "marker": "." if waited else ""}
                axes.plot(per_second["seconds"], per_second[name], **look)
                text = f"{requests['name']} {name}" if many else name
                ends.append((inside[-1][0], median_high(value for _, value in inside), text, colour))
    low, high = axes.get_ylim()
    axes.set_ylim(max(0.01, low / 1.5), max(high * 1.5, low * 20))
    axes.yaxis.set_major_locator(LogLocator(numticks=6))
    axes.yaxis.set_minor_formatter(NullFormatter())
    numbers(axes, ",g")
    label_ends(axes, ends)


def memory(axes: Axes, run: Run) -> None:
    axes.set_title("Memory, MiB")
    samples, seconds = run["samples"], run["samples"]["seconds"]
    ends = []
    for name, text, colour in (("nginx", "nginx", BLUE), ("service", "service", GREEN), ("kernel", "kernel, added", PURPLE)):
        if line := known(seconds, samples[f"{name}Mib"]):
            axes.plot(*zip(*line), color=colour)
            inside = known(seconds, samples[f"{name}Mib"], run["plateau"]["to"])
            ends.append((line[-1][0], (inside or line)[-1][1], text, colour))
    axes.set_ylim(bottom=0, top=axes.get_ylim()[1] * 1.1)
    numbers(axes)
    label_ends(axes, ends)


def foreign_cpu(figure: Figure, percent_of_core: float | None, cores: int) -> None:
    """A warning where other programs took more than 10 % of the CPU: they make latency longer."""
    percent = round((percent_of_core or 0) / cores)
    if percent > 10:
        text = f"other programs took {percent} % of the CPU"
        figure.text(0.99, 0.005, text, ha="right", va="bottom", color=RED, fontsize=9)


def draw_run(run: Run) -> Figure:
    figure, panels = pyplot.subplots(2, 2, figsize=(9.6, 6.2), sharex=True)
    for axes, draw in zip(panels.flat, (connections, throughput, latency, memory)):
        axes.set_xlim(0, run["samples"]["seconds"][-1])
        axes.axvspan(run["plateau"]["from"], run["plateau"]["to"], color="#f3f6f9", zorder=0)
        draw(axes, run)
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    for axes in panels[1]:
        axes.set_xlabel("seconds (shaded: the figures count)")
    return headline(figure, run["finding"])


def headline(figure: Figure, text: str) -> Figure:
    lines = textwrap.wrap(text, 84)
    height = figure.get_size_inches()[1]
    figure.text(0.01, 1 - 0.1 / height, "\n".join(lines), ha="left", va="top", fontsize=13, fontweight="bold")
    figure.tight_layout(rect=(0, 0, 0.99, 1 - (0.15 + 0.25 * len(lines)) / height), w_pad=3)
    return figure


def draw_comparison(shipped: Run, stock: Run) -> Figure:
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(9.6, 3.6), width_ratios=(3, 2))
    asked, end = shipped["connections"], stock["plateau"]["to"]
    left.set_title("Established connections, as the kernel counts them")
    left.axhline(asked, **DASHED)
    left.annotate("asked for", xy=(0.3, asked * 1.03), color=GREY, fontsize=9)
    ends = []
    for run, text, colour in ((shipped, "shipped", BLUE), (stock, "Debian's own", RED)):
        line = [(0, 0), *known(run["samples"]["seconds"], run["samples"]["established"], end + 1e-9)]
        left.plot(*zip(*line), color=colour, linewidth=2.4)
        ends.append((end, line[-1][1], f"{text}\n{run['held']:,}", colour))
    left.set_xlim(0, end)
    left.set_ylim(0, asked * 1.15)
    left.set_xlabel("seconds")
    left.xaxis.set_major_locator(MaxNLocator(7, integer=True))
    numbers(left)
    label_ends(left, ends, 0.14)
    right.set_title("Requests, percent", pad=12)
    right.grid(False)
    for row, (run, colour) in enumerate(((stock, RED), (shipped, BLUE))):
        total, errors = requests_of(run)
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
    text = f"Shipped configuration: {shipped['held']:,} of {asked:,} connections held. Debian's own: {stock['held']:,}."
    return headline(figure, text)


def draw_limit(limit: dict[str, Any]) -> Figure:
    figure, axes = pyplot.subplots(figsize=(9.6, 3.8))
    for number, probe in enumerate(limit["probes"], 1):
        asked, held = probe["connections"], probe["isHeld"]
        look = {"color": BLUE} if held else {"color": "white", "edgecolor": RED, "hatch": "////"}
        axes.bar(number, asked, width=0.7, **look)
        text = f"{asked:,}\n" + ("held" if held else f"{probe['errors']:,} errors")
        place = {"xy": (number, asked), "xytext": (0, 4), "textcoords": "offset points", "ha": "center"}
        box = {"facecolor": "white", "edgecolor": "none", "pad": 1}
        axes.annotate(text, color=BLUE if held else RED, fontsize=9, bbox=box, **place)
    axes.axhline(limit["held"], zorder=0, **DASHED)
    axes.set_ylim(0, max(probe["connections"] for probe in limit["probes"]) * 1.22)
    axes.set_xticks(range(1, len(limit["probes"]) + 1))
    axes.set_xlabel("try")
    axes.set_ylabel("connections asked for")
    axes.grid(axis="x", visible=False)
    numbers(axes)
    return headline(figure, limit["finding"])


def mark(axes: Axes, marks: list[dict[str, Any]], named: bool) -> None:
    """Vertical lines at events, named above the topmost panel."""
    for number, event in enumerate(marks):
        axes.axvline(event["second"], color=GREY, linestyle=(0, (1, 1)), linewidth=1.2)
        if named:
            place = {"xy": (event["second"], 1.02 + 0.09 * (number % 2)), "xycoords": ("data", "axes fraction")}
            axes.annotate(event["text"], color=GREY, fontsize=8.5, ha="center", **place)


def draw_hosts(timeline: dict[str, Any]) -> Figure:
    """Connections of each host over time; many hosts share few colours, which are those of their zones."""
    figure, axes = pyplot.subplots(figsize=(9.6, 4.4))
    colours = {zone: colour for zone, colour in zip(dict.fromkeys(host["zone"] for host in timeline["hosts"]), (BLUE, ORANGE, GREEN, PURPLE))}
    for zone, colour in colours.items():
        axes.plot([], [], color=colour, label=zone)
    for host in timeline["hosts"]:
        axes.plot(timeline["seconds"], host["connections"], color=colours[host["zone"]], linewidth=1.2, alpha=0.8)
    axes.set_ylim(bottom=0)
    axes.set_xlim(timeline["seconds"][0], timeline["seconds"][-1])
    axes.set_xlabel("seconds")
    axes.set_ylabel("connections of one host")
    axes.legend(loc="lower right")
    numbers(axes)
    mark(axes, timeline["marks"], named=True)
    return headline(figure, timeline["title"])


def draw_event(timeline: dict[str, Any]) -> Figure:
    """Failed requests by second of sending, and latency, through an event."""
    figure, (failed, latencies) = pyplot.subplots(2, 1, figsize=(9.6, 5.6), sharex=True)
    seconds, below = timeline["seconds"], [0.0] * len(timeline["seconds"])
    for (name, values), colour in zip(timeline["failed"].items(), (RED, ORANGE, PURPLE, GREEN)):
        failed.bar(seconds, values, bottom=below, width=1, color=colour, label=name)
        below = [low + value for low, value in zip(below, values)]
    failed.set_ylabel("failed, by second of sending")
    failed.set_ylim(0, max(1.0, *below) * 1.1)
    if timeline["failed"]:
        failed.legend(loc="upper right")
    for name, style in (("p50", (0, (1, 1))), ("p99", "solid")):
        latencies.plot(seconds, timeline[name], color=BLUE, linestyle=style, linewidth=1.5, label=name)
    latencies.set_yscale("log")
    latencies.set_ylabel("latency, ms")
    latencies.legend(loc="upper right")
    latencies.set_xlabel("seconds")
    numbers(latencies, ",g")
    for axes, named in ((failed, True), (latencies, False)):
        axes.set_xlim(0, seconds[-1] + 1)
        mark(axes, timeline["marks"], named)
    numbers(failed)
    return headline(figure, timeline["title"])


def timelines_of(figures: dict[str, Any]) -> dict[str, Figure]:
    drawn = {}
    for name, timeline in figures["timelines"].items():
        drawn[name] = draw_hosts(timeline) if "hosts" in timeline else draw_event(timeline)
        foreign_cpu(drawn[name], timeline["foreignCpu"], figures["cores"])
    return drawn


def runs_of(evidence: dict[str, Any]) -> dict[str, Figure]:
    runs = {run["scenario"]: run for run in evidence["runs"]}
    drawn = {name: draw_run(run) for name, run in runs.items()}
    for name, run in runs.items():
        foreign_cpu(drawn[name], run["means"]["otherCpu"], evidence["machine"]["cores"])
    if {"shipped", "stock"} <= runs.keys():
        drawn["shipped-and-stock"] = draw_comparison(runs["shipped"], runs["stock"])
    if evidence["limit"]:
        drawn["limit"] = draw_limit(evidence["limit"])
    return drawn


def main() -> None:
    given = json.loads(Path(sys.argv[1]).read_text(encoding="utf8"))
    figures = runs_of(given) if "runs" in given else timelines_of(given)
    for name, figure in figures.items():
        # The file contains no date, so that the same figures produce the same bytes.
        figure.savefig(Path(sys.argv[2]) / f"{name}.png", dpi=140, metadata={"Software": None})


if __name__ == "__main__":
    main()
