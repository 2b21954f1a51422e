import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { InterruptedError, UserError } from "@dev-one/cli/user-error";
import { bootstrap } from "@dev-one/delivery/bootstrap/bootstrap";
import {
  describeRelaxation,
  findProviders,
  findTerraform,
  type ProviderSource,
  relaxProviders,
  requiredProviders,
} from "@dev-one/terraform-cli";
import {
  adaptProvider,
  backendSettings,
  cloudEnvironment,
  variableEnvironment,
} from "@dev-one/terraform-json/local-endpoints";
import { type Plan } from "@dev-one/terraform-json/plan";
import { stackNamed, synthesize, type SynthesizedStack } from "@dev-one/terraform-json/synthesis";

import { type Environment, stackNames } from "../../../src/environments";
import type { Arguments } from "./arguments";
import { checkAddressTable, checkBootFiles, checkLeftovers, checkSecondPlan, type Reporter } from "./checks";
import { DatadogApiProcess } from "./datadog-stand-in/child";
import { Deployment } from "./deployment";
import { Emulator } from "./emulator";
import { howToReach, keep, refuseSecondKept } from "./keep";
import { takeInventory } from "./leftovers/inventory";
import { progressPrinter } from "./progress";
import { Steps } from "./steps";
import { printedSummary, writeSummary } from "./summary";

export interface RunOptions extends Arguments {
  /** The project's directory. */
  readonly root: string;
  readonly environments: readonly Environment[];
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** Inputs of every step that runs Terraform. */
interface Tools {
  readonly executable: string;
  readonly providers: ProviderSource;
}

/** The endpoints of a stack's providers. */
interface Clouds {
  /** The emulator of AWS. */
  readonly url: string;
  /** The stand-in for Datadog's API. */
  readonly datadogUrl?: string;
}

/** The environment that is deployed; the others are only planned. */
const DEPLOYED = "staging";

/** The main sequence, from synthesis to an empty account. */
export async function run(options: RunOptions): Promise<void> {
  await new Run(options).run();
}

class Run {
  private readonly steps: Steps;
  private readonly reporter: Reporter;
  private readonly scratch = mkdtempSync(join(tmpdir(), "dev-one-local-cloud-"));
  private readonly emulators: Emulator[] = [];
  private datadog: DatadogApiProcess | undefined;
  private isKept = false;

  constructor(private readonly options: RunOptions) {
    this.steps = new Steps(options.say);
    this.reporter = { steps: this.steps, say: options.say };
  }

  async run(): Promise<void> {
    const { say, json } = this.options;
    try {
      await this.work();
    } finally {
      await this.datadog?.stop();
      if (!this.isKept) {
        await Promise.all(this.emulators.map((emulator) => emulator.stop()));
        rmSync(this.scratch, { recursive: true, force: true });
      }
      say(`\n${printedSummary(this.steps.results)}`);
      if (json !== undefined) writeSummary(json, this.steps.results);
    }
  }

  private async work(): Promise<void> {
    const { keep, empty, root } = this.options;
    if (keep || empty) await refuseSecondKept(root);
    const stacks = await this.synthesize();
    const tools = await this.findTools(stacks);
    const staging = this.environment(DEPLOYED);
    const emulator = await this.startEmulator(staging, this.options.port);
    const env = this.environmentVariables(emulator.url, staging, tools);
    if (empty) {
      // Manual deployments may include the monitoring stack, whose providers are therefore required too.
      const all = (await this.findMonitoringTools(stacks, tools)) ?? tools;
      this.leaveRunning(emulator, this.environmentVariables(emulator.url, staging, all));
      return;
    }
    const before = await takeInventory(root, env, this.options.signal);

    await this.bootstrap(staging, stacks, emulator.url, tools);
    const deployment = await this.deploy(staging, DEPLOYED, stacks, { url: emulator.url }, tools);
    await checkAddressTable(this.reporter, staging, emulator.url);
    await checkBootFiles(this.reporter, stackNamed(stacks, DEPLOYED), { url: emulator.url, region: staging.region });
    await checkSecondPlan(this.reporter, DEPLOYED, deployment, { reportsUnusedFaults: true });
    const monitoringTools = await this.findMonitoringTools(stacks, tools);
    if (monitoringTools !== undefined) await this.monitor(staging, stacks, emulator.url, monitoringTools);
    for (const environment of this.options.environments) {
      if (environment.name !== DEPLOYED) await this.planOnly(environment, stacks, tools, monitoringTools);
    }
    if (keep) {
      this.leaveRunning(emulator, env);
      this.steps.leaveOut(`destroy ${DEPLOYED}`, "--keep");
      return;
    }
    await this.steps.run(`destroy ${staging.name}`, () => deployment.destroy());
    await checkLeftovers(this.reporter, before, () => takeInventory(root, env, this.options.signal));
  }

