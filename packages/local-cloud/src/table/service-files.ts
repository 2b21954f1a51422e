import { createHash } from "node:crypto";

import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { UserError } from "@dev-one/cli/user-error";
import type { ServerFile } from "@dev-one/terraform-json/user-data";
import * as z from "zod";

import { client, type CloudOptions } from "./client";

const file = z.object({ key: z.string(), sha256: z.string() });
const tableSchema = z.object({ services: z.record(z.string(), z.object({ bundle: file.optional() })) });

/**
 * Reads from S3 what the next server reads at boot: the platform's files and the table that its user data names, and the bundles that the table names.
 * @returns the keys
 * @throws UserError when the content of one has another SHA-256
 */
export async function readServiceFiles(bootFiles: readonly ServerFile[], options: CloudOptions): Promise<string[]> {
  const environment = bootFiles.find(({ path }) => path === "/etc/dev-one/environment")?.content ?? "";
  const setting = (name: string) => new RegExp(`^${name}=(.*)$`, "m").exec(environment)?.[1] ?? "";
  const s3 = new S3Client({ ...client(options), forcePathStyle: true });
  const read = async ({ key, sha256 }: z.infer<typeof file>): Promise<Buffer> => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: setting("SERVICES_BUCKET"), Key: key }));
    const content = Buffer.from((await Body?.transformToByteArray()) ?? []);
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
  const bundles = Object.values(services).flatMap(({ bundle }) => bundle ?? []);
  for (const bundle of bundles) await read(bundle);
  return [platform, table, ...bundles].map(({ key }) => key);
}
