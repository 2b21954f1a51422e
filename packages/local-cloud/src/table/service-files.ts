import { createHash } from "node:crypto";

import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { UserError } from "@dev-one/cli/user-error";
import type { ServerFile } from "@dev-one/terraform-json/user-data";
import * as z from "zod";

import { client, type CloudOptions } from "./client";

const file = z.object({ key: z.string(), sha256: z.string() });
const row = z.object({ bundle: file.optional(), pointer: z.string().optional() });
const tableSchema = z.object({ services: z.record(z.string(), row) });

/**
 * Reads from S3 what the next server reads at boot: the platform's files and the table that its user data names, the rows that the table
 * points to, and the bundles that rows name. A bundle that a service's pipeline uploads is not in the local cloud, and is not read.
 * @param created keys of the objects that Terraform creates
 * @returns the keys
 * @throws UserError when the content of one has another SHA-256
 */
export async function readServiceFiles(
  bootFiles: readonly ServerFile[],
  created: ReadonlySet<string>,
  options: CloudOptions,
): Promise<{ readonly read: readonly string[]; readonly ofPipelines: readonly string[] }> {
  const environment = bootFiles.find(({ path }) => path === "/etc/dev-one/environment")?.content ?? "";
  const setting = (name: string) => new RegExp(`^${name}=(.*)$`, "m").exec(environment)?.[1] ?? "";
  const s3 = new S3Client({ ...client(options), forcePathStyle: true });
  const newest = async (key: string): Promise<Buffer> => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: setting("SERVICES_BUCKET"), Key: key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  };
  const read = async ({ key, sha256 }: z.infer<typeof file>): Promise<Buffer> => {
    const content = await newest(key);
    if (createHash("sha256").update(content).digest("hex") !== sha256) {
      throw new UserError(`The object ${key} has not the SHA-256 ${sha256}, by which servers read it.`);
    }
    return content;
  };
  const [platform, table] = ["SERVICES_PLATFORM", "SERVICES_TABLE"].map((name) => ({
    key: setting(name),
    sha256: setting(`${name}_SHA256`),
  })) as [z.infer<typeof file>, z.infer<typeof file>];
  await read(platform);
  const { services } = tableSchema.parse(JSON.parse((await read(table)).toString()));
  const pointers = Object.values(services).flatMap(({ pointer }) => pointer ?? []);
  const rows = await Promise.all(pointers.map(async (key) => row.parse(JSON.parse((await newest(key)).toString()))));
  const bundles = [...Object.values(services), ...rows].flatMap(({ bundle }) => bundle ?? []);
  const here = bundles.filter(({ key }) => created.has(key));
  for (const bundle of here) await read(bundle);
  return {
    read: [platform.key, table.key, ...pointers, ...here.map(({ key }) => key)],
    ofPipelines: bundles.filter(({ key }) => !created.has(key)).map(({ key }) => key),
  };
}
