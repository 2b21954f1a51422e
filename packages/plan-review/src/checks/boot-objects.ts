import { createHash } from "node:crypto";

import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";
import * as z from "zod";

import { hasSameMarks, isSameExcept } from "../decision";
import { type Change, text } from "../model/change";

const version = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/);
const image = z.string().regex(/^ami-[0-9a-f]{8,17}$/);
const bundle = z.strictObject({ key: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) });
/** A service with a release, as `dev-one-program` reads it; other attributes are its settings. */
const row = z.looseObject({ version, image: image.optional(), bundle: bundle.optional() });
export type Row = z.output<typeof row>;

const pointer = z.strictObject({ pointer: z.string() });

/** A service whose release differs. */
interface ReleasedService {
  readonly service: string;
  readonly before: Row;
  readonly after: Row;
}

/** Attributes of an object that AWS computes from its content. */
const COMPUTED = /^(etag|version_id|checksum_[a-z0-9]+)$/;

type Side = "before" | "after";

/** Servers read their services at boot from objects in S3: tables of services, and objects with the row of one service. */
export class BootObject {
  /** Services with another release; none where anything else differs. */
  readonly releases: readonly ReleasedService[];
  /** Keys of the objects to which a table points, on both sides; none where they differ. */
  readonly pointers: readonly string[];
  private readonly rows: Readonly<Record<Side, ReadonlyMap<string, Json>>>;

  constructor(readonly change: Change) {
    this.rows = { before: rowsOf(change.before), after: rowsOf(change.after) };
    this.pointers = [...this.rows.after].flatMap(([service, value]) => {
      const found = pointer.safeParse(value);
      return found.success && found.data.pointer === pointerKey(service) ? [found.data.pointer] : [];
    });
    this.releases = this.findReleases();
  }

  isAt(bucket: string, key: string): boolean {
    return [this.change.before, this.change.after].every((side) => side?.bucket === bucket && side.key === key);
  }

  sha256(side: Side): string {
    const content = text(this.change[side]?.content) ?? "";
    return createHash("sha256").update(content).digest("hex");
  }

  /** Images of the services. */
  images(side: Side): string[] {
    return [...this.rows[side].values()].flatMap((value) => (isJsonObject(value) ? (text(value.image) ?? []) : []));
  }

  private findReleases(): ReleasedService[] {
    const isOnlyContent =
      hasSameMarks(this.change) &&
      isSameExcept(this.change, ({ attribute, unknown }) =>
        attribute === "content" ? unknown !== true : COMPUTED.test(attribute) && unknown === true,
      );
    const { before, after } = this.rows;
    const services = [...before.keys()];
    if (!isOnlyContent || services.join("\n") !== [...after.keys()].join("\n")) return [];
    const differing = services.filter((each) => JSON.stringify(before.get(each)) !== JSON.stringify(after.get(each)));
    const released = differing.flatMap((each) => releaseOf(each, before.get(each), after.get(each)) ?? []);
    return released.length === differing.length ? released : [];
  }
}

/** Key of the object with the row of a service that runs on some of the named servers. */
const pointerKey = (service: string): string => `services/${service}.json`;

/** Rows by service; none where the object is neither a table nor the row of a service, or is written in another way. */
function rowsOf(side: JsonObject | undefined): ReadonlyMap<string, Json> {
  const [key, content] = [text(side?.key) ?? "", text(side?.content)];
  const json = content === undefined ? undefined : canonicalJson(content);
  if (!isJsonObject(json)) return new Map();
  if (/^tables\/[\w-]+\.json$/.test(key)) {
    const isTable = Object.keys(json).join() === "services" && isJsonObject(json.services);
    return isTable ? new Map(Object.entries(json.services as JsonObject)) : new Map();
  }
  const service = /^services\/([\w-]+)\.json$/.exec(key)?.[1];
  return service === undefined ? new Map() : new Map([[service, json]]);
}

/** The JSON of a text that has no second reading, such as a key that stands there twice. */
function canonicalJson(content: string): Json | undefined {
  try {
    const json = JSON.parse(content) as Json;
    // The beginnings of Terraform's templates are escaped (src/servers/service-files.ts).
    const plain = content.replaceAll("\\u0024{", "${").replaceAll("\\u0025{", "%{").trimEnd();
    return [0, 2].some((indent) => JSON.stringify(json, undefined, indent) === plain) ? json : undefined;
  } catch {
    return undefined;
  }
}

/** A change of the release, from one bundle to another or from one image to another; undefined where anything else differs. */
function releaseOf(service: string, before: Json | undefined, after: Json | undefined): ReleasedService | undefined {
  const [old, fresh] = [row.safeParse(before), row.safeParse(after)];
  if (!old.success || !fresh.success) return undefined;
  const isSettled = JSON.stringify(withoutRelease(old.data)) === JSON.stringify(withoutRelease(fresh.data));
  const isProgram = isBundle(service, old.data, fresh.data) || isImage(old.data, fresh.data);
  return isSettled && isProgram ? { service, before: old.data, after: fresh.data } : undefined;
}

/** The keys, with the values of those that are not part of the release. */
const withoutRelease = (data: Row): unknown =>
  Object.entries(data).map(([key, value]) => (["version", "image", "bundle"].includes(key) ? [key] : [key, value]));

/** Bundles of a pipeline; the code of a folder is reviewed where it changes. */
function isBundle(service: string, before: Row, after: Row): boolean {
  if (
    before.bundle === undefined ||
    after.bundle === undefined ||
    before.image !== undefined ||
    after.image !== undefined
  )
    return false;
  const isOfPipeline = [before.bundle, after.bundle].every(
    ({ key, sha256 }) => key === `bundles/${service}/${sha256}.tar.gz`,
  );
  return isOfPipeline || JSON.stringify(before.bundle) === JSON.stringify(after.bundle);
}

const isImage = (before: Row, after: Row): boolean =>
  before.image !== undefined && after.image !== undefined && before.bundle === undefined && after.bundle === undefined;
