// Plans of releases of services.
import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";

import type { JsonObject } from "@dev-one/cli/json";

import type { NamedPlan } from "./builders";
import { change, plan, unchanged } from "./plans";

export const BUCKET = "dev-one-production-services-444455556666";
export const [OLD, NEW, OTHER] = ["ab", "cd", "ef"].map((digits) => digits.repeat(32)) as [string, string, string];
export const [IMAGE, NEW_IMAGE, OTHER_IMAGE] = ["a", "b", "c"].map((digit) => `ami-${digit.repeat(17)}`) as [
  string,
  string,
  string,
];

export const bundle = (service: string, sha256: string): JsonObject => ({
  key: `bundles/${service}/${sha256}.tar.gz`,
  sha256,
});
export const row = (version: string, program: JsonObject, more: JsonObject = {}): JsonObject => ({
  version,
  ...program,
  port: 8080,
  healthPath: "/healthz",
  maxBodyMib: 1,
  settings: { LOG_LEVEL: "info" },
  ...more,
});
export const shop = (version: string, sha256: string, more: JsonObject = {}): JsonObject =>
  row(version, { bundle: bundle("shop", sha256) }, more);
export const web = (version: string, image: string): JsonObject => row(version, { image });
export const POINTED = { pointer: "services/shop.json" };
export const FORMER = shop("1.4.1", OLD);
export const RELEASED = shop("1.4.2", NEW);
export const UNRELEASED: JsonObject = {
  port: 8080,
  healthPath: "/healthz",
  maxBodyMib: 1,
  settings: { LOG_LEVEL: "info" },
};

export const written = (json: JsonObject): string => `${JSON.stringify(json, undefined, 2)}\n`;
export const hashOf = (content: string): string => createHash("sha256").update(content).digest("hex");

/** One side of an environment. */
interface Side {
  /** Rows of the table, or its whole text. */
  readonly table: JsonObject | string;
  /** Row of the service to which the table points. @default there is no such object */
  readonly pointed?: JsonObject;
  /** @default the SHA-256 of the table */
  readonly sha256?: string;
  readonly imageId?: string;
  /** @default the bucket of the objects */
  readonly bucket?: string;
  /** More lines of the environment's file. @default none */
  readonly variables?: string;
  /** More files. @default none */
  readonly files?: readonly JsonObject[];
  /** Other attributes. @default none */
  readonly object?: JsonObject;
  readonly template?: JsonObject;
  readonly group?: JsonObject;
}

/** What is unknown before the apply. */
interface Unknown {
  readonly object?: JsonObject;
  readonly template?: JsonObject;
  readonly group?: JsonObject;
}

export function resources(side: Side): Map<string, JsonObject> {
  const { table, pointed, imageId = IMAGE, bucket = BUCKET, variables = "", files = [] } = side;
  const content = typeof table === "string" ? table : written({ services: table });
  const { sha256 = hashOf(content) } = side;
  const environment = {
    path: "/etc/dev-one/environment",
    permissions: "0644",
    content: `ENVIRONMENT=production\n${variables}SERVICES_BUCKET=${bucket}\nSERVICES_TABLE=tables/servers.json\nSERVICES_TABLE_SHA256=${sha256}\n`,
  };
  const cloudConfig = `#cloud-config\nwrite_files:\n${[environment, ...files].map((file) => `  - ${JSON.stringify(file)}\n`).join("")}`;
  return new Map<string, JsonObject>([
    [
      "aws_s3_object.table",
      { bucket: BUCKET, key: "tables/servers.json", content, version_id: "v1", etag: "e1", ...side.object },
    ],
    ...(pointed === undefined
      ? []
      : [
          [
            "aws_s3_object.shop",
            { bucket: BUCKET, key: "services/shop.json", content: written(pointed), version_id: "v1", etag: "e1" },
          ] satisfies [string, JsonObject],
        ]),
    [
      "aws_launch_template.servers",
      {
        id: "lt-1",
        name: "dev-one-production",
        image_id: imageId,
        instance_type: "m3.xlarge",
        user_data: gzipSync(cloudConfig).toString("base64"),
        latest_version: 7,
        default_version: 7,
        ...side.template,
      },
    ],
    [
      "aws_autoscaling_group.zone-1",
      {
        name: "dev-one-production-zone-1",
        min_size: 4,
        launch_template: [{ id: "lt-1", name: "dev-one-production", version: "7" }],
        capacity_reservation_specification: [{ capacity_reservation_preference: null }],
        tag: [
          { key: "service", value: "shop" },
          { key: "team", value: "web" },
        ],
        ...side.group,
      },
    ],
  ]);
}