  private synthesize(): Promise<SynthesizedStack[]> {
    const { root, signal } = this.options;
    return this.steps.run(
      "synthesize every environment",
      () => synthesize(root, join(this.scratch, "cdktf.out"), signal),
      (stacks) => stacks.map(({ name, resources }) => `${name} ${resources}`).join(", ") + " resources",
    );
  }

  /** Without Terraform or its provider only the synthesis runs; the summary reports that. */
  private async findTools(stacks: readonly SynthesizedStack[]): Promise<Tools> {
    const { root, say } = this.options;
    try {
      const { executable, version } = await findTerraform({ root });
      const { json } = stackNamed(stacks, DEPLOYED);
      const providers = await findProviders(requiredProviders(json), {
        scratch: this.scratch,
        cache: join(root, ".build", "plugin-cache"),
      });
      say(`\nTerraform ${version} (${executable}). ${providers.description}`);
      for (const relaxation of relaxProviders(json, providers.found).relaxations) say(describeRelaxation(relaxation));
      return { executable, providers };
    } catch (error) {
      if (error instanceof UserError) this.steps.leaveOut("local cloud", error.message);
      throw error;
    }
  }

  /** Datadog's provider may be missing, and the AWS resources do not need it. */
  private async findMonitoringTools(stacks: readonly SynthesizedStack[], tools: Tools): Promise<Tools | undefined> {
    const name = stackNames(this.environment(DEPLOYED)).monitoring;
    try {
      const providers = await findProviders(requiredProviders(stackNamed(stacks, name).json), {
        scratch: join(this.scratch, "monitoring-providers"),
        cache: join(this.options.root, ".build", "plugin-cache"),
      });
      return { ...tools, providers };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.steps.leaveOut(`deploy ${name}`, error.message);
      this.options.say(`\nThe monitoring is left out: ${error.message}`);
      return undefined;
    }
  }

  private startEmulator({ name, accountId }: Environment, port = 0): Promise<Emulator> {
    return this.steps.run(
      `start the local cloud for ${name}`,
      async () => {
        const log = join(this.scratch, `emulator-${name}.log`);
        const emulator = await Emulator.start({ root: this.options.root, accountId, port, log });
        this.emulators.push(emulator);
        if (this.options.signal.aborted) throw new InterruptedError();
        return emulator;
      },
      ({ url }) => `account ${accountId} at ${url}`,
    );
  }

  private bootstrap(
    environment: Environment,
    stacks: readonly SynthesizedStack[],
    url: string,
    tools: Tools,
  ): Promise<unknown> {
    const { json } = stackNamed(stacks, `${environment.name}-state`);
    return this.steps.run(
      `bootstrap ${environment.name}-state`,
      () =>
        bootstrap({
          stack: relaxProviders(json, tools.providers.found).stack,
          directory: join(this.scratch, "bootstrap"),
          executable: tools.executable,
          env: this.environmentVariables(url, environment, tools),
          adapt: (stack) => adaptProvider(stack, url),
          backendOverrides: backendSettings(url),
          approve: () => Promise.resolve(true),
          onEvent: progressPrinter(this.options.say),
          signal: this.options.signal,
        }),
      (outcome) => `state bucket ${outcome}`,
    );
  }

