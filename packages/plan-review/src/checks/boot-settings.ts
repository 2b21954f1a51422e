import type { JsonObject } from "@dev-one/cli/json";
import { userDataText } from "@dev-one/terraform-json/user-data";

import { text } from "../model/change";
import { bootFiles } from "./scaling";

/** The table of services in the user data of a launch template (src/servers/user-data.ts). */
export interface Boot {
  readonly bucket: string;
  readonly key: string;
  readonly sha256: string;
  /** The whole user data. */
  readonly text: string;
}

/** The table that the user data of a launch template names; undefined where it names none, or more than one. */
export function bootOf(template: JsonObject | undefined): Boot | undefined {
  const userData = text(template?.user_data);
  const content = text(bootFiles(template)?.get("/etc/dev-one/environment")?.content);
  if (userData === undefined || content === undefined) return undefined;
  const [bucket, key, sha256] = ["SERVICES_BUCKET", "SERVICES_TABLE", "SERVICES_TABLE_SHA256"].map((name) => {
    const lines = content.split("\n").filter((line) => line.startsWith(`${name}=`));
    return lines.length === 1 ? lines[0]?.slice(name.length + 1) : undefined;
  });
  if (bucket === undefined || key === undefined || sha256 === undefined) return undefined;
  return { bucket, key, sha256, text: userDataText(userData) };
}

/** Whether the line with the SHA-256 of the table is the only difference of two user data. */
export function differsOnlyInHash(before: Boot, after: Boot): boolean {
  const line = (sha256: string): string => `\\nSERVICES_TABLE_SHA256=${sha256}\\n`;
  const parts = before.text.split(line(before.sha256));
  return parts.length === 2 && parts.join(line(after.sha256)) === after.text;
}
