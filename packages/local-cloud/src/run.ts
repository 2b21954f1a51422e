import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { UserError } from "@dev-one/cli/user-error";
import { bootstrap } from "@dev-one/delivery/bootstrap/bootstrap";
import { relaxProviders } from "@dev-one/terraform-cli";
import { changedStack } from "@dev-one/terraform-json/changed-stack";
import { adaptStack, cloudEnvironment, variableEnvironment } from "@dev-one/terraform-json/local-endpoints";
import type { RawPlan } from "@dev-one/terraform-json/read-plan";
import { stackNamed, synthesize, type SynthesizedStack } from "@dev-one/terraform-json/synthesis";

import { type Environment, environments, stackNames } from "../../../src/environments";
import type { Arguments } from "./arguments";
import { checkAddressTable, checkBootFiles, checkLeftovers, checkSecondPlan } from "./checks";
import { DatadogApi } from "./datadog-stand-in";
import { Deployment } from "./deployment";
import { Emulator, type EmulatorOptions } from "./emulator";
import { howToReach, keep, refuseSecondKept } from "./keep";
import { takeInventory } from "./leftovers";
import { progressPrinter } from "./progress";
import { Steps } from "./steps";
import { printedSummary, writeSummary } from "./summary";
import { findMonitoringTools, findTools, type Tools } from "./tools";

export interface RunOptions extends Arguments {
  /** The project's directory. */
  readonly root: string;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** Where a stack of an environment is deployed or planned, and with which tools. */
interface Cloud {
  readonly environment: Environment;
  /** URL of the emulator of AWS. */
  readonly url: string;
  /** URL of the stand-in for Datadog's API. */
  readonly datadogUrl?: string;
  readonly tools: Tools;
}

type Monitoring = Pick<Cloud, "tools" | "datadogUrl">;

/** The main sequence, from synthesis to an empty account. */
export class Run {
  private readonly scratch = mkdtempSync(join(tmpdir(), "dev-one-local-cloud-"));
  /** Servers that end with the run. */
  private readonly servers = new Set<Emulator | DatadogApi>();
  private stacks: readonly SynthesizedStack[] = [];
  private isKept = false;
  /** The environment that is deployed; the others are only planned. */
  private readonly deployed: Environment;

  constructor(private readonly options: RunOptions) {
    const deployed = environments.find(({ name }) => name === options.environment);
    if (deployed === undefined) {
      const names = environments.map(({ name }) => name).join(", ");
      throw new UserError(`--environment ${options.environment} is not an environment. Write one of: ${names}.`);
    }
    this.deployed = deployed;
  }

  async run(): Promise<void> {
    const { say, signal, json } = this.options;
    const steps = new Steps(say, signal);
    try {
      await this.work(steps);
    } finally {
      await Promise.all([...this.servers].map((server) => server.stop()));
      if (!this.isKept) rmSync(this.scratch, { recursive: true, force: true });
      const seconds = performance.now() / 1000; // since the start of this process
      say(`\n${printedSummary(steps.results, seconds)}`);
      if (json !== undefined) writeSummary(json, steps.results, seconds);
    }
  }

  private async work(steps: Steps): Promise<void> {
    const { keep, empty, root, port, signal } = this.options;
    if (keep || empty) await refuseSecondKept(root);
    this.stacks = await this.synthesize(steps);
    const tools = await findTools(steps, root, this.scratch, this.stack(this.deployed.name));
    const emulator = await this.startEmulator(steps, this.deployed, { port, calls: this.options.calls });
    const cloud: Cloud = { environment: this.deployed, url: emulator.url, tools };
    if (empty) {
      // Manual deployments may include the monitoring stack, whose providers are therefore required too.
      const monitoringTools = await this.monitoringTools(steps, tools);
      this.leaveRunning(emulator, { ...cloud, tools: monitoringTools ?? tools });
      return;
    }
    const inventory = () => takeInventory(root, this.environmentVariables(cloud), signal);
    const before = await inventory();

    await this.bootstrap(steps, cloud);
    // Not beside the bootstrap: both would install providers, and Terraform's plugin cache does not support two writers.
    const deployment = await steps.runBoth(
      (main) => this.deployAndCheck(main, cloud),
      (beside) => this.monitorAndPlan(beside, cloud),
    );
    if (keep) {
      this.leaveRunning(emulator, cloud);
      steps.leaveOut(`destroy ${this.deployed.name}`, "--keep");
      return;
    }
    if (this.deployed.protectFromDestruction) {
      steps.leaveOut(`destroy ${this.deployed.name}`, "protectFromDestruction");
      return;
    }
    await steps.run(`destroy ${this.deployed.name}`, () => deployment.destroy());
    await checkLeftovers(steps, before, inventory);
  }

