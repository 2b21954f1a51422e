import { UserError } from "@dev-one/cli/user-error";
import type * as z from "zod";

import type { Context } from "./context";

/**
 * What an object in S3 remembers of an earlier roll-out.
 *
 * @returns null without an object, and where what it remembered is over
 * @throws UserError when the object is not what a roll-out writes
 */
export async function remembered<T>(
  schema: z.ZodType<T>,
  bucket: string,
  key: string,
  api: Context["api"],
): Promise<T | null> {
  const text = (await api.getObject(bucket, key)) ?? "null";
  try {
    return schema.nullable().parse(JSON.parse(text));
  } catch {
    throw new UserError(
      `s3://${bucket}/${key} is not what a roll-out writes: restore its version before, or write "null" into it, which forgets what it remembered.`,
    );
  }
}
