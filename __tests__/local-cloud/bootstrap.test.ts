import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { bootstrap, type BootstrapOptions } from "../../tools/bootstrap/bootstrap";
import { backendOnly, withS3Backend } from "../../tools/bootstrap/state-stack";
import { Workplace } from "../../tools/bootstrap/workplace";
import type { JsonObject } from "../../tools/json";
import { adaptProvider, backendSettings, cloudEnvironment } from "../../tools/local-cloud/adapt";
import { Emulator } from "../../tools/local-cloud/emulator";
import { stackNamed, synthesize } from "../../tools/synthesis";
import {
  findProviders,
  findTerraform,
  type ProviderSource,
  relaxProviders,
  requiredProviders,
  Terraform,
} from "../../tools/terraform";

const ROOT = resolve(__dirname, "..", "..");
const ACCOUNT = "111122223333";

jest.setTimeout(240_000);

let emulator: Emulator;
let scratch: string;
let stack: JsonObject;
let source: ProviderSource;
let executable: string;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), "dev-one-bootstrap-test-"));
  emulator = await Emulator.start({ root: ROOT, accountId: ACCOUNT, log: join(scratch, "emulator.log") });
  ({ executable } = await findTerraform({ root: ROOT }));
  const stacks = await synthesize(ROOT, join(scratch, "cdktf.out"));
  const { json: synthesized } = stackNamed(stacks, "staging-state");
  source = await findProviders(requiredProviders(synthesized), {
    scratch,
    cache: join(ROOT, ".build", "plugin-cache"),
  });
  ({ stack } = relaxProviders(synthesized, source.found));
});

afterAll(async () => {
  await emulator.stop();
  rmSync(scratch, { recursive: true, force: true });
});

beforeEach(async () => {
  await fetch(`${emulator.url}/moto-api/reset`, { method: "POST" });
});

describe("bootstrap of an environment", () => {
  test("makes the bucket, moves its own state into it, and does nothing the second time", async () => {
    const first = prepare();
    await expect(bootstrap(first.options)).resolves.toBe("created");
    const state = await remoteState();
    expect(state.addresses).toEqual(expect.arrayContaining([expect.stringMatching(/^aws_s3_bucket\./)]));
    expect(existsSync(first.directory)).toBe(false);

    const second = prepare({ approve: () => Promise.reject(new Error("nothing is to be approved")) });
    await expect(bootstrap(second.options)).resolves.toBe("unchanged");
    expect(await remoteState()).toEqual(state);
    expect(existsSync(second.directory)).toBe(false);
  });

  test("makes nothing that was not approved", async () => {
    const { options } = prepare({ approve: () => Promise.resolve(false) });
    await expect(bootstrap(options)).rejects.toThrow("Not approved");
    expect(await buckets()).toEqual([]);
  });

  test.each([
    ["before the bucket is made", "Making the bucket"],
    ["before the state is moved", "Moving the state"],
    ["before the moved state is compared", "Comparing the moved state"],
  ])("goes on after an interruption %s", async (_when, step) => {
    const interrupted = prepare({ stopAt: step });
    await expect(bootstrap(interrupted.options)).rejects.toThrow("Interrupted");

    const again = prepare({ directory: interrupted.directory });
    await expect(bootstrap(again.options)).resolves.toBe("created");
    expect((await remoteState()).addresses).toHaveLength(RESOURCES());
    expect(await buckets()).toHaveLength(1);
    expect(existsSync(interrupted.directory)).toBe(false);
  });

  test("goes on after an interruption in the middle of an apply", async () => {
    const interrupted = prepare({ stopAtFirstResource: true });
    await expect(bootstrap(interrupted.options)).rejects.toThrow("Interrupted");

    const again = prepare({ directory: interrupted.directory });
    await expect(bootstrap(again.options)).resolves.toBe("created");
    expect((await remoteState()).addresses).toHaveLength(RESOURCES());
  });

  test("refuses a bucket whose state is lost, and takes it over when told so", async () => {
    const lost = prepare({ stopAt: "Moving the state" });
    await expect(bootstrap(lost.options)).rejects.toThrow("Interrupted");
    rmSync(lost.directory, { recursive: true });

    await expect(bootstrap(prepare().options)).rejects.toThrow("take over the bucket and its key with --adopt");

    await expect(bootstrap({ ...prepare().options, adopt: true })).resolves.toBe("created");
    expect((await remoteState()).addresses).toHaveLength(RESOURCES());
    await expect(bootstrap(prepare().options)).resolves.toBe("unchanged");
  });
});

interface Preparation {
  readonly directory?: string;
  readonly approve?: BootstrapOptions["approve"];
  readonly stopAt?: string;
  readonly stopAtFirstResource?: boolean;
}

function prepare(preparation: Preparation = {}): { readonly directory: string; readonly options: BootstrapOptions } {
  const directory = preparation.directory ?? mkdtempSync(join(scratch, "run-"));
  const controller = new AbortController();
  const options: BootstrapOptions = {
    stack,
    directory,
    executable,
    env: { ...source.env, ...environment() },
    adapt: (original) => adaptProvider(original, emulator.url),
    backendOverrides: backendSettings(emulator.url),
    approve: preparation.approve ?? (() => Promise.resolve(true)),
    onStep: (step) => {
      if (preparation.stopAt !== undefined && step.startsWith(preparation.stopAt)) controller.abort();
    },
    onEvent: (event) => {
      if (preparation.stopAtFirstResource === true && event.type === "complete" && event.action === "create") {
        controller.abort();
      }
    },
    signal: controller.signal,
  };
  return { directory, options };
}

const environment = (): Record<string, string> => cloudEnvironment(emulator.url, "us-east-1");

/** What a fresh working directory finds in the bucket. */
async function remoteState(): Promise<{ readonly serial: number; readonly addresses: string[] }> {
  const { directory, options } = prepare();
  new Workplace(directory).writeStack(directory, backendOnly(withS3Backend(stack, options.backendOverrides ?? {})));
  const terraform = new Terraform({ executable, directory, env: { ...source.env, ...environment() } });
  await terraform.init();
  const pulled = await terraform.statePull();
  const managed = (await terraform.stateList()).filter((address) => !address.startsWith("data."));
  return { serial: Number(pulled?.serial), addresses: managed };
}

const RESOURCES = (): number =>
  Object.values(stack.resource as Record<string, JsonObject>).flatMap((resources) => Object.keys(resources)).length;

async function buckets(): Promise<string[]> {
  const text = await (await fetch(`${emulator.url}/`, { headers: { host: "s3.amazonaws.com" } })).text();
  return [...text.matchAll(/<Name>([^<]+)<\/Name>/g)].map((match) => match[1] ?? "");
}
