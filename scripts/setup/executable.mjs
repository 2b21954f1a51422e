import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The directories of PATH. */
export const searchPath = () => (process.env.PATH ?? "").split(delimiter).filter((directory) => directory !== "");

/** The first file with a name in the directories that this user may run. */
export function findExecutable(name, directories = searchPath()) {
  return directories.map((directory) => join(directory, name)).find(isExecutable);
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
