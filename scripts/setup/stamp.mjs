// A stamp is a file with the hash of the installed packages. It is written last, so that an interrupted installation has none.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

/** SHA-256 over the contents of files, as hexadecimal digits. */
export function hashOf(...files) {
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(file)).update("\0");
  return hash.digest("hex");
}

/** Whether the stamp exists and contains this hash. */
export function isStamped(stamp, hash) {
  return existsSync(stamp) && readFileSync(stamp, "utf8").trim() === hash;
}

/** Writes the stamp, as the last action of an installation. */
export function writeStamp(stamp, hash) {
  writeFileSync(stamp, `${hash}\n`);
}
