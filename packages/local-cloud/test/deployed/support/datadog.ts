import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type JsonObject, objectAt } from "@dev-one/cli/json";
import { findProviders, findTerraform, requiredProviders } from "@dev-one/terraform-cli";
import { variableEnvironment } from "@dev-one/terraform-json/local-endpoints";
import type { SynthesizedStack } from "@dev-one/terraform-json/synthesis";

import { synthesize } from "../../../../../__tests__/support/synthesis";
import { type Environment, staging } from "../../../../../src/environments";
import { DatadogApi, type Organization } from "../../../src/datadog-stand-in";
import { Deployment } from "../../../src/deployment";
import { ROOT } from "./local-cloud";

/** The Datadog resources of an environment's monitoring stack, and a stand-in for Datadog's API in this process. */
export class MonitoringCloud {
  private constructor(
    readonly stack: SynthesizedStack,
    private readonly scratch: string,
    private running: DatadogApi,
  ) {}

  /** The running API; replaced by `restartApi`. */
  get api(): DatadogApi {
    return this.running;
  }

  get organization(): Organization {
    return this.running.organization;
  }

  static async start(environment: Environment = staging): Promise<MonitoringCloud> {
    const { monitoring } = synthesize(environment);
    const json = withoutAws(JSON.parse(monitoring.json) as JsonObject);
    const stack = { name: monitoring.name, json, resources: monitoring.resources().length };
    return new MonitoringCloud(stack, mkdtempSync(join(tmpdir(), "dev-one-datadog-test-")), await DatadogApi.start());
  }

  /** Restarts the API on the same port, with all objects of the organization. */
  async restartApi(port: number): Promise<void> {
    this.running = await DatadogApi.start({ port, organization: this.organization });
  }

  /** A scratch copy of the stack, or of a changed one, with a local backend. */
  async open(directory: string, stack = this.stack): Promise<Deployment> {
    const { executable } = await findTerraform({ root: ROOT });
    const providers = await findProviders(requiredProviders(this.stack.json), {
      scratch: this.scratch,
      cache: join(ROOT, ".build", "plugin-cache"),
    });
    return Deployment.open({
      stack,
      url: "http://127.0.0.1:9", // without AWS resources
      datadogUrl: this.api.url,
      directory: join(this.scratch, directory),
      executable,
      env: { ...variableEnvironment(stack.json), ...providers.env },
      providers: providers.found,
      state: "file",
      signal: new AbortController().signal,
    });
  }

  async stop(): Promise<void> {
    await this.api.stop();
    rmSync(this.scratch, { recursive: true, force: true });
  }
}

/** A copy without the AWS resources, whose provider takes most of the time; `npm start` deploys the whole stack. */
function withoutAws(stack: JsonObject): JsonObject {
  const roleIsKnown = JSON.stringify(stack).replaceAll(/\$\{aws_iam_role\.[^}]+\}/g, "dev-one-staging-datadog");
  const copy = JSON.parse(roleIsKnown) as JsonObject;
  const resources = objectAt(copy, "resource") ?? {};
  for (const type of Object.keys(resources)) if (type.startsWith("aws_")) Reflect.deleteProperty(resources, type);
  Reflect.deleteProperty(objectAt(copy, "provider") ?? {}, "aws");
  Reflect.deleteProperty(objectAt(copy, "terraform", "required_providers") ?? {}, "aws");
  return copy;
}
