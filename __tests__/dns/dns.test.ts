import "../support/matchers";

import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";

import { defineEnvironment } from "../../src/config";
import { production } from "../../src/environments/production";
import { staging } from "../../src/environments/staging";
import { stagingInIreland, stagingWith } from "../support/environments";
import type { Resource, Stack } from "../support/stack";
import { synthesize } from "../support/synthesis";

const both = [
  ["staging", "staging.dev-one.it", synthesize(staging).platform],
  ["production", "dev-one.it", synthesize(production).platform],
] as const;

function zones(stack: Stack): { publicZone: Resource; privateZone: Resource } {
  const [privateZone, ...others] = stack.resources("aws_route53_zone").filter((zone) => "vpc" in zone.values);
  const [publicZone] = stack.resources("aws_route53_zone").filter((zone) => !("vpc" in zone.values));
  if (publicZone === undefined || privateZone === undefined || others.length > 0)
    throw new Error("Not one zone of each");
  return { publicZone, privateZone };
}

/** The records of a zone, as `name type answers`. The proof of the certificate is named by AWS. */
function records(stack: Stack, zone: Resource): string[] {
  return stack
    .resources("aws_route53_record")
    .filter((record) => stack.target(record.values.zone_id) === zone && record.path !== "certificate/proof")
    .map(({ values }) => {
      const alias = values.alias as { name: string; zone_id: string; evaluate_target_health: boolean } | undefined;
      const answers = alias === undefined ? (values.records as string[]) : [`alias ${stack.target(alias.name).path}`];
      const readable = answers.map((each) => (each.includes("${") ? stack.target(each).path : each));
      return `${String(values.name)} ${String(values.type)} ${readable.join(", ")}`;
    })
    .sort();
}

/** What a server is answered by the private zone, where the name is of its domain; a wildcard stands for any number of labels. */
function privateAnswer(stack: Stack, name: string): string | undefined {
  const { privateZone } = zones(stack);
  const domain = String(privateZone.values.name);
  if (!`.${name}`.endsWith(`.${domain}`)) return undefined;
  const all = records(stack, privateZone);
  return [name, `*.${domain}`].flatMap((each) => all.find((record) => record.startsWith(`${each} `)) ?? [])[0];
}

describe.each(both)("names of %s", (_name, domain, stack) => {
  const { publicZone, privateZone } = zones(stack);

  test("lead the world to the load balancer, from the domain and everything below it", () => {
    expect(publicZone.values.name).toBe(domain);
    expect(records(stack, publicZone)).toEqual(
      [
        `${domain} A alias edge/load-balancer`,
        `*.${domain} A alias edge/load-balancer`,
        `${domain} CAA 0 issue "amazon.com", 0 issuewild "amazon.com", 0 iodef "mailto:security@dev-one.it"`,
      ].sort(),
    );
  });

  test("lead servers to each other, to the database's proxy, and to the load balancer for all else", () => {
    expect(privateZone.values.name).toBe(domain);
    expect(stack.target(privateZone.values.vpc)).toBe(stack.only("aws_vpc"));
    expect(records(stack, privateZone)).toEqual(
      [
        `${domain} A alias edge/load-balancer`,
        `*.${domain} A alias edge/load-balancer`,
        `api-1.${domain} A 172.31.1.101, 172.31.2.101`,
        `api-2.${domain} A 172.31.1.102, 172.31.2.102`,
        `api-3.${domain} A 172.31.1.103, 172.31.2.103`,
        `api-4.${domain} A 172.31.1.104, 172.31.2.104`,
        `postgres.${domain} CNAME proxy/proxy`,
      ].sort(),
    );
    // A replaced server keeps its address; the short life is for a table that moves.
    for (const server of ["api-1", "api-2", "api-3", "api-4"]) {
      expect(stack.at(`private-dns/servers/${server}`).values.ttl).toBe(60);
    }
    expect(stack.at("private-dns/postgres").values.records).toEqual([
      `\${${stack.only("aws_db_proxy").address}.endpoint}`,
    ]);
  });

  test("leave the answers with a zone that fails", () => {
    const aliases = stack.resources("aws_route53_record").filter((each) => "alias" in each.values);
    expect(aliases).toHaveLength(4);
    for (const alias of aliases) expect(alias.values).toHaveProperty("alias.evaluate_target_health", true);
  });

  test("are looked up through the resolver of the VPC", () => {
    expect(stack.only("aws_vpc").values).toMatchObject({ enable_dns_support: true, enable_dns_hostnames: true });
  });

  test("that are asked for are logged, once Route 53 may write the log", () => {
    const log = stack.only("aws_route53_query_log");
    expect(stack.target(log.values.zone_id)).toBe(publicZone);
    const group = stack.target(log.values.cloudwatch_log_group_arn);
    // Route 53 writes to groups of this name only.
    expect(group.values.name).toBe(`/aws/route53/${domain}`);
    expect(stack.dependencies(log)).toContain(stack.only("aws_cloudwatch_log_resource_policy"));
  });

  test("have a certificate, proven by the public zone", () => {
    const certificate = stack.only("aws_acm_certificate");
    expect(certificate.values).toMatchObject({
      domain_name: domain,
      subject_alternative_names: [`*.${domain}`],
      validation_method: "DNS",
    });
    const proof = stack.at("certificate/proof");
    expect(stack.target(proof.values.zone_id)).toBe(publicZone);
    expect(stack.dependencies(proof)).toContain(certificate);
    const validation = stack.only("aws_acm_certificate_validation");
    expect(stack.target(validation.values.certificate_arn)).toBe(certificate);
    expect(stack.target(validation.values.validation_record_fqdns)).toBe(proof);
  });

  test("are handed to the registrar by an output", () => {
    expect(stack.document.output?.name_servers?.value).toBe(`\${${publicZone.address}.name_servers}`);
  });
});

