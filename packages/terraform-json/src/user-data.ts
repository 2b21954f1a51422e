import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";

import type { JsonObject } from "@dev-one/cli/json";
import { UserError } from "@dev-one/cli/user-error";
import { parse } from "yaml";
import * as z from "zod";

import { fromSynthesis } from "./resources";

const cloudConfig = z.object({
  packages: z.array(z.string()),
  runcmd: z.array(z.array(z.string())),
  write_files: z.array(z.object({ path: z.string(), permissions: z.string(), content: z.string() })),
});

/** A server's first boot, as defined by the user data of its launch template. */
export interface UserData {
  /** The text of the cloud-config. */
  readonly text: string;
  /** Size of the user data that EC2 stores, in bytes before base64 encoding. */
  readonly size: number;
  /** RPM packages of Amazon Linux that are installed. */
  readonly packages: readonly string[];
  /** Commands that run after that, each with its arguments. */
  readonly commands: readonly (readonly string[])[];
  readonly files: readonly ServerFile[];
}

/** A file that is written to a server. */
export interface ServerFile {
  /** Absolute, such as `/etc/nginx/nginx.conf`. */
  readonly path: string;
  readonly content: string;
  readonly executable: boolean;
}

/** Name and user data, in base64, of each launch template of a synthesized stack. */
export function launchTemplatesOf(stack: JsonObject): { readonly name: string; readonly userData: string }[] {
  const templates = fromSynthesis("synthesized", stack).of("aws_launch_template");
  return templates.map((template) => ({
    name: template.template("name") ?? "",
    userData: template.template("user_data") ?? "",
  }));
}

/**
 * The lines of a launch template's address table: address, name, zone and service of each named server, and the id and zone of each
 * Availability Zone. None where the user data cannot be read or has no table.
 */
export function addressTableOf(encoded: string): string[][] {
  try {
    const table = readUserData(encoded).files.find(({ path }) => path === "/etc/dev-one/addresses");
    return (table?.content ?? "").split("\n").map((line) => line.split(" "));
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

/** Content of the objects that servers read from S3 at boot, by its SHA-256: tables of services, and programs. */
export function bootObjectsOf(stack: JsonObject): ReadonlyMap<string, Buffer> {
  const contents = fromSynthesis("", stack)
    .of("aws_s3_object")
    .map((object) =>
      object.has("content")
        ? Buffer.from(object.template("content") ?? "")
        : Buffer.from(object.template("content_base64") ?? "", "base64"),
    );
  return new Map(contents.map((content) => [createHash("sha256").update(content).digest("hex"), content]));
}

/**
 * The text of user data in base64, compressed or not. At most 10 MB, because a few kilobytes can decompress to gigabytes.
 * @throws RangeError when it is longer
 */
export function userDataText(encoded: string): string {
  const bytes = Buffer.from(encoded, "base64");
  return (isGzip(bytes) ? gunzipSync(bytes, { maxOutputLength: 10_000_000 }) : bytes).toString("utf8");
}

const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Decodes user data as EC2 stores it. @throws UserError when it is not a compressed cloud-config in base64 */
export function readUserData(encoded: string): UserData {
  try {
    const compressed = Buffer.from(encoded, "base64");
    if (!isGzip(compressed)) throw new Error("it is not compressed");
    const text = userDataText(encoded);
    const { packages, runcmd, write_files } = cloudConfig.parse(parse(text));
    return {
      text,
      size: compressed.length,
      packages,
      commands: runcmd,
      files: write_files.map(({ path, permissions, content }) => ({
        path,
        content,
        executable: permissions === "0755",
      })),
    };
  } catch (error) {
    throw new UserError(
      `User data of the launch template cannot be read (${String(error)}): run \`npm run synth\` again.`,
    );
  }
}
