// Releases of services, and what must not pass for one.
import type { JsonObject } from "@dev-one/cli/json";

import type { NamedPlan } from "./builders";
import { change, type ChangeProps, create, plan, unchanged, update } from "./plans";
import {
  becomes,
  beside,
  BUCKET,
  bundle,
  FORMER,
  former,
  hashElsewhere,
  hashOf,
  IMAGE,
  NEW,
  NEW_IMAGE,
  OLD,
  OTHER,
  OTHER_IMAGE,
  POINTED,
  pointing,
  recompressed,
  RELEASED,
  released,
  replanned,
  resources,
  row,
  shop,
  UNRELEASED,
  web,
  withActions,
  written,
} from "./release-plans";

export const releases: readonly NamedPlan[] = [
  becomes("a release of a bundle", former, released),
  becomes(
    "a release of an image",
    { table: { web: web("1.4.1", IMAGE) } },
    { table: { web: web("1.4.2", NEW_IMAGE) }, imageId: NEW_IMAGE },
  ),
  becomes("a rollback to an older version", released, former),
  becomes("another bundle of the same version", former, { table: { shop: shop("1.4.1", NEW) } }),
  becomes("another version of the same bundle", former, { table: { shop: shop("1.4.2", OLD) } }),
  becomes(
    "another version of the same folder",
    { table: { shop: row("1.4.1", { bundle: { key: "bundles/shop.tar.gz", sha256: OLD } }) } },
    { table: { shop: row("1.4.2", { bundle: { key: "bundles/shop.tar.gz", sha256: OLD } }) } },
  ),
  becomes(
    "releases of two services in one table",
    { table: { shop: FORMER, cart: row("3.0.0", { bundle: bundle("cart", OLD) }), web: row("1.0.0", {}) } },
    { table: { shop: RELEASED, cart: row("3.1.0", { bundle: bundle("cart", OTHER) }), web: row("1.0.0", {}) } },
  ),
  becomes("a release of a service on some of the names", pointing(FORMER), pointing(RELEASED)),
  becomes(
    "a release of an image on some of the names",
    pointing(web("1.4.1", IMAGE)),
    pointing(web("1.4.2", NEW_IMAGE), { imageId: NEW_IMAGE }),
  ),
  becomes(
    "settings with escaped templates stay",
    {
      table: written({ services: { shop: shop("1.4.1", OLD, { settings: { A: "DOLLAR{x}" } }) } }).replace(
        "DOLLAR",
        "\\u0024",
      ),
    },
    {
      table: written({ services: { shop: shop("1.4.2", NEW, { settings: { A: "DOLLAR{x}" } }) } }).replace(
        "DOLLAR",
        "\\u0024",
      ),
    },
  ),
];

const NOT_ALONE: readonly (readonly [string, JsonObject])[] = [
  ["a setting", { settings: { LOG_LEVEL: "debug" } }],
  ["one more setting", { settings: { LOG_LEVEL: "info", PAY_URL: "https://example.org" } }],
  ["the port", { port: 9090 }],
  ["the health path", { healthPath: "/" }],
  ["the size of a body", { maxBodyMib: 1024 }],
  ["an attribute that is new", { database: { name: "app", user: "root" } }],
];

