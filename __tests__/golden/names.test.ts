import { environments, production, servicesWithGroup, staging } from "../../src/environments";
import { statements } from "../support/policies";
import { secretsIn, strings } from "../support/secrets";
import { synthesize } from "../support/synthesis";

// Names outlive a deployment: most of them replace a resource when they change, and people write them into other systems.

test("the environments are staging and production, in the order of deployment", () => {
  expect(environments).toEqual([staging, production]);
});

describe.each([
  ["staging", "111122223333", "staging.dev-one.it", synthesize(staging)],
  ["production", "444455556666", "dev-one.it", synthesize(production)],
])("names of %s", (name, account, domain, { environment, state, platform, monitoring, stacks }) => {
  test("stacks and the places of their state", () => {
    const states = stacks.map(({ name: stack, document }) => {
      const { bucket, key, region } = document.terraform.backend?.s3 ?? {};
      return [stack, region, bucket, key].join(" ");
    });
    const bucket = `us-east-1 dev-one-${name}-terraform-state-${account}`;
    expect(states).toEqual([
      `${name}-state ${bucket} ${name}-state.tfstate`,
      `${name} ${bucket} ${name}.tfstate`,
      `${name}-monitoring ${bucket} ${name}-monitoring.tfstate`,
    ]);
  });

  test("the account and the region that every stack is bound to", () => {
    const places = stacks.flatMap(({ document }) => document.provider?.aws ?? []);
    expect(places.map((each) => [each.allowed_account_ids, each.region])).toEqual(
      stacks.map(() => [[account], "us-east-1"]),
    );
  });

  test("domain, certificate and security contact", () => {
    const zones = platform.resources("aws_route53_zone").map(({ values }) => values.name);
    expect(zones).toEqual([domain, domain]);
    expect(platform.only("aws_acm_certificate").values).toMatchObject({
      domain_name: domain,
      subject_alternative_names: [`*.${domain}`],
    });
    const authorities = platform.resources("aws_route53_record").find(({ values }) => values.type === "CAA");
    expect(authorities?.values.records).toContain('0 iodef "mailto:security@dev-one.it"');
  });

  test("buckets, load balancer, database, groups and roles of CI", () => {
    const named = (type: string, argument: string) =>
      [state, platform].flatMap((stack) => stack.resources(type)).map(({ values }) => values[argument]);
    expect(named("aws_s3_bucket", "bucket")).toEqual([
      `dev-one-${name}-terraform-state-${account}`,
      `dev-one-${name}-access-logs-${account}`,
      `dev-one-${name}-services-${account}`,
    ]);
    expect(named("aws_lb", "name")).toEqual([`dev-one-${name}`]);
    expect(named("aws_db_instance", "identifier")).toEqual([`dev-one-${name}-postgres`]);
    expect(named("aws_db_proxy", "name")).toEqual([`dev-one-${name}`]);
    const services = servicesWithGroup(environment).map((service) => service.name);
    expect(named("aws_autoscaling_group", "name").sort()).toEqual(
      ["elastic", ...services, "zone-1", "zone-2"].sort().map((group) => `dev-one-${name}-${group}`),
    );
    expect(["plan", "apply"].map((role) => state.at(`delivery/${role}`).values.name)).toEqual([
      `dev-one-${name}-delivery-plan`,
      `dev-one-${name}-delivery-apply`,
    ]);
  });

  test("the repository whose workflows may assume the roles of CI", () => {
    const [trust] = statements(state.at("delivery/apply").values.assume_role_policy);
    expect(JSON.stringify(trust?.Condition)).toContain(`"repo:dev-one/infrastructure:environment:${name}"`);
  });

  test("Datadog's site, and the Slack channels", () => {
    expect(monitoring.document.provider?.datadog).toMatchObject([{ api_url: "https://api.datadoghq.com" }]);
    const channels = monitoring.resources("datadog_integration_slack_channel").map(({ values }) => values);
    expect(channels.map((each) => `${String(each.account_name)} ${String(each.channel_name)}`)).toEqual([
      `dev-one #dev-one-${name}-alerts`,
      `dev-one #dev-one-${name}-warnings`,
    ]);
  });

  test("nothing in the stacks looks like a secret", () => {
    expect(strings(stacks.map(({ document }) => document)).length).toBeGreaterThan(1000);
    expect(stacks.flatMap(secretsIn)).toEqual([]);
  });
});

test("production alone pages, by Opsgenie", () => {
  const services = environments.map((environment) =>
    synthesize(environment)
      .monitoring.resources("datadog_integration_opsgenie_service_object")
      .map(({ values }) => values.name),
  );
  expect(services).toEqual([[], ["dev-one"]]);
  expect(environments.map(({ datadog }) => datadog.paging.kind)).toEqual(["none", "opsgenie"]);
});
