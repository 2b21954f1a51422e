import { type Json, type JsonObject } from "@dev-one/cli/json";

import { hasSameMarks, isSameExcept } from "../decision";
import type { Finding } from "../finding";
import { blocks, type Change, shown, text } from "../model/change";
import type { StackPlan } from "../model/stack-plan";
import { groupBy, type Phrase, say } from "../text";
import { BootObject, type Row } from "./boot-objects";
import { type Boot, bootOf, differsOnlyInHash } from "./boot-settings";
import { isEmptyForNull } from "./harmless";

/** Releases of services in a plan. */
export interface Releases {
  /** One note for each service, about the object with its row. */
  readonly findings: readonly Finding[];
  /** Addresses of the resources that a release changes, and that nothing else changes. */
  readonly addresses: ReadonlySet<string>;
}

/**
 * Releases that change nothing else (docs/decisions/0030-what-a-person-must-approve.md). A release is another version, bundle or image in
 * the row of a service, in an object that servers read at boot. The launch template that names the object follows by the object's
 * SHA-256, and by the image; an Auto Scaling group follows by the version of the template. Whatever is not proved here needs approval.
 */
export function releasesIn(stack: StackPlan): Releases {
  const once = [...groupBy(stack.changes, ({ address }) => address).values()]
    .filter(({ length }) => length === 1)
    .flat();
  const objects = once.filter(({ type }) => type === "aws_s3_object").map((change) => new BootObject(change));
  const templates = once
    .filter(({ type }) => type === "aws_launch_template")
    .map((change) => new Template(change, objects));
  const released = objects.filter(
    (object) => object.releases.length > 0 && isUpdated(object.change) && isRead(object, templates),
  );
  const following = templates.filter((template) => template.follows);
  const groups = once.filter((change) => change.type === "aws_autoscaling_group" && isGroupOf(change, following));
  return {
    findings: released.flatMap(({ change, releases }) =>
      releases.map((release): Finding => ({
        kind: "release",
        severity: "note",
        danger: "safe",
        address: change.address,
        title: titleOf(release.service, release.before, release.after, shown(change.after?.key), stack),
      })),
    ),
    addresses: new Set(
      [...released, ...following].map(({ change }) => change.address).concat(groups.map(({ address }) => address)),
    ),
  };
}

/** An update in place, and nothing beside it. */
function isUpdated({ action, deferred, importedId, previousAddress, runsPrograms }: Change): boolean {
  return (
    action === "update" &&
    deferred === undefined &&
    importedId === undefined &&
    previousAddress === undefined &&
    !runsPrograms
  );
}

/** A launch template, with the objects that its servers read at boot. */
class Template {
  /** Whether it changes, as the releases of its services require, and not otherwise. */
  readonly follows: boolean;
  /** Whether its servers start with what the objects say after the apply: it follows, or it needs no change. */
  readonly isSound: boolean;
  private readonly before: Boot | undefined;
  private readonly after: Boot | undefined;

  constructor(
    readonly change: Change,
    private readonly objects: readonly BootObject[],
  ) {
    const before = bootOf(change.before);
    const after = bootOf(change.after);
    this.before = before;
    this.after = after;
    const agrees = this.isAgreed("before") && this.isAgreed("after");
    const isKnown = before !== undefined && after !== undefined;
    this.follows = isKnown && agrees && isUpdated(change) && this.isOnlyReleases(before, after);
    this.isSound = this.follows || (agrees && change.action === "no-op");
  }

  /** Whether the servers read the object, as their table or by a pointer in it. */
  reads(object: BootObject): boolean {
    return [this.before, this.after].some((boot) => boot !== undefined && this.objectsOf(boot).includes(object));
  }

  /** The table that a side of the template names, and the objects that the table points to. */
  private objectsOf({ bucket, key }: Boot): BootObject[] {
    const table = this.object(bucket, key);
    if (table === undefined) return [];
    return [table, ...table.pointers.flatMap((pointer) => this.object(bucket, pointer) ?? [])];
  }

