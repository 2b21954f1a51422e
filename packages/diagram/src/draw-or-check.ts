import { join, relative } from "node:path";

import { UserError } from "@dev-one/cli/user-error";

import { type Family, type Picture, staleFiles, writePictures } from "./files";

export interface DrawingOptions {
  /** Where the pictures are, absolute. */
  readonly directory: string;
  readonly family: Family;
  /** Whether nothing is to be written. */
  readonly check: boolean;
  /** What draws them, such as `npm run diagram`. */
  readonly command: string;
  /** What they show, such as `what the configuration says`. */
  readonly shown: string;
}

/** Writes pictures, or compares them with what is there, and says so. @throws UserError when one is stale, or cannot be written */
export function drawOrCheck(pictures: readonly Picture[], options: DrawingOptions): void {
  const { directory, family, check, command, shown } = options;
  const place = relative(process.cwd(), directory) || ".";
  if (!check) {
    writePictures(pictures, directory, family);
    console.log(`Drew ${pictures.map(({ name }) => name).join(", ")} into ${place}, each as SVG and PNG.`);
    return;
  }
  const [first, ...others] = staleFiles(pictures, directory, family);
  if (first !== undefined) {
    const more = others.length === 0 ? "" : `, and so on for ${others.length} more`;
    throw new UserError(`${join(place, first)}${more}; run \`${command}\`.`);
  }
  console.log(`The ${pictures.length} pictures in ${place} show ${shown}.`);
}
