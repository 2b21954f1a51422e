import { createHash } from "node:crypto";

import { UserError } from "@dev-one/cli/user-error";
import { userDataText } from "@dev-one/terraform-json/user-data";
import * as z from "zod";

import { type Environment, type Fleet, servicesBucketName } from "../../../../src/environments";
import type { TemplateVersion } from "./aws";
import type { Context } from "./context";

const row = z.looseObject({
  version: z.string().optional(),
  bundle: z.looseObject({ sha256: z.string() }).optional(),
  /** Key of the object that holds the row, of a service on some of the named servers. */
  pointer: z.string().optional(),
});
const table = z.object({ services: z.record(z.string(), row) });

/** What a server runs of a service, as an object in S3 says. */
export interface Release {
  readonly service: string;
  /** Key of the object: the table of a launch template, or the service's own. */
  readonly key: string;
  /** SHA-256 of the object; undefined where servers take the newest version. */
  readonly sha256: string | undefined;
  readonly version: string;
  /** SHA-256 of the program; undefined without one, or where it is in the image. */
  readonly bundle: string | undefined;
}

/**
 * The releases that a version of a launch template brings, by the table that its user data names. Services with an object of their own are
 * left out.
 */
export async function releasesOf(
  fleet: string,
  template: TemplateVersion,
  environment: Environment,
  { api, stack }: Context,
): Promise<Release[]> {
  const bucket = servicesBucketName(environment);
  const key = `tables/${fleet}.json`;
  const text = userDataText(await api.userData(template));
  const sha256 = /SERVICES_TABLE_SHA256=([0-9a-f]{64})/.exec(text)?.[1];
  if (sha256 === undefined) return [];
  for (const { id } of await api.objectVersions(bucket, key)) {
    const content = (await api.getObject(bucket, key, id)) ?? "";
    if (hashOf(content) !== sha256) continue;
    return Object.entries(parse(table, content, key).services).flatMap(([service, each]) =>
      each.pointer === undefined ? [releaseOf(service, key, sha256, each)] : [],
    );
  }
  throw new UserError(`${stack}: no version of ${key} in ${bucket} has the SHA-256 ${sha256} of the launch template.`);
}

/** The releases of a version of a launch template that another version does not bring. */
export async function changedReleases(
  { name }: Fleet,
  before: TemplateVersion,
  after: TemplateVersion,
  environment: Environment,
  context: Context,
): Promise<Release[]> {
  const old = await releasesOf(name, before, environment, context);
  const isOld = (release: Release) => old.some((each) => each.service === release.service && isSame(each, release));
  return (await releasesOf(name, after, environment, context)).filter((release) => !isOld(release));
}

/** Whether two releases of a service are the same. */
export const isSame = (a: Release, b: Release): boolean => a.version === b.version && a.bundle === b.bundle;

/** The release that the object of a service holds. */
export function ownRelease(service: string, key: string, content: string): Release {
  return releaseOf(service, key, undefined, parse(row, content, key));
}

function releaseOf(service: string, key: string, sha256: string | undefined, each: z.output<typeof row>): Release {
  return { service, key, sha256, version: each.version ?? "none", bundle: each.bundle?.sha256 };
}

function parse<T>(schema: z.ZodType<T>, content: string, key: string): T {
  try {
    return schema.parse(JSON.parse(content));
  } catch {
    throw new UserError(`${key} is not what Terraform writes: apply the platform stack again.`);
  }
}

const hashOf = (content: string): string => createHash("sha256").update(content).digest("hex");