  private deploy(
    environment: Environment,
    name: string,
    stacks: readonly SynthesizedStack[],
    clouds: Clouds,
    tools: Tools,
  ): Promise<Deployment> {
    return this.steps.run(`deploy ${name}`, async () => {
      const deployment = await Deployment.open({
        stack: stackNamed(stacks, name),
        ...clouds,
        directory: this.stackDirectory(name),
        executable: tools.executable,
        env: this.environmentVariables(clouds.url, environment, tools),
        providers: tools.providers.found,
        signal: this.options.signal,
        onEvent: progressPrinter(this.options.say),
      });
      await deployment.apply();
      return deployment;
    });
  }

  /** Deploys all Datadog resources against a stand-in, and destroys them immediately, because no other step needs them. */
  private async monitor(
    environment: Environment,
    stacks: readonly SynthesizedStack[],
    url: string,
    tools: Tools,
  ): Promise<void> {
    const { monitoring: name } = stackNames(environment);
    const datadog = await this.steps.run(
      "start the stand-in for Datadog",
      async () => {
        this.datadog = await DatadogApiProcess.start({ root: this.options.root });
        if (this.options.signal.aborted) throw new InterruptedError();
        return this.datadog;
      },
      (started) => started.url,
    );
    const deployment = await this.deploy(environment, name, stacks, { url, datadogUrl: datadog.url }, tools);
    await checkSecondPlan(this.reporter, name, deployment);
    await this.steps.run(
      `destroy ${name}`,
      async () => {
        const before = await datadog.inventory();
        await deployment.destroy();
        const left = await datadog.inventory();
        if (left.length > 0) {
          const items = left.map(({ kind, name: called }) => `${kind} ${called}`).join(", ");
          throw new UserError(`The destroy of ${name} left something behind at Datadog: ${items}.`);
        }
        return before.length;
      },
      (count) => `${count} objects at Datadog, none is left`,
    );
  }

  /**
   * Plans an environment that is not deployed. It uses a separate emulator, because each emulator has one account and the provider
   * rejects any other. That emulator is stopped after the plan.
   */
  private async planOnly(
    environment: Environment,
    stacks: readonly SynthesizedStack[],
    tools: Tools,
    monitoringTools: Tools | undefined,
  ): Promise<void> {
    const emulator = await this.startEmulator(environment);
    const names = stackNames(environment);
    const planned: (readonly [string, Tools])[] = [
      [names.state, tools],
      [names.platform, tools],
      ...(monitoringTools === undefined ? [] : [[names.monitoring, monitoringTools] as const]),
    ];
    for (const [name, { executable, providers }] of planned) {
      await this.steps.run(
        `plan ${name}`,
        async () => {
          const deployment = await Deployment.open({
            stack: stackNamed(stacks, name),
            url: emulator.url,
            datadogUrl: this.datadog?.url,
            directory: this.stackDirectory(name),
            executable,
            env: this.environmentVariables(emulator.url, environment, { executable, providers }),
            providers: providers.found,
            state: "file",
            signal: this.options.signal,
          });
          return deployment.plan();
        },
        describePlan,
      );
    }
    await emulator.stop();
  }

  private leaveRunning(emulator: Emulator, env: Readonly<Record<string, string>>): void {
    keep(this.options.root, emulator, this.scratch);
    this.isKept = true;
    const directory = this.options.keep ? this.stackDirectory(DEPLOYED) : undefined;
    this.options.say(`\n${howToReach(env, this.scratch, directory)}`);
  }

  private environment(name: string): Environment {
    const environment = this.options.environments.find((each) => each.name === name);
    if (environment === undefined) throw new UserError(`There is no environment ${name} in src/config.`);
    return environment;
  }

  private environmentVariables(url: string, { region }: Environment, { providers }: Tools): Record<string, string> {
    return { ...cloudEnvironment(url, region), ...variableEnvironment(), ...providers.env };
  }

  private stackDirectory(name: string): string {
    return join(this.scratch, "stacks", name);
  }
}

function describePlan({ resource_changes: changes }: Plan): string {
  const count = (action: "create" | "update" | "delete"): number =>
    changes.filter(({ change }) => change.actions.includes(action)).length;
  return `${count("create")} to create, ${count("update")} to change, ${count("delete")} to delete`;
}
