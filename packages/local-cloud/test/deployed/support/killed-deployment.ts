import { isJsonObject, type JsonObject } from "@dev-one/cli/json";
import { killProcess } from "@dev-one/cli/test/processes";
import { parseEvent } from "@dev-one/terraform-cli/events";
import { execa } from "execa";

import type { LocalCloud } from "./local-cloud";

/** A deployment that was killed. */
export interface Killed {
  /** Addresses that were finished when the kill was decided, and that the state in the bucket held. */
  readonly finished: ReadonlySet<string>;
  /**
   * Addresses whose creation had begun, and may have finished before the kill took effect: the cloud may contain them, the state
   * does not.
   */
  readonly inFlight: ReadonlySet<string>;
}

/** The resource that must be in creation when the deployment is killed: it takes long, and cannot be created twice. */
const SLOWEST = "aws_db_instance.";

/**
 * Deploys staging and kills Terraform and its provider, without any warning, while the database is being created and the state in
 * the bucket contains every finished resource. The other resources in progress differ between runs.
 */
export async function killInTheMiddle(cloud: LocalCloud, directory: string): Promise<Killed> {
  const finished = new Set<string>();
  const started = new Set<string>();
  // With Terraform's own parallelism, so that few resources are in flight: each takes a `terraform import` afterwards.
  const child = execa(cloud.executable, ["apply", "-json", "-auto-approve"], {
    cwd: directory,
    // Terraform writes its state into the bucket every 20 seconds at most; here the interval is one second.
    env: { ...cloud.env, TF_STATE_PERSIST_INTERVAL: "1", TF_IN_AUTOMATION: "1", CHECKPOINT_DISABLE: "1" },
    stdin: "ignore",
    detached: true,
    reject: false,
    all: true,
  });
  const { pid } = child;
  if (pid === undefined) throw new Error("Terraform did not start");
  const kill = (): void => {
    killProcess(-pid);
  };
  cloud.signal.addEventListener("abort", kill);
  const hasEnded = new AbortController();
  const killing = killAtTheMoment(cloud, finished, started, hasEnded.signal, kill);
  for await (const line of child) {
    const event = parseEvent(line);
    if (event?.type === "start" && event.action === "create") started.add(event.address);
    if (event?.type === "complete" && event.action === "create") finished.add(event.address);
  }
  const { signal, all, exitCode } = await child;
  cloud.signal.removeEventListener("abort", kill);
  hasEnded.abort();
  const held = await killing;
  if (signal !== "SIGKILL" || held === undefined) {
    throw new Error(`Terraform ended before it was killed, with exit code ${exitCode ?? "none"}: ${all}`);
  }
  return { finished: held, inFlight: new Set([...started].filter((address) => !held.has(address))) };
}

/** @returns the finished addresses at the time of the kill; undefined when Terraform exited before */
async function killAtTheMoment(
  cloud: LocalCloud,
  finished: ReadonlySet<string>,
  started: ReadonlySet<string>,
  hasEnded: AbortSignal,
  kill: () => void,
): Promise<ReadonlySet<string> | undefined> {
  while (!hasEnded.aborted) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    const databaseIsInFlight = [...started].some((each) => each.startsWith(SLOWEST) && !finished.has(each));
    if (!databaseIsInFlight) continue;
    const before = new Set(finished);
    const known = new Set(await addressesInBucket(cloud));
    if ([...before].every((address) => known.has(address)) && !isAborted(hasEnded)) {
      kill();
      return before;
    }
  }
  return undefined;
}

// Read through a function, because the compiler does not know that the signal changes during a wait.
const isAborted = (signal: AbortSignal): boolean => signal.aborted;

/** The addresses in the state in the bucket. */
export async function addressesInBucket(cloud: LocalCloud): Promise<string[]> {
  const answer = await cloud.readStateObject();
  if (!answer.ok) return []; // Terraform has written no state yet
  const { resources } = (await answer.json()) as JsonObject;
  if (!Array.isArray(resources)) return [];
  return resources
    .filter(isJsonObject)
    .filter(({ mode }) => mode === "managed")
    .flatMap(({ type, name }) => (typeof type === "string" && typeof name === "string" ? [`${type}.${name}`] : []));
}