export const releasesToApprove: readonly NamedPlan[] = [
  ...NOT_ALONE.map(([what, more]) =>
    becomes(`a release, and ${what} beside it`, former, { table: { shop: shop("1.4.2", NEW, more) } }),
  ),
  ...NOT_ALONE.map(([what, more]) =>
    becomes(
      `a release on some of the names, and ${what} beside it`,
      pointing(FORMER),
      pointing(shop("1.4.2", NEW, more)),
    ),
  ),
  becomes(
    "a release of an image on some of the names, and the port beside it",
    pointing(web("1.4.1", IMAGE)),
    pointing({ ...web("1.4.2", NEW_IMAGE), port: 9090 }, { imageId: NEW_IMAGE }),
  ),
  becomes("a setting without a release", former, { table: { shop: shop("1.4.1", OLD, { settings: {} }) } }),
  becomes("a first release", { table: { shop: UNRELEASED } }, released),
  becomes("a removed release", former, { table: { shop: UNRELEASED } }),
  becomes("a bundle instead of an image", { table: { shop: web("1.4.1", IMAGE) } }, released),
  becomes("an image instead of a bundle", former, { table: { shop: web("1.4.2", IMAGE) } }),
  becomes("an image beside a bundle", former, { table: { shop: { ...RELEASED, image: IMAGE } } }),
  becomes("a service is added beside a release", former, {
    table: { shop: RELEASED, cart: row("1.0.0", { bundle: bundle("cart", OLD) }) },
  }),
  becomes(
    "a service is removed beside a release",
    { table: { shop: FORMER, cart: row("1.0.0", { bundle: bundle("cart", OLD) }) } },
    released,
  ),
  becomes(
    "another attribute of the table beside a release",
    { table: written({ services: { shop: FORMER } }) },
    { table: written({ services: { shop: RELEASED }, defaults: {} }) },
  ),
  becomes(
    "the code of a folder changes",
    { table: { shop: row("1.4.1", { bundle: { key: "bundles/shop.tar.gz", sha256: OLD } }) } },
    { table: { shop: row("1.4.2", { bundle: { key: "bundles/shop.tar.gz", sha256: NEW } }) } },
  ),
  becomes(
    "a bundle instead of a folder, whose object Terraform forgets",
    { table: { shop: row("1.4.1", { bundle: { key: "bundles/shop.tar.gz", sha256: OLD } }) } },
    released,
    {},
    [change("aws_s3_object.bundle-shop", ["forget"], { before: { bucket: BUCKET, key: "bundles/shop.tar.gz" } })],
  ),
  becomes("a bundle of another service", former, { table: { shop: row("1.4.2", { bundle: bundle("web", NEW) }) } }),
  becomes("a bundle with a key of another hash", former, {
    table: { shop: row("1.4.2", { bundle: { key: `bundles/shop/${NEW}.tar.gz`, sha256: OTHER } }) },
  }),
  becomes("a bundle with an attribute that is new", former, {
    table: { shop: row("1.4.2", { bundle: { ...bundle("shop", NEW), bucket: "other" } }) },
  }),
  becomes("a version that is no version", former, { table: { shop: shop("1.4.2\nDATABASE_USER=root", NEW) } }),
  becomes("a key that stands in the table twice", former, {
    table: written({ services: { shop: RELEASED } }).replace('"port": 8080', '"port": 1, "port": 8080'),
  }),
  becomes("a table that is no JSON", former, { table: `${written({ services: { shop: RELEASED } })}}` }),
  // The launch template.
  beside("the hash of another content", {}, { sha256: OTHER }),
  beside("the hash of the former content", {}, { sha256: hashOf(written({ services: { shop: FORMER } })) }),
  beside("one more variable beside a release", {}, { variables: "DATADOG_SITE=example.org\n" }),
  beside(
    "one more file beside a release",
    {},
    { files: [{ path: "/etc/cron.d/a", permissions: "0644", content: "" }] },
  ),
  beside("another bucket", {}, { bucket: "dev-one-staging-services-111122223333" }),
  beside("another instance type beside a release", {}, { template: { instance_type: "m7i.large" } }),
  beside(
    "a tag of the launch template beside a release",
    { template: { tags: { a: "1" } } },
    { template: { tags: { a: "2" } } },
  ),
  beside("another image of the operating system beside a release", {}, { imageId: NEW_IMAGE }),
  beside("an image that is not known beside a release", {}, {}, { template: { image_id: true } }),
  beside("user data that are not known", {}, {}, { template: { user_data: true } }),
  beside("content that is not known", {}, {}, { object: { content: true } }),
  becomes(
    "another image than that of the release",
    { table: { web: web("1.4.1", IMAGE) } },
    { table: { web: web("1.4.2", NEW_IMAGE) }, imageId: OTHER_IMAGE },
  ),
  becomes(
    "an image that no service has",
    { table: { web: web("1.4.1", IMAGE), shop: FORMER } },
    { table: { web: web("1.4.1", IMAGE), shop: RELEASED }, imageId: NEW_IMAGE },
  ),
  becomes(
    "a release of an image, and the launch template keeps the former one",
    { table: { web: web("1.4.1", IMAGE) } },
    { table: { web: web("1.4.2", NEW_IMAGE) } },
  ),
  becomes(
    "an image on some of the names, and the launch template keeps the former one",
    pointing(web("1.4.1", IMAGE)),
    pointing(web("1.4.2", NEW_IMAGE)),
  ),
  beside(
    "another default version of the launch template beside a release",
    {},
    { template: { default_version: 3 } },
    { template: { default_version: false } },
  ),
  beside(
    "the hash also in another file",
    { files: hashElsewhere({ shop: FORMER }) },
    { files: hashElsewhere({ shop: RELEASED }) },
  ),
  becomes("user data that are compressed in another way", former, {
    ...former,
    template: { user_data: recompressed(former) },
  }),
  replanned(
    "a release whose launch template is replaced",
    "aws_launch_template.servers",
    withActions("create", "delete"),
  ),
  replanned("a release with an action that is not known", "aws_launch_template.servers", withActions("recreate")),
  replanned("a release whose launch template moves in the state", "aws_launch_template.servers", (each) => [
    { ...each, previous_address: "aws_launch_template.former" },
  ]),
  replanned("a launch template that stands in the plan twice", "aws_launch_template.servers", (each) => [
    each,
    update("aws_launch_template.servers", { id: "lt-2", user_data: "YQ==" }, { user_data: "Yg==" }),
  ]),
  replanned("a release whose table is imported", "aws_s3_object.table", (each) => [
    { ...each, change: { ...(each.change as JsonObject), importing: { id: "a" } } },
  ]),
  beside(
    "a bucket that the environment's file names twice",
    { variables: `SERVICES_BUCKET=${BUCKET}\n`, bucket: "other" },
    { variables: `SERVICES_BUCKET=${BUCKET}\n`, bucket: "other" },
  ),
  // The object.
  beside("a release of an object in another bucket", { object: { bucket: "other" } }, { object: { bucket: "other" } }),
  beside(
    "a release of an object with another key",
    { object: { key: "tables/shop.json" } },
    { object: { key: "tables/shop.json" } },
  ),
  beside("an object moves beside a release", {}, { object: { key: "tables/shop.json" } }),
  beside(
    "another type of content beside a release",
    { object: { content_type: "application/json" } },
    { object: { content_type: "text/html" } },
  ),
  becomes(
    "a release of a service to which no table points",
    { table: { shop: row("1.4.1", { bundle: bundle("shop", OLD) }) }, pointed: FORMER },
    { table: { shop: row("1.4.1", { bundle: bundle("shop", OLD) }) }, pointed: RELEASED },
  ),
  becomes(
    "a pointer to the object of another service",
    { table: { cart: POINTED }, pointed: FORMER },
    { table: { cart: POINTED }, pointed: RELEASED },
  ),
  becomes(
    "a service leaves the table for an object of its own",
    { table: { shop: FORMER, web: row("2.0.0", { bundle: bundle("web", OLD) }) }, pointed: RELEASED },
    pointing(RELEASED),
  ),
  [
    "a release of an object that no server reads",
    plan([
      update(
        "aws_s3_object.table",
        { bucket: BUCKET, key: "tables/servers.json", content: written({ services: { shop: FORMER } }) },
        { content: written({ services: { shop: RELEASED } }) },
      ),
    ]),
  ],
  becomes("a second launch template keeps the former table", former, released, {}, [
    unchanged("aws_launch_template.other", resources(former).get("aws_launch_template.servers") ?? {}),
  ]),
  becomes("a second object with the same key", former, released, {}, [
    create("aws_s3_object.z", { bucket: BUCKET, key: "tables/servers.json", content: "{}" }),
  ]),
  becomes("another object with the same key stays", former, released, {}, [
    unchanged("aws_s3_object.z", { bucket: BUCKET, key: "tables/servers.json", content: "{}" }),
  ]),
  // The Auto Scaling group.
  beside("another size of the group beside a release", {}, { group: { min_size: 2 } }),
  beside("a known version of the launch template beside a release", {}, {}, { group: { version: "3" } }),
  becomes("new servers get another version without a release", former, {
    ...former,
    group: { launch_template: [{ id: "lt-1", name: "dev-one-production", version: "3" }] },
  }),
];

/** A release beside what is forbidden. */
export const releasesForbidden: readonly NamedPlan[] = [
  replanned("a release whose table is replaced", "aws_s3_object.table", withActions("delete", "create")),
  beside(
    "public access to the object beside a release",
    { object: { acl: "private" } },
    { object: { acl: "public-read" } },
  ),
  becomes("a release beside a destroyed database", former, released, {}, [
    change("aws_db_instance.db", ["delete"], { before: { identifier: "db" } } satisfies ChangeProps),
  ]),
];
