import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { findProviders, findTerraform, type ProviderSource, requiredProviders } from "@dev-one/terraform-cli";
import { cloudEnvironment, variableEnvironment } from "@dev-one/terraform-json/local-endpoints";
import { stackNamed, synthesize, type SynthesizedStack } from "@dev-one/terraform-json/synthesis";

import { type Environment } from "../../../../../src/config";
import { environments } from "../../../../../src/environments";
import { Deployment, type DeploymentOptions } from "../../../src/deployment";
import { Emulator } from "../../../src/emulator";

export const ROOT = resolve(__dirname, "..", "..", "..", "..", "..");

/** The emulator requires a signature, and accepts any. */
const SIGNATURE =
  "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0";

/** A local cloud of a test, with the synthesized stacks of staging. */
export class LocalCloud {
  private readonly ending = new AbortController();

  private constructor(
    readonly scratch: string,
    readonly emulator: Emulator,
    readonly environment: Environment,
    readonly stacks: readonly SynthesizedStack[],
    readonly executable: string,
    readonly providers: ProviderSource,
  ) {}

  static async start(): Promise<LocalCloud> {
    const environment = environments.find(({ name }) => name === "staging");
    if (environment === undefined) throw new Error("there is no staging");
    const scratch = mkdtempSync(join(tmpdir(), "dev-one-test-"));
    const { executable } = await findTerraform({ root: ROOT });
    const stacks = await synthesize(ROOT, join(scratch, "synthesized"));
    const providers = await findProviders(requiredProviders(stackNamed(stacks, "staging").json), {
      scratch,
      cache: join(ROOT, ".build", "plugin-cache"),
    });
    const emulator = await Emulator.start({
      root: ROOT,
      accountId: environment.accountId,
      log: join(scratch, "emulator.log"),
    });
    return new LocalCloud(scratch, emulator, environment, stacks, executable, providers);
  }

  get env(): Record<string, string> {
    return {
      ...cloudEnvironment(this.emulator.url, this.environment.region),
      ...variableEnvironment(),
      ...this.providers.env,
      GOGC: "400", // as in packages/terraform-cli/src/process.ts, for what the tests run by themselves
    };
  }

  /** A working copy of the staging stack, like that of a user or a pipeline. */
  open(name: string): Promise<Deployment> {
    return Deployment.open(this.options(stackNamed(this.stacks, "staging"), name));
  }

  /** A part of a stack, with its state in a file. */
  openStack(stack: SynthesizedStack, name: string): Promise<Deployment> {
    return Deployment.open({ ...this.options(stack, name), state: "file" });
  }

  private options(stack: SynthesizedStack, name: string): DeploymentOptions {
    return {
      stack,
      url: this.emulator.url,
      directory: this.directory(name),
      executable: this.executable,
      env: this.env,
      providers: this.providers.found,
      signal: this.ending.signal,
    };
  }

  directory(name: string): string {
    return join(this.scratch, name);
  }

  /** An object of the state bucket, such as the state itself or its lock. */
  readStateObject(key = "staging.tfstate"): Promise<Response> {
    return fetch(`${this.bucketUrl}/${key}`, { headers: { authorization: SIGNATURE } });
  }

  /** Writes an object of the state bucket, or deletes it. */
  async writeStateObject(key: string, body: string | undefined): Promise<void> {
    const method = body === undefined ? "DELETE" : "PUT";
    await fetch(`${this.bucketUrl}/${key}`, { method, headers: { authorization: SIGNATURE }, body: body ?? null });
  }

  /** Creates only the versioned bucket; the bootstrap has its own tests. */
  async makeStateBucket(): Promise<void> {
    const headers = { authorization: SIGNATURE };
    await fetch(this.bucketUrl, { method: "PUT", headers });
    const body = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    await fetch(`${this.bucketUrl}?versioning`, { method: "PUT", headers, body });
  }

  private get bucketUrl(): string {
    return `${this.emulator.url}/dev-one-staging-terraform-state-${this.environment.accountId}`;
  }

  /** Aborted when the cloud stops, so that processes of a test that timed out end too. */
  get signal(): AbortSignal {
    return this.ending.signal;
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await this.emulator.stop();
    rmSync(this.scratch, { recursive: true, force: true });
  }
}
