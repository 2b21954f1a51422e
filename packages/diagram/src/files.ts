import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { makeDirectory } from "@dev-one/cli/make-directory";
import { replaceFile } from "@dev-one/cli/replace-file";
import { UserError } from "@dev-one/cli/user-error";

import { problemsOf } from "./drawing/geometry";
import { isMadeFrom, toPng } from "./drawing/png";
import type { Scene } from "./drawing/scene";
import { toSvg } from "./drawing/svg";
import { modes } from "./drawing/theme";
import type { Notes } from "./source/coverage";

/** A scene with the name of its pictures. */
export interface NamedScene {
  readonly name: string;
  readonly scene: Scene;
}

/** A picture in one theme. */
export interface Picture {
  /** File name without its extension, such as `architecture-staging-dark`. */
  readonly name: string;
  readonly svg: string;
}

/** Pictures that are drawn together, in a directory that can contain other files. */
export interface Family {
  /** Matches the names of its files and no others. @default none, so that no file is treated as an old picture */
  readonly names?: RegExp;
  /** The subject of a picture for messages, such as `an environment`. */
  readonly subject: string;
  /** Pixels of a PNG per unit of the picture. @default 2, sharp on a screen of double density */
  readonly scale?: number;
}

/** Scenes as pictures in both themes, with a note for each that is hard to read. */
export function inBothThemes(scenes: readonly NamedScene[], notes: Notes): Picture[] {
  return scenes.flatMap(({ name, scene }) => {
    const [first, ...others] = problemsOf(scene);
    const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
    if (first !== undefined) notes.add(`The picture ${name} is hard to read: ${first}${more}`);
    return modes.map((mode) => ({ name: mode === "dark" ? `${name}-dark` : name, svg: toSvg(scene, mode) }));
  });
}

/** Writes the pictures as SVG and PNG atomically, and removes pictures whose subject no longer exists. */
export function writePictures(pictures: readonly Picture[], directory: string, family: Family): void {
  const files = pictures.flatMap(({ name, svg }) => [
    { file: `${name}.svg`, content: svg },
    { file: `${name}.png`, content: toPng(svg, family.scale) },
  ]);
  try {
    makeDirectory(directory);
    for (const { file, content } of files) replaceFile(join(directory, file), content);
    for (const file of strangers(pictures, directory, family)) rmSync(join(directory, file));
  } catch (error) {
    throw new UserError(`The pictures cannot be written into ${directory}: ${(error as Error).message}.`);
  }
}

/** The stale pictures of a directory, each in one sentence; empty if all are up to date. */
export function staleFiles(pictures: readonly Picture[], directory: string, family: Family): string[] {
  const problem = (name: string, isCurrent: (found: Buffer) => boolean): string[] => {
    const file = join(directory, name);
    if (!existsSync(file)) return [`${name} is missing`];
    return isCurrent(readFileSync(file)) ? [] : [`${name} does not show what the configuration says`];
  };
  return [
    ...pictures.flatMap(({ name, svg }) => [
      ...problem(`${name}.svg`, (found) => found.equals(Buffer.from(svg))),
      ...problem(`${name}.png`, (found) => isMadeFrom(found, svg)),
    ]),
    ...strangers(pictures, directory, family).map((file) => `${file} shows ${family.subject} that is not there`),
  ];
}

function strangers(pictures: readonly Picture[], directory: string, { names: pattern }: Family): string[] {
  if (pattern === undefined || !existsSync(directory)) return [];
  const names = new Set(pictures.flatMap(({ name }) => [`${name}.svg`, `${name}.png`]));
  return readdirSync(directory).filter((file) => pattern.test(file) && !names.has(file));
}
