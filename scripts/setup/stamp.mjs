// A stamp is a file that is written last and holds the hash of what was installed: an interrupted installation has none.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

/** SHA-256 over the contents of files, as hexadecimal digits. */
export function hashOf(...files) {
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(file)).update("\0");
  return hash.digest("hex");
}

/** Whether the stamp is there and holds this hash. */
export function isStamped(stamp, hash) {
  return existsSync(stamp) && readFileSync(stamp, "utf8").trim() === hash;
}

/** Writes the stamp; the last thing that an installation does. */
export function writeStamp(stamp, hash) {
  writeFileSync(stamp, `${hash}\n`);
}
