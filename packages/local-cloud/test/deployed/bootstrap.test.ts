import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type JsonObject, objectAt, readJsonFile, writeJsonFile } from "@dev-one/cli/json";
import { bootstrap, type BootstrapOptions } from "@dev-one/delivery/bootstrap/bootstrap";
import { backendOnly, s3Backend } from "@dev-one/delivery/bootstrap/state-stack";
import { Workplace } from "@dev-one/delivery/bootstrap/workplace";
import {
  findProviders,
  findTerraform,
  type ProviderSource,
  relaxProviders,
  requiredProviders,
  Terraform,
} from "@dev-one/terraform-cli";
import { adaptStack, cloudEnvironment } from "@dev-one/terraform-json/local-endpoints";
import { stackNamed, synthesize } from "@dev-one/terraform-json/synthesis";

import { Emulator } from "../../src/emulator";
import { ROOT } from "./support/local-cloud";

// The tests run concurrently, each with its own emulator. Their stack has no lifecycle rules of the bucket: the provider waits 55
// seconds for those, and `npm start` bootstraps the whole stack.
const ACCOUNT = "111122223333";

// Five tests share the cores, so the timeout of each includes the work of the others.
jest.setTimeout(600_000);

/** Timeout of one bootstrap. A test must stop its processes before its own timeout. */
const LIMIT_MS = 250_000;

let scratch: string;
let stack: JsonObject;
let source: ProviderSource;
let executable: string;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), "dev-one-bootstrap-test-"));
  ({ executable } = await findTerraform({ root: ROOT }));
  const { json } = stackNamed(await synthesize(ROOT, join(scratch, "cdktf.out")), "staging-state");
  source = await findProviders(requiredProviders(json), { scratch, cache: join(ROOT, ".build", "plugin-cache") });
  ({ stack } = relaxProviders(json, source.found));
  Reflect.deleteProperty(objectAt(stack, "resource") ?? {}, "aws_s3_bucket_lifecycle_configuration");
});

afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

test.concurrent(
  "creates nothing without approval; with it the bucket, moves its state into it, and changes nothing in the second run",
  inCloud(async (url) => {
    const refused = prepare(url, { approve: () => Promise.resolve(false) });
    await expect(bootstrap(refused.options)).rejects.toThrow("Not approved");
    expect(await buckets(url)).toEqual([]);

    const first = prepare(url, { directory: refused.directory });
    await expect(bootstrap(first.options)).resolves.toBe("created");
    const state = await remoteState(url);
    expect(state.addresses).toEqual(expect.arrayContaining([expect.stringMatching(/^aws_s3_bucket\./)]));
    expect(existsSync(first.directory)).toBe(false);

    const second = prepare(url, { approve: () => Promise.reject(new Error("nothing is to be approved")) });
    await expect(bootstrap(second.options)).resolves.toBe("unchanged");
    expect(await remoteState(url)).toEqual(state);
    expect(existsSync(second.directory)).toBe(false);
  }),
);

for (const { when, stop, forgotten } of [
  { when: "before the moved state is compared", stop: { stopAt: "Comparing the moved state" } },
  { when: "during an apply", stop: { stopWhenMade: /^aws_s3_bucket\./ } },
  {
    when: "before the state is moved, and imports resources that the provider did not wait for",
    stop: { stopAt: "Moving the state" },
    forgotten: /^aws_(iam_policy|iam_role|iam_openid_connect_provider|kms_alias)$/,
  },
]) {
  test.concurrent(
    `resumes after an interruption ${when}`,
    inCloud(async (url) => {
      const interrupted = prepare(url, stop);
      await expect(bootstrap(interrupted.options)).rejects.toThrow("Interrupted");
      if (forgotten !== undefined) expect(forget(interrupted.directory, forgotten)).toBeGreaterThan(5);

      const again = prepare(url, { directory: interrupted.directory });
      await expect(bootstrap(again.options)).resolves.toBe("created");
      expect((await remoteState(url)).addresses).toHaveLength(resourcesOfTheStack());
      expect(await buckets(url)).toHaveLength(1);
      expect(existsSync(interrupted.directory)).toBe(false);
    }),
  );
}

