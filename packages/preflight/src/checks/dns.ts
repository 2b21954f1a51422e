import { paginateListHostedZones } from "@aws-sdk/client-route-53";

import { type Context } from "../context";
import { type AskDns, askDns, type DnsAnswer, type DnsServer, systemResolvers, type Transport } from "../dns-query";
import { failureOf, notAnswered } from "../failure";
import { type Finding, ok, stop, warning } from "../finding";

const TRANSPORTS: readonly Transport[] = ["UDP", "TCP"];

/**
 * Certificate authorities of ACM. One of them must be allowed where a domain has CAA records at all.
 * @see https://docs.aws.amazon.com/acm/latest/userguide/setup-caa.html
 */
const AMAZON = ["amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com"];

const DELEGATE = "delegate the domain to the name servers of the hosted zone: docs/runbooks/first-deployment.md";

export interface DnsOptions {
  readonly domain: string;
  /** Name servers of the environment's public hosted zone: none before the first apply, undefined where it could not be asked for. */
  readonly zoneServers: readonly string[] | undefined;
  /** @default the resolvers of this machine */
  readonly resolvers?: readonly DnsServer[];
  /** @default a query on the network */
  readonly ask?: AskDns;
}

/** Name servers of the environment's public hosted zone, and findings on other zones of its name. */
export async function hostedZone({
  aws: { route53 },
  managed,
  environment: { domain },
}: Context): Promise<{ zoneServers: string[] | undefined; findings: Finding[] }> {
  const own = managed.ids("aws_route53_zone", "zone_id");
  const zones: string[] = [];
  try {
    for await (const { HostedZones = [] } of paginateListHostedZones({ client: route53 }, {})) {
      const found = HostedZones.filter(({ Name, Config }) => Name === `${domain}.` && Config?.PrivateZone !== true);
      zones.push(...found.map(({ Id = "" }) => Id.replace("/hostedzone/", "")));
    }
    const id = zones.find((each) => managed.isUnknown || own.includes(each));
    const { DelegationSet } = id === undefined ? {} : await route53.getHostedZone({ Id: id });
    const findings = zones
      .filter((each) => each !== id)
      .map((each) =>
        warning(
          `Hosted zone ${each}`,
          `is a public zone of ${domain}, too, with other name servers`,
          "delete it; or import it, if the domain is delegated to it (docs/runbooks/killed-deployment.md)",
        ),
      );
    return { zoneServers: (DelegationSet?.NameServers ?? []).map((each) => each.toLowerCase()).sort(), findings };
  } catch (error) {
    return { zoneServers: undefined, findings: [notAnswered("Hosted zones", error, "route53:ListHostedZones")] };
  }
}

/** Delegation and CAA records, as this machine's resolvers and the delegated name servers answer over UDP and TCP. */
export async function dns({
  domain,
  zoneServers,
  resolvers = systemResolvers(),
  ask = askDns,
}: DnsOptions): Promise<Finding[]> {
  const subject = `DNS of ${domain}`;
  const resolver = resolvers[0] ?? { host: "127.0.0.1" };
  const asked = await Promise.all(TRANSPORTS.map((way) => tried(ask(resolver, domain, "NS", way))));
  const answers = asked.flatMap(({ answer }) => answer ?? []);
  const [answer] = answers;
  if (answer === undefined) {
    const why = asked.map(({ error }, index) => `${TRANSPORTS[index] ?? ""}: ${error}`).join("; ");
    return [
      warning(
        subject,
        `not checked: resolver ${resolver.host} does not answer (${why})`,
        "check the network of this machine",
      ),
    ];
  }
  const silent = asked.flatMap(({ error }, index) => (error === "" ? [] : [`${TRANSPORTS[index] ?? ""} (${error})`]));
  const transports =
    silent.length === 0
      ? []
      : [
          warning(
            "DNS resolver",
            `${resolver.host} does not answer over ${silent.join(", ")}`,
            "long answers need both",
          ),
        ];
  const [servers, caa] = await Promise.all([
    Promise.all(answer.nameServers.map((server) => lame(server, domain, ask))),
    authorities(domain, resolver, ask),
  ]);
  const isDelegated = answer.nameServers.length > 0 && zoneServers?.join() === answer.nameServers.join();
  return [
    delegation(domain, zoneServers, answer),
    ...transports,
    ...servers.flat(),
    certificates(domain, caa, isDelegated),
  ];
}

