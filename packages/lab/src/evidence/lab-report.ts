import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { JsonObject } from "@dev-one/cli/json";
import { markdownTable } from "@dev-one/cli/markdown-table";

import { count, FOREIGN_CPU_PERCENT } from "./finding";
import { type Control, LAB_FIGURES, type LabEvidence, type ScenarioResult } from "./lab-figures";
import type { Timelines } from "./timelines";
import { draw, replaceDirectory } from "./write";

export async function writeLabResult(root: string, output: string, evidence: LabEvidence): Promise<void> {
  await replaceDirectory(root, output, async (directory) => {
    writeFileSync(join(directory, LAB_FIGURES), JSON.stringify(evidence));
    writeFileSync(join(directory, "README.md"), labReport(evidence));
    await drawTimelines(root, directory, evidence);
    if (matrixOf(evidence) !== undefined) await draw(root, "plot_matrix.py", join(directory, LAB_FIGURES));
  });
}

async function drawTimelines(root: string, directory: string, { results, machine }: LabEvidence): Promise<void> {
  const figures: Timelines = { cores: machine.cores, timelines: timelinesOf(results) };
  if (Object.keys(figures.timelines).length === 0) return;
  const file = join(directory, "timelines.json");
  writeFileSync(file, JSON.stringify(figures));
  await draw(root, "plot.py", file);
  rmSync(file);
}

const timelinesOf = (results: readonly ScenarioResult[]): Timelines["timelines"] =>
  Object.assign({}, ...results.map(({ timelines }) => timelines ?? {})) as Timelines["timelines"];

const matrixOf = ({ results }: LabEvidence): JsonObject | undefined =>
  results.find(({ scenario }) => scenario === "reachability")?.figures;

/** The report in Markdown, derived from the figures only. */
export function labReport(evidence: LabEvidence): string {
  const { command, date, environment, hosts, buildSeconds, results, foreignCpuPercent, machine } = evidence;
  const matrix = matrixOf(evidence);
  const rows = results.flatMap(({ scenario, answers }) =>
    answers.map(({ sentence, holds, measured }) => [sentence, holds ? "yes" : "**no**", measured, scenario]),
  );
  const versions = Object.entries(machine.versions).map(([program, version]) => `${program} ${version}`);
  return [
    `# The lab: ${environment} as running hosts`,
    `Written by \`${command}\` on ${date}; every figure is in [${LAB_FIGURES}](${LAB_FIGURES}). ${hosts} hosts, each a network namespace, were made from the synthesized Terraform JSON in ${buildSeconds.namespaces.toFixed(1)} s; after ${buildSeconds.programs.toFixed(1)} s all their programs ran.`,
    ...(foreignCpuPercent > FOREIGN_CPU_PERCENT
      ? [
          `**Other programs took ${foreignCpuPercent} % of the CPU during the run**: times are longer than on an idle machine.`,
        ]
      : []),
    "## The design's sentences",
    markdownTable(["sentence", "holds", "measured", "scenario"], rows),
    ...Object.entries(timelinesOf(results)).map(([name, { title }]) => `![${title}](${name}.png)`),
    ...(matrix === undefined ? [] : matrixSection(matrix)),
    ...controlsSection(evidence),
    "## How it was measured",
    `On ${machine.cores} cores (${machine.cpu}), Linux ${machine.kernel}: ${versions.join(", ")}. ${results.map(({ scenario, seconds }) => `${scenario} took ${seconds} s`).join(", ")}.`,
  ].join("\n\n");
}

function matrixSection({ verdicts, probes, seconds }: JsonObject): string[] {
  return [
    "## Who may talk to whom",
    "![Which host reaches which other one at which ports](matrix.png)",
    `${count(Number(probes))} probes in ${Number(seconds)} s. Each was counted where it was sent and where it arrived, before and after the rules of the host:`,
    markdownTable(
      ["verdict", "probes"],
      Object.entries(verdicts as JsonObject).map(([verdict, found]) => [verdict, count(Number(found))]),
      [1],
    ),
  ];
}

function controlsSection({ controls }: LabEvidence): string[] {
  if (controls === undefined) return [];
  const types = [...new Set(controls.map(typeOf))].sort();
  const outcomes = ["noticed", "refused", "unnoticed"] as const;
  const rows = types.map((type) => [
    `\`${type}\``,
    ...outcomes.map((outcome) =>
      String(controls.filter((each) => typeOf(each) === type && each.outcome === outcome).length),
    ),
  ]);
  const unnoticed = tally(controls, "unnoticed", (each) => `\`${typeOf(each)}\`: ${each.change}`);
  const sentences = tally(controls, "noticed", ({ scenario, sentence }) => `${sentence} (${scenario})`);
  return [
    "## Negative controls",
    `${controls.length} times one thing in the JSON was made worse, and the scenarios ran again. Refused: the lab cannot build it, and says why.`,
    markdownTable(["type", ...outcomes], rows, [1, 2, 3]),
    "Which sentence was broken, and how often:",
    sentences,
    unnoticed === "" ? "No mutation went unnoticed." : "What no scenario noticed:",
    unnoticed,
  ].filter((each) => each !== "");
}

/** A list of what the controls of an outcome have in common, with their number. */
function tally(
  controls: readonly Control[],
  outcome: Control["outcome"],
  nameOf: (control: Control) => string,
): string {
  const names = controls.filter((each) => each.outcome === outcome).map(nameOf);
  const lines = [...new Set(names)].map((name) => `- ${name} (${names.filter((each) => each === name).length})`);
  return lines.join("\n");
}

const typeOf = ({ address }: Control): string => address.split(".")[0] ?? "";