  private object(bucket: string, key: string): BootObject | undefined {
    const found = this.objects.filter((each) => each.isAt(bucket, key));
    return found.length === 1 ? found[0] : undefined;
  }

  /** Whether a side of the template has the SHA-256 of its table, and the image of its services, if they have one. */
  private isAgreed(side: "before" | "after"): boolean {
    const boot = this[side];
    const [table, ...pointed] = boot === undefined ? [] : this.objectsOf(boot);
    if (boot === undefined || pointed.length !== table?.pointers.length) return false;
    const images = [table, ...pointed].flatMap((object) => object.images(side));
    return table.sha256(side) === boot.sha256 && images.every((image) => image === this.change[side]?.image_id);
  }

  private isOnlyReleases(before: Boot, after: Boot): boolean {
    const { change } = this;
    const objects = this.objectsOf(after);
    const isAllowed =
      hasSameMarks(change) &&
      isSameExcept(change, ({ path, unknown }) => {
        switch (path) {
          case "latest_version":
          case "default_version":
            return unknown === true;
          case "user_data":
            return differsOnlyInHash(before, after);
          case "image_id":
            return (
              unknown !== true &&
              (["before", "after"] as const).every((side) => objects.some((each) => each.images(side).length > 0))
            );
          default:
            return false;
        }
      });
    return (
      isAllowed &&
      objects.some((object) => object.releases.length > 0) &&
      objects.every((object) => object.releases.length > 0 || object.change.action === "no-op")
    );
  }
}

/** Whether servers read the object, and all launch templates that name it follow it. */
function isRead(object: BootObject, templates: readonly Template[]): boolean {
  const readers = templates.filter((template) => template.reads(object));
  return readers.length > 0 && readers.every(({ isSound }) => isSound);
}

/** Whether a group gets the new version of a launch template that follows a release, and nothing else. */
function isGroupOf(group: Change, templates: readonly Template[]): boolean {
  const idOf = (side: JsonObject | undefined): Json | undefined => blocks(side?.launch_template)[0]?.id;
  const id = text(idOf(group.before));
  return (
    isUpdated(group) &&
    id === text(idOf(group.after)) &&
    id !== undefined &&
    templates.some(({ change }) => change.before?.id === id) &&
    hasSameMarks(group) &&
    // A known version is not the new one.
    isSameExcept(
      group,
      (place) =>
        (place.path === "launch_template.version" && place.unknown === true) || isEmptyForNull(group.type, place),
    )
  );
}

function titleOf(service: string, before: Row, after: Row, key: string, stack: StackPlan): Phrase {
  const [was, is] = [shown(before.version), shown(after.version)];
  const team = teamOf(service, stack);
  const owner: Phrase = team === undefined ? [] : say` (team ${team})`;
  const note = was === is ? [", the same version"] : isOlder(is, was) ? [", an older version"] : [];
  const sha256 = after.bundle?.sha256;
  const program: Phrase =
    sha256 === undefined
      ? say`image ${shown(after.image)}`
      : say`${[sha256 === before.bundle?.sha256 ? "the same bundle" : "bundle"]} ${sha256.slice(0, 12)}…`;
  return say`Release of ${service}${owner}: ${was} → ${is}${note}, ${program} (row ${service} of ${key})`;
}

/** The team of a service by the tags of its Auto Scaling group. */
function teamOf(service: string, { changes }: StackPlan): string | undefined {
  for (const { type, after } of changes) {
    const tags = type === "aws_autoscaling_group" ? blocks(after?.tag) : [];
    const valueOf = (key: string): string | undefined => text(tags.find((tag) => tag.key === key)?.value);
    if (valueOf("service") === service) return valueOf("team");
  }
  return undefined;
}

const NUMBERS = /^\d+(\.\d+)*$/;

/** Compared only where both are numbers with dots. */
const isOlder = (version: string, other: string): boolean =>
  NUMBERS.test(version) && NUMBERS.test(other) && version.localeCompare(other, "en", { numeric: true }) < 0;