test.concurrent(
  "rejects a bucket whose state is lost, and imports it with the option",
  inCloud(async (url) => {
    const lost = prepare(url, { stopAt: "Moving the state" });
    await expect(bootstrap(lost.options)).rejects.toThrow("Interrupted");
    rmSync(lost.directory, { recursive: true });

    await expect(bootstrap(prepare(url).options)).rejects.toThrow("take over the bucket and its key with --adopt");

    await expect(bootstrap({ ...prepare(url).options, adopt: true })).resolves.toBe("created");
    expect((await remoteState(url)).addresses).toHaveLength(resourcesOfTheStack());
    await expect(bootstrap(prepare(url).options)).resolves.toBe("unchanged");
  }),
);

test.concurrent(
  "imports a bucket when no other resource was created",
  inCloud(async (url) => {
    const bucket = s3Backend(stack).bucket;
    await fetch(`${url}/${bucket}`, { method: "PUT", headers: { host: "s3.amazonaws.com" } });
    expect(await buckets(url)).toEqual([bucket]);

    await expect(bootstrap({ ...prepare(url).options, adopt: true })).resolves.toBe("created");
    expect((await remoteState(url)).addresses).toHaveLength(resourcesOfTheStack());
  }),
);

/** A test with its own emulator, whose URL it receives. */
function inCloud(run: (url: string) => Promise<void>): () => Promise<void> {
  return async () => {
    const log = join(mkdtempSync(join(scratch, "cloud-")), "emulator.log");
    const emulator = await Emulator.start({ root: ROOT, accountId: ACCOUNT, log });
    try {
      await run(emulator.url);
    } finally {
      await emulator.stop();
    }
  };
}

interface Preparation {
  readonly directory?: string;
  readonly approve?: BootstrapOptions["approve"];
  readonly stopAt?: string;
  /** Pattern of the resource address after whose creation the run is interrupted. */
  readonly stopWhenMade?: RegExp;
}

function prepare(
  url: string,
  preparation: Preparation = {},
): { readonly directory: string; readonly options: BootstrapOptions } {
  const directory = preparation.directory ?? mkdtempSync(join(scratch, "run-"));
  const controller = new AbortController();
  const options: BootstrapOptions = {
    stack: adaptStack(stack, url),
    directory,
    executable,
    env: environment(url),
    approve: preparation.approve ?? (() => Promise.resolve(true)),
    onStep: (step) => {
      if (preparation.stopAt !== undefined && step.startsWith(preparation.stopAt)) controller.abort();
    },
    onEvent: (event) => {
      if (
        event.type === "complete" &&
        event.action === "create" &&
        preparation.stopWhenMade?.test(event.address) === true
      ) {
        controller.abort();
      }
    },
    signal: AbortSignal.any([controller.signal, AbortSignal.timeout(LIMIT_MS)]),
  };
  return { directory, options };
}

const environment = (url: string): Record<string, string> => ({
  ...source.env,
  ...cloudEnvironment(url, "us-east-1"),
});

/** Removes the resources of a type from the local state, as if their creation had received no response. @returns their number */
function forget(directory: string, type: RegExp): number {
  const file = join(new Workplace(directory).local, "terraform.tfstate");
  const state = readJsonFile(file);
  const all = (state.resources as JsonObject[]).filter(({ mode }) => mode === "managed");
  const kept = all.filter((resource) => !(typeof resource.type === "string" && type.test(resource.type)));
  writeJsonFile(file, { ...state, resources: kept });
  return all.length - kept.length;
}

/** The state in the bucket, read from a new working directory. */
async function remoteState(url: string): Promise<{ readonly serial: number; readonly addresses: string[] }> {
  const { directory, options } = prepare(url);
  new Workplace(directory).writeStack(directory, backendOnly(options.stack));
  const terraform = new Terraform({ executable, directory, env: environment(url) });
  await terraform.init();
  const pulled = await terraform.statePull();
  const managed = (await terraform.stateList()).filter((address) => !address.startsWith("data."));
  return { serial: Number(pulled?.serial), addresses: managed };
}

const resourcesOfTheStack = (): number =>
  Object.values(stack.resource as Record<string, JsonObject>).flatMap((resources) => Object.keys(resources)).length;

async function buckets(url: string): Promise<string[]> {
  const text = await (await fetch(`${url}/`, { headers: { host: "s3.amazonaws.com" } })).text();
  return [...text.matchAll(/<Name>([^<]+)<\/Name>/g)].map((match) => match[1] ?? "");
}