  private synthesize(steps: Steps): Promise<SynthesizedStack[]> {
    return steps.run(
      "synthesize every environment",
      () => synthesize(this.options.root, join(this.scratch, "cdktf.out"), this.options.signal),
      (stacks) => stacks.map(({ name, resources }) => `${name} ${resources}`).join(", ") + " resources",
    );
  }

  private startEmulator(
    steps: Steps,
    { name, accountId }: Environment,
    options: Pick<EmulatorOptions, "port" | "calls"> = {},
  ): Promise<Emulator> {
    return steps.run(
      `start the local cloud for ${name}`,
      async () => {
        const log = join(this.scratch, `emulator-${name}.log`);
        const emulator = await Emulator.start({ root: this.options.root, accountId, log, ...options });
        this.servers.add(emulator);
        return emulator;
      },
      ({ url }) => `account ${accountId} at ${url}`,
    );
  }

  private monitoringTools(steps: Steps, tools: Tools): Promise<Tools | undefined> {
    const scratch = join(this.scratch, "monitoring-providers");
    return findMonitoringTools(
      steps,
      this.options.root,
      scratch,
      this.stack(stackNames(this.deployed).monitoring),
      tools,
    );
  }

  private async bootstrap(steps: Steps, cloud: Cloud): Promise<void> {
    const { environment, url, tools } = cloud;
    const { state } = stackNames(environment);
    await steps.run(
      `bootstrap ${state}`,
      () =>
        bootstrap({
          stack: adaptStack(relaxProviders(this.stack(state).json, tools.providers.found).stack, url),
          directory: join(this.scratch, "bootstrap"),
          executable: tools.executable,
          env: this.environmentVariables(cloud),
          approve: () => Promise.resolve(true),
          onEvent: progressPrinter(steps.say),
          signal: steps.signal,
        }),
      (outcome) => `state bucket ${outcome}`,
    );
  }

  private async deployAndCheck(steps: Steps, cloud: Cloud): Promise<Deployment> {
    const { environment, url } = cloud;
    const deployment = await this.deploy(steps, cloud, environment.name);
    await checkAddressTable(steps, environment, url);
    await checkBootFiles(steps, this.stack(environment.name), { url, region: environment.region });
    await checkSecondPlan(steps, environment.name, deployment);
    if (this.options.calls === undefined) return deployment;
    return steps.run(`change ${environment.name}`, async () => {
      const changed = await this.open(steps, cloud, changedStack(this.stack(environment.name)));
      await changed.apply();
      return changed;
    });
  }

  private deploy(steps: Steps, cloud: Cloud, stack: string): Promise<Deployment> {
    return steps.run(`deploy ${stack}`, async () => {
      const deployment = await this.open(steps, cloud, this.stack(stack));
      await deployment.apply();
      return deployment;
    });
  }

  /** The steps that do not need the deployed environment: its monitoring, and the plans of the other environments. */
  private async monitorAndPlan(steps: Steps, { tools, ...cloud }: Cloud): Promise<void> {
    const monitoringTools = await this.monitoringTools(steps, tools);
    const monitoring = monitoringTools && (await this.monitor(steps, { ...cloud, tools: monitoringTools }));
    for (const environment of environments) {
      if (environment !== this.deployed) await this.planOnly(steps, environment, tools, monitoring);
    }
  }

