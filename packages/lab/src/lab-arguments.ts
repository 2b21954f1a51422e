import { commandLine, readArguments } from "@dev-one/cli/command-line";
import { UserError } from "@dev-one/cli/user-error";
import { Option } from "commander";

import { LAB_SCENARIOS, loadScenarios } from "./scenarios/registry";

/** Not a scenario: it runs them again, on an environment that was made worse. */
export const CONTROLS = "negative-controls";

export interface LabArguments {
  /** Name of the environment. */
  readonly env: string;
  /** Directory of a synthesis. @default a new one */
  readonly from?: string;
  /** Names of scenarios, in the order in which they run. */
  readonly scenarios: readonly string[];
  /** Whether the environment stays until Ctrl-C, without a scenario. */
  readonly keep: boolean;
  /** Whether only one negative control of each kind runs, and scenarios with load only when they are named, with few users. */
  readonly quick: boolean;
  /** Directory for the result. */
  readonly output: string;
}

const OUTPUT = "docs/evidence/lab";

/** @returns undefined when help was asked for. @throws UserError when the arguments are not understood */
export function parseLabArguments(argv: readonly string[]): LabArguments | undefined {
  const names = [...[...LAB_SCENARIOS, ...loadScenarios(false)].map(({ name }) => name), CONTROLS];
  const command = commandLine(
    "npm run lab",
    "Builds an environment from its Terraform JSON as network namespaces, and measures what the design promises.",
  )
    .option("--env <name>", "environment to build", "staging")
    .option("--from <directory>", "synthesized stacks, such as cdktf.out; otherwise they are synthesized anew")
    .addOption(new Option("--scenario <name...>", "run only these scenarios").choices(names))
    .option("--keep", "build it, say how to use it, and wait for Ctrl-C", false)
    .option("--quick", "one negative control of each kind; load only with --scenario, from few users", false)
    .option("--output <directory>", "where the result goes, replaced as a whole", OUTPUT);
  if (!readArguments(command, argv)) return undefined;
  const { scenario, ...options } = command.opts<
    Omit<LabArguments, "scenarios"> & { readonly scenario?: readonly string[] }
  >();
  if (
    (scenario !== undefined || options.quick || options.env !== "staging") &&
    options.output === OUTPUT &&
    !options.keep
  ) {
    throw new UserError(
      `--scenario, --quick and --env need --output DIRECTORY: ${OUTPUT} holds whole runs of staging.`,
    );
  }
  const load = loadScenarios(false).map(({ name }) => name);
  const isChosen = (name: string) => scenario?.includes(name) ?? !(options.quick && load.includes(name));
  return { ...options, scenarios: names.filter(isChosen) };
}
