import { join, relative } from "node:path";

import { UserError } from "@dev-one/cli/user-error";

import { type Family, type Picture, staleFiles, writePictures } from "./files";

export interface DrawingOptions {
  /** Absolute path of the directory with the pictures. */
  readonly directory: string;
  readonly family: Family;
  /** Whether the pictures are only compared with the files, and not written. */
  readonly check: boolean;
  /** Command that draws the pictures, such as `npm run diagram`. */
  readonly command: string;
  /** Content of the pictures for messages, such as `what the configuration says`. */
  readonly shown: string;
}

/** Writes pictures or compares them with the files, and prints the result. @throws UserError for a stale or unwritable picture */
export function drawOrCheck(pictures: readonly Picture[], options: DrawingOptions): void {
  const { directory, family, check, command, shown } = options;
  const place = relative(process.cwd(), directory) || ".";
  if (!check) {
    writePictures(pictures, directory, family);
    console.log(`Drew ${pictures.map(({ name }) => name).join(", ")} into ${place}, each as SVG and PNG.`);
    return;
  }
  const stale = staleFiles(pictures, directory, family);
  if (stale.length > 0) {
    throw new UserError(`${stale.map((each) => `${join(place, each)}.`).join("\n")}\nRun \`${command}\`.`);
  }
  console.log(`The ${pictures.length} pictures in ${place} show ${shown}.`);
}
