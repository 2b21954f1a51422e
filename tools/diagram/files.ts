import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { UserError } from "../user-error";
import { isMadeFrom, toPng } from "./drawing/png";
import { type Picture, pictureName } from "./pictures";

/** Writes the pictures as SVG and PNG, whole or not at all, and removes those of environments that are gone. */
export function writePictures(pictures: readonly Picture[], directory: string): void {
  // The same picture under two names is rasterized once.
  const rasterized = new Map<string, Buffer>();
  const files = pictures.flatMap(({ name, svg }) => {
    const png = rasterized.get(svg) ?? toPng(svg);
    rasterized.set(svg, png);
    return [
      { file: `${name}.svg`, content: svg },
      { file: `${name}.png`, content: png },
    ];
  });
  try {
    mkdirSync(directory, { recursive: true });
    for (const { file, content } of files) replace(join(directory, file), content);
    for (const file of strangers(pictures, directory)) rmSync(join(directory, file));
  } catch (error) {
    throw new UserError(`The pictures cannot be written into ${directory}: ${(error as Error).message}.`);
  }
}

/** What is out of date in a directory, each in one sentence; empty when nothing is. */
export function staleFiles(pictures: readonly Picture[], directory: string): string[] {
  const read = (file: string): Buffer | undefined =>
    existsSync(join(directory, file)) ? readFileSync(join(directory, file)) : undefined;
  return [
    ...pictures.flatMap(({ name, svg }) => {
      const [drawn, rasterized] = [read(`${name}.svg`), read(`${name}.png`)];
      return [
        ...(drawn?.equals(Buffer.from(svg)) === true ? [] : [`${name}.svg ${problem(drawn)}`]),
        ...(rasterized !== undefined && isMadeFrom(rasterized, svg) ? [] : [`${name}.png ${problem(rasterized)}`]),
      ];
    }),
    ...strangers(pictures, directory).map((file) => `${file} shows an environment that is not there`),
  ];
}

function problem(found: Buffer | undefined): string {
  return found === undefined ? "is missing" : "does not show what the configuration says";
}

function strangers(pictures: readonly Picture[], directory: string): string[] {
  if (!existsSync(directory)) return [];
  const names = new Set(pictures.flatMap(({ name }) => [`${name}.svg`, `${name}.png`]));
  return readdirSync(directory).filter((file) => pictureName.test(file) && !names.has(file));
}

/** A reader, and an interruption, find the old file or the new one. */
function replace(file: string, content: string | Buffer): void {
  const fresh = `${file}.new`;
  try {
    writeFileSync(fresh, content);
    renameSync(fresh, file);
  } finally {
    rmSync(fresh, { force: true });
  }
}