  /**
   * Deploys all Datadog resources against a stand-in, and destroys them immediately, because no other step needs them.
   *
   * @returns tools and stand-in for the plans of the other environments' monitoring
   */
  private async monitor(steps: Steps, cloud: Cloud): Promise<Monitoring> {
    const { monitoring: name } = stackNames(cloud.environment);
    const { url: datadogUrl, organization } = await steps.run(
      "start the stand-in for Datadog",
      async () => {
        const datadog = await DatadogApi.start();
        this.servers.add(datadog);
        return datadog;
      },
      ({ url }) => url,
    );
    const deployment = await this.deploy(steps, { ...cloud, datadogUrl }, name);
    await checkSecondPlan(steps, name, deployment);
    await steps.run(
      `destroy ${name}`,
      async () => {
        const before = organization.inventory();
        await deployment.destroy();
        const left = organization.inventory().map(({ kind, name: called }) => `${kind} ${called}`);
        if (left.length === 0) return before.length;
        throw new UserError(`The destroy of ${name} left something behind at Datadog: ${left.join(", ")}.`);
      },
      (count) => `${count} objects at Datadog, none is left`,
    );
    return { tools: cloud.tools, datadogUrl };
  }

  /**
   * Plans an environment that is not deployed. It uses a separate emulator, because each emulator has one account and the provider
   * rejects any other. That emulator is stopped after the plan.
   */
  private async planOnly(steps: Steps, environment: Environment, tools: Tools, monitoring?: Monitoring): Promise<void> {
    const emulator = await this.startEmulator(steps, environment);
    const cloud: Cloud = { environment, url: emulator.url, tools };
    const names = stackNames(environment);
    const plan = (stack: string, its: Cloud): Promise<RawPlan> =>
      steps.run(
        `plan ${stack}`,
        async () => (await this.open(steps, its, this.stack(stack), "file")).plan(),
        describePlan,
      );
    await plan(names.state, cloud);
    await plan(names.platform, cloud);
    if (monitoring !== undefined) await plan(names.monitoring, { ...cloud, ...monitoring });
    await emulator.stop();
  }

  private open(steps: Steps, cloud: Cloud, stack: SynthesizedStack, state?: "file"): Promise<Deployment> {
    return Deployment.open({
      stack,
      url: cloud.url,
      datadogUrl: cloud.datadogUrl,
      directory: this.stackDirectory(stack.name),
      executable: cloud.tools.executable,
      env: this.environmentVariables(cloud),
      providers: cloud.tools.providers.found,
      state,
      signal: steps.signal,
      onEvent: progressPrinter(steps.say),
    });
  }

  private leaveRunning(emulator: Emulator, cloud: Cloud): void {
    keep(this.options.root, emulator, this.scratch);
    this.servers.delete(emulator);
    this.isKept = true;
    const directory = this.options.keep ? this.stackDirectory(this.deployed.name) : undefined;
    this.options.say(`\n${howToReach(this.environmentVariables(cloud), this.scratch, directory)}`);
  }

  private environmentVariables({ environment, url, tools }: Cloud): Record<string, string> {
    return {
      ...cloudEnvironment(url, environment.region),
      ...variableEnvironment(...this.stacks.map(({ json }) => json)),
      ...tools.providers.env,
    };
  }

  private stack(name: string): SynthesizedStack {
    return stackNamed(this.stacks, name);
  }

  private stackDirectory(name: string): string {
    return join(this.scratch, "stacks", name);
  }
}

function describePlan({ resource_changes: changes }: RawPlan): string {
  const count = (action: "create" | "update" | "delete"): number =>
    (changes ?? []).filter(({ change }) => change.actions.includes(action)).length;
  return `${count("create")} to create, ${count("update")} to change, ${count("delete")} to delete`;
}