/** Whether a domain is delegated to its hosted zone; a warning as long as there is none. */
export function delegation(
  domain: string,
  zoneServers: readonly string[] | undefined,
  { status, nameServers }: DnsAnswer,
): Finding {
  const subject = `Delegation of ${domain}`;
  const there = nameServers.length === 0 ? `no name servers (${status})` : `delegated to ${nameServers.join(", ")}`;
  if (zoneServers === undefined) {
    return warning(
      subject,
      `${there}; the hosted zone could not be asked for`,
      "repeat the command with its account's credentials",
    );
  }
  if (zoneServers.length === 0) {
    return warning(subject, `${there}; the hosted zone does not exist yet`, `after it does, ${DELEGATE}`);
  }
  if (zoneServers.join() === nameServers.join()) return ok(subject, "delegated to the hosted zone");
  return stop(subject, `${there}, and not to ${zoneServers.join(", ")}`, DELEGATE);
}

/** Findings on a delegated name server that does not answer with authority over both transports. */
async function lame(server: string, domain: string, ask: AskDns): Promise<Finding[]> {
  const asked = await Promise.all(TRANSPORTS.map((way) => tried(ask({ host: server }, domain, "SOA", way))));
  return asked.flatMap(({ answer, error }, index) => {
    if (answer?.isAuthoritative === true && answer.status === "NOERROR") return [];
    const text = answer === undefined ? error : `${answer.status}, without authority`;
    const subject = `Name server ${server}`;
    return [
      warning(
        subject,
        `over ${TRANSPORTS[index] ?? ""} for ${domain}: ${text}`,
        "correct the delegation, or check this machine's network",
      ),
    ];
  });
}

/** A certificate authority must not issue after any other status of its CAA query: RFC 8659, 3. */
const ANSWERED = ["NOERROR", "NXDOMAIN"];

/** CAA records of the domain, or else of the next domain above it that has any (RFC 8659, 3); a text where they are not known. */
async function authorities(
  domain: string,
  resolver: DnsServer,
  ask: AskDns,
): Promise<DnsAnswer["authorities"] | string> {
  const labels = domain.split(".");
  for (const index of labels.keys()) {
    const name = labels.slice(index).join(".");
    const asked = await Promise.all(TRANSPORTS.map((way) => tried(ask(resolver, name, "CAA", way))));
    const failed = asked
      .map(({ answer }) => answer?.status ?? "")
      .findIndex((each) => each !== "" && !ANSWERED.includes(each));
    if (failed >= 0) return `${asked[failed]?.answer?.status ?? ""} for ${name} over ${TRANSPORTS[failed] ?? ""}`;
    const answers = asked.flatMap(({ answer }) => answer ?? []);
    if (answers.length === 0) return `no answer for ${name}`;
    const found = answers.find((answer) => answer.authorities.length > 0);
    if (found !== undefined) return found.authorities;
  }
  return [];
}

/** Whether ACM may issue the certificate of a domain and its wildcard. @param caa a text where the records are not known */
export function certificates(domain: string, caa: DnsAnswer["authorities"] | string, isDelegated: boolean): Finding {
  const subject = `CAA of ${domain}`;
  if (typeof caa === "string")
    return warning(subject, `not checked: ${caa}`, "repeat the command; ACM does not issue while CAA queries fail");
  const issuers = (tag: string) =>
    caa.filter((each) => each.tag === tag).map(({ value }) => value.split(";")[0]?.trim() ?? "");
  const allows = (values: readonly string[]) => values.length === 0 || values.some((value) => AMAZON.includes(value));
  const [issue, wild] = [issuers("issue"), issuers("issuewild")];
  if (allows(issue) && allows(wild))
    return ok(subject, issue.length === 0 ? "no restriction" : `allows ${AMAZON[0] ?? ""}`);
  const text = `allows ${[...new Set([...issue, ...wild])].filter((value) => value !== "").join(", ") || "none"}, and not Amazon`;
  if (isDelegated) return stop(subject, text, `add 0 issue "amazon.com" and 0 issuewild "amazon.com"`);
  return warning(subject, text, "no action: once the domain is delegated, the record of the hosted zone counts");
}

async function tried(question: Promise<DnsAnswer>): Promise<{ answer?: DnsAnswer; error: string }> {
  try {
    return { answer: await question, error: "" };
  } catch (error) {
    const { code, message } = failureOf(error);
    return { error: code || message };
  }
}