/** A plan from one side to the other; what follows from a change is unknown, as in plans of the AWS provider. */
export function becomes(
  name: string,
  former: Side,
  fresh: Side,
  unknown: Unknown = {},
  more: JsonObject[] = [],
): NamedPlan {
  const [before, after] = [resources(former), resources(fresh)];
  const isSame = (address: string): boolean =>
    JSON.stringify(before.get(address)) === JSON.stringify(after.get(address));
  const isNewVersion = !isSame("aws_launch_template.servers");
  const changes = [...before].map(([address, old]) => {
    const values = after.get(address) ?? {};
    const update = (isUnchanged: boolean, computed: JsonObject, own: JsonObject = {}): JsonObject => {
      const all = { ...(isUnchanged ? {} : computed), ...own };
      if (isUnchanged && Object.keys(own).length === 0) return unchanged(address, old);
      const known = Object.fromEntries(Object.entries(values).filter(([key]) => all[key] !== true));
      return change(address, ["update"], { before: old, after: known, unknown: all });
    };
    if (address.startsWith("aws_s3_object")) return update(isSame(address), { version_id: true }, unknown.object);
    if (address.startsWith("aws_launch_template"))
      return update(!isNewVersion, { latest_version: true, default_version: true }, unknown.template);
    if (!isNewVersion) return update(isSame(address), {}, unknown.group);
    return change(address, ["update"], {
      before: old,
      after: {
        ...values,
        launch_template: [{ id: "lt-1", name: "dev-one-production", ...(unknown.group ?? {}) }],
        capacity_reservation_specification: [{ capacity_reservation_preference: "" }],
      },
      unknown: { launch_template: [unknown.group === undefined ? { version: true } : {}] },
    });
  });
  return [name, plan([...changes, ...more])];
}

export const former: Side = { table: { shop: FORMER } };
export const released: Side = { table: { shop: RELEASED } };
export const pointing = (pointed: JsonObject, more: Partial<Side> = {}): Side => ({
  table: { shop: POINTED, web: row("2.0.0", { bundle: bundle("web", OLD) }) },
  pointed,
  ...more,
});

/** A release whose objects and template are as they should be, but for one attribute of one resource. */
export const beside = (name: string, former: Partial<Side>, fresh: Partial<Side>, unknown: Unknown = {}): NamedPlan =>
  becomes(name, { table: { shop: FORMER }, ...former }, { table: { shop: RELEASED }, ...fresh }, unknown);

export function recompressed(side: Side): string {
  const { user_data: userData } = resources(side).get("aws_launch_template.servers") ?? {};
  return gzipSync(gunzipSync(Buffer.from(userData as string, "base64")), { level: 1 }).toString("base64");
}

/** Lines that a file of another purpose has on both sides. */
export const hashElsewhere = (table: JsonObject): JsonObject[] => [
  { path: "/etc/a", permissions: "0644", content: `\nSERVICES_TABLE_SHA256=${hashOf(written({ services: table }))}\n` },
];

/** The release of a bundle, with another change of one resource. */
export function replanned(name: string, address: string, plannedAs: (change: JsonObject) => JsonObject[]): NamedPlan {
  const [, json] = becomes(name, former, released);
  const changes = (json.resource_changes as JsonObject[]).flatMap((each) =>
    each.address === address ? plannedAs(each) : [each],
  );
  return [name, { ...json, resource_changes: changes }];
}
export const withActions =
  (...actions: string[]) =>
  (each: JsonObject): JsonObject[] => [{ ...each, change: { ...(each.change as JsonObject), actions } }];
