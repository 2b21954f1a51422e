import { fixture, sandbox } from "../fixtures/environment";
import { both } from "../fixtures/synthesized";
import { delegating } from "../fixtures/variants";
import type { Resource, Stack } from "../support/stack";
import { synthesize } from "../support/synthesis";

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

describe.each(both)("names of %s", (_name, { platform: stack, environment: { domain } }) => {
  const { publicZone, privateZone } = zones(stack);

  test("resolve the domain and everything below it to the load balancer in public", () => {
    expect(publicZone.values.name).toBe(domain);
    expect(records(stack, publicZone)).toEqual(
      expect.arrayContaining([
        `${domain} A alias edge/load-balancer`,
        `*.${domain} A alias edge/load-balancer`,
        `${domain} CAA 0 issue "amazon.com", 0 issuewild "amazon.com", 0 iodef "mailto:security@example.net"`,
      ]),
    );
  });

  test("resolve servers, the proxy of the database and, for all else, the load balancer within the VPC", () => {
    expect(privateZone.values.name).toBe(domain);
    expect(stack.target(privateZone.values.vpc)).toBe(stack.only("aws_vpc"));
    expect(records(stack, privateZone)).toEqual(
      expect.arrayContaining([
        `${domain} A alias edge/load-balancer`,
        `*.${domain} A alias edge/load-balancer`,
        `web-1.${domain} A 10.20.5.40, 10.20.6.40`,
        `web-2.${domain} A 10.20.5.41, 10.20.6.41`,
        `web-3.${domain} A 10.20.5.43, 10.20.6.43`,
        `postgres.${domain} CNAME proxy/proxy`,
      ]),
    );
    // A replaced server keeps its address; the short TTL is for a changed address table.
    for (const server of ["web-1", "web-2", "web-3"]) {
      expect(stack.at(`private-dns/servers/${server}`).values.ttl).toBe(60);
    }
    expect(stack.at("private-dns/postgres").values.records).toEqual([
      `\${${stack.only("aws_db_proxy").address}.endpoint}`,
    ]);
  });

  test("drop the addresses of a failing zone from the answers", () => {
    const aliases = stack.resources("aws_route53_record").filter((each) => "alias" in each.values);
    expect(aliases).toHaveLength(4);
    for (const alias of aliases) expect(alias.values).toHaveProperty("alias.evaluate_target_health", true);
  });

  test("are resolved by the resolver of the VPC", () => {
    expect(stack.only("aws_vpc").values).toMatchObject({ enable_dns_support: true, enable_dns_hostnames: true });
  });

  test("are logged when they are queried, once Route 53 may write the log", () => {
    const log = stack.only("aws_route53_query_log");
    expect(stack.target(log.values.zone_id)).toBe(publicZone);
    const group = stack.target(log.values.cloudwatch_log_group_arn);
    // Route 53 writes to groups of this name only.
    expect(group.values.name).toBe(`/aws/route53/${domain}`);
    expect(stack.dependencies(log)).toContain(stack.only("aws_cloudwatch_log_resource_policy"));
  });

  test("have a certificate, validated in the public hosted zone", () => {
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

  test("come with an output of the name servers, for the registrar", () => {
    expect(stack.document.output?.name_servers?.value).toBe(`\${${publicZone.address}.name_servers}`);
  });
});

describe("delegation", () => {
  test("is absent until it is configured", () => {
    for (const [, { platform }] of both) {
      expect(platform.resources("aws_route53_record").filter(({ values }) => values.type === "NS")).toEqual([]);
    }
  });

  test("answers a name below the domain with the name servers of the child", () => {
    const { platform } = synthesize(delegating);
    const record = platform.at("dns/delegation-sandbox");
    expect(record.values).toMatchObject({
      name: "sandbox.example.net",
      type: "NS",
      records: ["ns-1.awsdns-01.com", "ns-2.awsdns-02.net"],
    });
    expect(platform.target(record.values.zone_id)).toBe(zones(platform).publicZone);
  });
});

test("a server of the parent gets the parent's load balancer for names of the child, delegated or not", () => {
  for (const environment of [fixture, delegating]) {
    for (const name of ["sandbox.example.net", "web-1.sandbox.example.net"]) {
      expect(privateAnswer(synthesize(environment).platform, name)).toBe("*.example.net A alias edge/load-balancer");
    }
  }
});

test("a server of the child asks the public zone for names of the parent", () => {
  const { platform } = synthesize(sandbox);
  expect(privateAnswer(platform, "web-1.example.net")).toBeUndefined();
  expect(privateAnswer(platform, "web-1.sandbox.example.net")).toBe(
    "web-1.sandbox.example.net A 10.20.5.40, 10.20.6.40",
  );
});

describe("the provider of the query log", () => {
  const QUERY_LOG_TYPES = ["aws_cloudwatch_log_resource_policy", "aws_cloudwatch_log_group"];
  const ofQueryLog = (stack: Stack) =>
    QUERY_LOG_TYPES.flatMap((type) => stack.resources(type)).filter((each) => each.path.startsWith("dns/"));

  test("is the environment's own where that is us-east-1", () => {
    const { provider } = synthesize(sandbox).platform.document;
    expect(provider?.aws?.map((each) => each.region)).toEqual(["us-east-1"]);
  });

  test("is a second one of us-east-1 elsewhere, of the same account, for the log only", () => {
    const stack = synthesize(fixture).platform;
    expect(stack.document.provider?.aws).toEqual([
      expect.objectContaining({ region: "us-east-2" }),
      expect.objectContaining({ region: "us-east-1", alias: "query-log", allowed_account_ids: ["210987654321"] }),
    ]);
    const withOwnProvider = stack.resources().filter((each) => "provider" in each.values);
    expect(withOwnProvider).toHaveLength(2);
    expect(new Set(withOwnProvider)).toEqual(new Set(ofQueryLog(stack)));
    for (const each of withOwnProvider) expect(each.values.provider).toBe("aws.query-log");
  });
});
