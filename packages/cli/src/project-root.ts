import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The directory that holds cdktf.json, above the running script or else above the working directory. */
export function projectRoot(starts: readonly string[] = [dirname(process.argv[1] ?? "."), process.cwd()]): string {
  for (const start of starts) {
    for (let directory = start; ; directory = dirname(directory)) {
      if (existsSync(join(directory, "cdktf.json"))) return directory;
      if (dirname(directory) === directory) break;
    }
  }
  return process.cwd();
}