describe("delegation", () => {
  test("is absent until it is configured", () => {
    for (const [, , stack] of both) {
      expect(stack.resources("aws_route53_record").filter((record) => record.values.type === "NS")).toEqual([]);
    }
  });

  test("hands a name below the domain to the child's name servers", () => {
    const delegating = synthesize(
      stagingWith({ delegations: { preview: ["ns-2.awsdns-02.net", "ns-1.awsdns-01.com"] } }),
    ).platform;
    expect(delegating.json).toHaveResourceWithProperties(Route53Record, {
      name: "preview.staging.dev-one.it",
      type: "NS",
      records: ["ns-1.awsdns-01.com", "ns-2.awsdns-02.net"],
    });
    const record = delegating.at("dns/delegation-preview");
    expect(delegating.target(record.values.zone_id)).toBe(zones(delegating).publicZone);
  });
});

test("a server of production gets production's load balancer for names of staging, delegated or not", () => {
  const delegations = { staging: ["ns-1.awsdns-01.com", "ns-2.awsdns-02.net"] };
  for (const environment of [production, defineEnvironment({ ...production, delegations })]) {
    for (const name of [staging.domain, `api-1.${staging.domain}`]) {
      expect(privateAnswer(synthesize(environment).platform, name)).toBe("*.dev-one.it A alias edge/load-balancer");
    }
  }
});

test("a server of staging asks the public zone for names of production", () => {
  const { platform } = synthesize(staging);
  expect(privateAnswer(platform, "api-1.dev-one.it")).toBeUndefined();
  expect(privateAnswer(platform, "api-1.staging.dev-one.it")).toBe(
    "api-1.staging.dev-one.it A 172.31.1.101, 172.31.2.101",
  );
});

describe("the provider of the query log", () => {
  const QUERY_LOG_TYPES = ["aws_cloudwatch_log_resource_policy", "aws_cloudwatch_log_group"];
  const ofQueryLog = (stack: Stack) =>
    QUERY_LOG_TYPES.flatMap((type) => stack.resources(type)).filter((each) => each.path.startsWith("dns/"));

  test("is the environment's own where that is us-east-1", () => {
    for (const [, , stack] of both) {
      expect(stack.document.provider?.aws?.map((each) => each.region)).toEqual(["us-east-1"]);
    }
  });

  test("is a second one of us-east-1 elsewhere, of the same account, for the log only", () => {
    const stack = synthesize(stagingInIreland()).platform;
    expect(stack.document.provider?.aws).toEqual([
      expect.objectContaining({ region: "eu-west-1" }),
      expect.objectContaining({ region: "us-east-1", alias: "query-log", allowed_account_ids: ["111122223333"] }),
    ]);
    const withOwnProvider = stack.resources().filter((each) => "provider" in each.values);
    expect(withOwnProvider).toHaveLength(2);
    expect(new Set(withOwnProvider)).toEqual(new Set(ofQueryLog(stack)));
    for (const each of withOwnProvider) expect(each.values.provider).toBe("aws.query-log");
  });
});
