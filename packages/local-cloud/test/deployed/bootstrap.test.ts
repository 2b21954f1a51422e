import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type JsonObject, readJsonFile, writeJsonFile } from "@dev-one/cli/json";
import { bootstrap, type BootstrapOptions } from "@dev-one/delivery/bootstrap/bootstrap";
import { backendOnly, s3Backend, withS3Backend } from "@dev-one/delivery/bootstrap/state-stack";
import { Workplace } from "@dev-one/delivery/bootstrap/workplace";
import {
  findProviders,
  findTerraform,
  type ProviderSource,
  relaxProviders,
  requiredProviders,
  Terraform,
} from "@dev-one/terraform-cli";
import { adaptProvider, backendSettings, cloudEnvironment } from "@dev-one/terraform-json/local-endpoints";
import { stackNamed, synthesize } from "@dev-one/terraform-json/synthesis";

import { Emulator } from "../../src/emulator";
import { ROOT } from "./support/local-cloud";

// Most of the time the provider waits, 55 seconds for each new bucket's lifecycle rules: so the tests run at the same time,
// each with an emulator of its own.
const ACCOUNT = "111122223333";

// Five at a time share the cores, so the time of one holds the work of the others.
jest.setTimeout(900_000);

/** Time for one bootstrap, of which a test has two that are long: it ends what it started before its own time is over. */
const LIMIT_MS = 400_000;

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
});

afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

test.concurrent(
  "makes the bucket, moves its own state into it, and does nothing the second time",
  inCloud(async (url) => {
    const first = prepare(url);
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

test.concurrent(
  "makes nothing that was not approved",
  inCloud(async (url) => {
    const { options } = prepare(url, { approve: () => Promise.resolve(false) });
    await expect(bootstrap(options)).rejects.toThrow("Not approved");
    expect(await buckets(url)).toEqual([]);
  }),
);

for (const { when, step } of [
  { when: "before the bucket is made", step: "Making the bucket" },
  { when: "before the state is moved", step: "Moving the state" },
  { when: "before the moved state is compared", step: "Comparing the moved state" },
]) {
  test.concurrent(
    `goes on after an interruption ${when}`,
    inCloud(async (url) => {
      const interrupted = prepare(url, { stopAt: step });
      await expect(bootstrap(interrupted.options)).rejects.toThrow("Interrupted");

      const again = prepare(url, { directory: interrupted.directory });
      await expect(bootstrap(again.options)).resolves.toBe("created");
      expect((await remoteState(url)).addresses).toHaveLength(resourcesOfTheStack());
      expect(await buckets(url)).toHaveLength(1);
      expect(existsSync(interrupted.directory)).toBe(false);
    }),
  );
}

test.concurrent(
  "goes on after an interruption in the middle of an apply",
  inCloud(async (url) => {
    const interrupted = prepare(url, { stopWhenMade: /^aws_s3_bucket\./ });
    await expect(bootstrap(interrupted.options)).rejects.toThrow("Interrupted");

    const again = prepare(url, { directory: interrupted.directory });
    await expect(bootstrap(again.options)).resolves.toBe("created");
    expect((await remoteState(url)).addresses).toHaveLength(resourcesOfTheStack());
  }),
);

test.concurrent(
  "takes over what AWS had made when the interrupted provider no longer waited for the answer",
  inCloud(async (url) => {
    const interrupted = prepare(url, { stopAt: "Moving the state" });
    await expect(bootstrap(interrupted.options)).rejects.toThrow("Interrupted");
    expect(
      forget(interrupted.directory, /^aws_(iam_policy|iam_role|iam_openid_connect_provider|kms_alias)$/),
    ).toBeGreaterThan(5);

    const again = prepare(url, { directory: interrupted.directory });
    await expect(bootstrap(again.options)).resolves.toBe("created");
    expect((await remoteState(url)).addresses).toHaveLength(resourcesOfTheStack());
  }),
);

test.concurrent(
  "refuses a bucket whose state is lost, and takes it over when told so",
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
  "takes over a bucket beside which nothing else was made",
  inCloud(async (url) => {
    const bucket = s3Backend(stack).bucket;
    await fetch(`${url}/${bucket}`, { method: "PUT", headers: { host: "s3.amazonaws.com" } });
    expect(await buckets(url)).toEqual([bucket]);

    await expect(bootstrap({ ...prepare(url).options, adopt: true })).resolves.toBe("created");
    expect((await remoteState(url)).addresses).toHaveLength(resourcesOfTheStack());
  }),
);

/** A test with an emulator of its own, which knows it by the address of its API. */
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
  /** Address of a resource after which to stop, once it is made. */
  readonly stopWhenMade?: RegExp;
}

function prepare(
  url: string,
  preparation: Preparation = {},
): { readonly directory: string; readonly options: BootstrapOptions } {
  const directory = preparation.directory ?? mkdtempSync(join(scratch, "run-"));
  const controller = new AbortController();
  const options: BootstrapOptions = {
    stack,
    directory,
    executable,
    env: environment(url),
    adapt: (original) => adaptProvider(original, url),
    backendOverrides: backendSettings(url),
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

/** Takes what is of a type out of the local state, as if its making had never been answered. @returns how many it took */
function forget(directory: string, type: RegExp): number {
  const file = join(new Workplace(directory).local, "terraform.tfstate");
  const state = readJsonFile(file);
  const all = (state.resources as JsonObject[]).filter(({ mode }) => mode === "managed");
  const kept = all.filter((resource) => !(typeof resource.type === "string" && type.test(resource.type)));
  writeJsonFile(file, { ...state, resources: kept });
  return all.length - kept.length;
}

/** What a fresh working directory finds in the bucket. */
async function remoteState(url: string): Promise<{ readonly serial: number; readonly addresses: string[] }> {
  const { directory, options } = prepare(url);
  new Workplace(directory).writeStack(directory, backendOnly(withS3Backend(stack, options.backendOverrides ?? {})));
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
