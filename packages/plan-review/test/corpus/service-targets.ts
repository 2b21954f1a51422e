// The target group of a service on some names of the address table.
import type { JsonObject } from "@dev-one/cli/json";

import type { NamedPlan } from "./builders";
import { change, create, destroy, plan, unchanged, update } from "./plans";

const NAMES = ["api-1", "api-2", "api-3"];
const addressOf = (name: string, zone: number): string => `172.31.${zone}.10${name.slice(-1)}`;
const addressesOf = (...names: string[]): string[] =>
  [1, 2].flatMap((zone) => names.map((name) => addressOf(name, zone)));

/** The launch template with the service of each name. */
function template(services: Readonly<Record<string, string>>): JsonObject {
  const rows = [1, 2].flatMap((zone) =>
    NAMES.map((name) => `${addressOf(name, zone)} ${name} zone-${zone} ${services[name] ?? "api"}`),
  );
  const content = `${rows.join("\n")}\nuse1-az1 zone-1\n`;
  const file = { path: "/etc/dev-one/addresses", permissions: "0644", content };
  return { name: "servers", user_data: Buffer.from(`write_files:\n  - ${JSON.stringify(file)}\n`).toString("base64") };
}

const attachmentAddress = (target: string): string =>
  `aws_lb_target_group_attachment.shop-${target.replaceAll(".", "-")}`;

/** Attachments of a target group whose ARN is known after the apply. */
const attached = (targets: readonly string[]): JsonObject[] =>
  targets.map((target) =>
    create(attachmentAddress(target), { target_id: target }, { unknown: { target_group_arn: true } }),
  );

interface Places {
  /** @default both addresses of api-2 and api-3 */
  readonly targets?: readonly string[];
  /** Services by name of the server. @default shop for api-2 and api-3 */
  readonly services?: Readonly<Record<string, string>>;
  readonly more?: readonly JsonObject[];
  /** The target group. @default it is created */
  readonly group?: JsonObject;
}

/** A service gets a target group with addresses of the table; those of the names stay. */
function getsTargets(name: string, { targets, services, more = [], group }: Places = {}): NamedPlan {
  const all = targets ?? addressesOf("api-2", "api-3");
  const changes = [
    update("aws_launch_template.servers", template({}), template(services ?? { "api-2": "shop", "api-3": "shop" })),
    ...[1, 2].map((zone) =>
      unchanged(`aws_subnet.zone-${zone}`, {
        id: `subnet-${zone}`,
        cidr_block: `172.31.${zone}.96/28`,
        tags: { tier: "servers" },
      }),
    ),
    ...addressesOf(...NAMES).map((address) =>
      unchanged(`aws_lb_target_group_attachment.own-${address.replaceAll(".", "-")}`, {
        target_group_arn: `arn:${address.slice(-1)}`,
        target_id: address,
      }),
    ),
    group ?? create("aws_lb_target_group.shop", { name: "dev-one-production-shop" }, { unknown: { arn: true } }),
    ...attached(all),
    ...more,
  ];
  const references = ["aws_lb_target_group.shop.arn", "aws_lb_target_group.shop"];
  const { configuration } = plan([]);
  const resources = all.map((target) => ({
    address: attachmentAddress(target),
    expressions: { target_group_arn: { references } },
  }));
  return [
    name,
    plan(changes, "production", { configuration: { ...(configuration as JsonObject), root_module: { resources } } }),
  ];
}

const own = (address: string): string => `aws_lb_target_group_attachment.own-${address.replaceAll(".", "-")}`;

export const serviceTargets: readonly NamedPlan[] = [
  getsTargets("a service on two names gets a target group"),
  getsTargets("a service on one name gets a target group", {
    services: { "api-2": "shop" },
    targets: addressesOf("api-2"),
  }),
];

export const otherTargets: readonly NamedPlan[] = [
  getsTargets("a target group of a service gets an address of another service", {
    targets: addressesOf("api-1", "api-2", "api-3"),
  }),
  getsTargets("a target group of a service lacks an address", { targets: addressesOf("api-2", "api-3").slice(1) }),
  getsTargets("a target group of a service gets an address that no server has", {
    targets: [...addressesOf("api-2", "api-3"), "172.31.1.106"],
  }),
  getsTargets("a target group of servers whose service does not change", { services: {} }),
  getsTargets("an existing target group gets the addresses of a service", {
    group: unchanged("aws_lb_target_group.shop", { name: "dev-one-production-shop" }),
  }),
  getsTargets("a target group of a service takes an address from the group of its name", {
    more: [
      destroy("aws_lb_target_group_attachment.former", { target_group_arn: "arn:2", target_id: addressOf("api-2", 1) }),
    ],
  }),
  getsTargets("an address moves to another group beside the target group of a service", {
    more: [
      change(`${own(addressOf("api-1", 1))}-moved`, ["delete", "create"], {
        before: { target_group_arn: "arn:1", target_id: addressOf("api-1", 1) },
        after: { target_group_arn: "arn:3", target_id: addressOf("api-1", 1) },
      }),
    ],
  }),
];
