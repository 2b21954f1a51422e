import type { Environment } from "../../../src/environments";
import type { Aws } from "./aws";
import { account } from "./checks/account";
import { database } from "./checks/database";
import { dns, type DnsOptions, hostedZone } from "./checks/dns";
import { names } from "./checks/names";
import { quotas } from "./checks/quotas";
import { roles } from "./checks/roles";
import { servers } from "./checks/servers";
import { thirdParties, type ThirdPartiesOptions } from "./checks/third-parties";
import { zones } from "./checks/zones";
import { allStacks, type Check, type Context, type Stacks } from "./context";
import { notAnswered } from "./failure";
import { type Finding, warning } from "./finding";
import { Managed, readManaged } from "./managed";
import type { Variables } from "./variables";

/** Time in which a check must end; all run at the same time. */
const LIMIT_MS = 25_000;

/** In the order of the table. */
const CHECKS: readonly Check[] = [zones, servers, quotas, roles, names, database];

export interface PreflightOptions {
  readonly environment: Environment;
  readonly stacks: Stacks;
  readonly aws: Aws;
  readonly variables: Variables;
  /** DNS of this machine. @default its resolvers */
  readonly network?: Pick<DnsOptions, "resolvers" | "ask"> & Pick<ThirdPartiesOptions, "get">;
  /** Called when a check ends. */
  readonly onDone?: (title: string) => void;
  /** Time in which a check must end. @default 25 seconds */
  readonly limitMs?: number;
}

/** Looks at what an environment needs of its account, of DNS and of Datadog, and changes nothing. */
export async function preflight(options: PreflightOptions): Promise<Finding[]> {
  const { environment, stacks, variables, network = {} } = options;
  const keys = timed("keys of Datadog and Opsgenie", options, () =>
    thirdParties({ environment, monitoring: stacks.monitoring, variables, ...network }),
  );
  const identity = await account(options.aws, environment);
  const inAccount = identity.verdict === "ok" ? accountFindings(options) : undefined;
  const zone = inAccount?.zone ?? Promise.resolve({ zoneServers: undefined, findings: [] });
  const names = timed("delegation and CAA records", options, async () => {
    const { zoneServers, findings } = await zone;
    return [...findings, ...(await dns({ domain: environment.domain, zoneServers, ...network }))];
  });
  return [identity, ...((await inAccount?.findings) ?? []), ...(await names), ...(await keys)];
}

/** What is asked of AWS, once the credentials are those of the environment's account. */
function accountFindings(options: PreflightOptions) {
  const { environment, stacks, aws } = options;
  const states = readStates(aws, stacks);
  const context = states.then(({ managed }): Context => ({ environment, stacks, aws, managed }));
  const read = timed("Terraform states", options, async () => (await states).findings);
  const checks = CHECKS.map((check) => timed(check.title, options, async () => check.run(await context)));
  return {
    findings: Promise.all([read, ...checks]).then((found) => found.flat()),
    zone: context.then(hostedZone),
  };
}

/** What Terraform manages; without the states, what exists with the environment's tags counts as its own. */
async function readStates(aws: Aws, stacks: Stacks): Promise<{ managed: Managed; findings: Finding[] }> {
  try {
    return { managed: await readManaged(aws, allStacks(stacks)), findings: [] };
  } catch (error) {
    return {
      managed: new Managed(new Map(), true),
      findings: [notAnswered("Terraform states", error, "s3:GetObject")],
    };
  }
}

/** Findings of a check, or a warning when it does not end in time. */
async function timed(
  title: string,
  { onDone = () => undefined, limitMs = LIMIT_MS }: PreflightOptions,
  find: () => Promise<Finding[]>,
): Promise<Finding[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding[]>((resolve) => {
    timer = setTimeout(() => {
      const text = `not checked: no answer within ${limitMs / 1000} seconds`;
      resolve([warning(title, text, "check the network and repeat the command")]);
    }, limitMs);
  });
  try {
    return await Promise.race([find(), late]);
  } finally {
    clearTimeout(timer);
    onDone(title);
  }
}
