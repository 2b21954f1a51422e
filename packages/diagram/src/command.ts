import { join, relative, resolve } from "node:path";

import { commandLine, readArguments } from "@dev-one/cli/command-line";
import { projectRoot } from "@dev-one/cli/project-root";
import { UserError } from "@dev-one/cli/user-error";
import { stacksFrom, type SynthesizedStack } from "@dev-one/terraform-json/synthesis";

import { type Family, inBothThemes, type NamedScene, staleFiles, writePictures } from "./files";
import type { Notes } from "./source/coverage";

/** A command that draws pictures of a synthesis, or compares them with the files. */
export interface PictureCommand {
  /** Such as `npm run diagram`. */
  readonly name: string;
  readonly description: string;
  /** Default directory of the pictures, relative to the project. */
  readonly out: string;
  readonly family: Family;
  /** Content of the pictures for messages, such as `what the configuration says`. */
  readonly shown: string;
  /** The environment that is drawn by default. @default every environment is drawn, and there is no such option */
  readonly environment?: string;
  readonly draw: (stacks: readonly SynthesizedStack[], notes: Notes, environment: string) => NamedScene[];
}

/** Reads the command line. @returns undefined when help was asked for, and printed @throws UserError */
export function parseArguments({ name, description, out, environment }: PictureCommand, args: readonly string[]) {
  const command = commandLine(name, description)
    .option("--check", "write nothing; fail when a picture is stale", false)
    .option("--from <directory>", "a synthesis that is there already, such as cdktf.out (default: a fresh one)")
    .option("--out <directory>", "where the pictures are", out);
  if (environment !== undefined) command.option("--environment <name>", "whose dashboards", environment);
  return readArguments(command, args)
    ? command.opts<{ check: boolean; environment: string; from?: string; out: string }>()
    : undefined;
}

/** Draws or compares the pictures, and prints notes and result. @throws UserError for a stale or unwritable picture */
export async function drawOrCheck(command: PictureCommand, args: readonly string[]): Promise<void> {
  const parsed = parseArguments(command, args);
  if (parsed === undefined) return;
  const { family, name, shown } = command;
  const root = projectRoot();
  const directory = resolve(root, parsed.out);
  const place = relative(process.cwd(), directory) || ".";
  const notes: Notes = new Set();
  const scenes = command.draw(await stacksFrom(root, parsed.from), notes, parsed.environment);
  const pictures = inBothThemes(scenes, notes);
  for (const note of notes) console.error(note);
  const summary = notes.size === 0 ? "" : ` ${notes.size} ${notes.size === 1 ? "note" : "notes"} above.`;
  if (!parsed.check) {
    writePictures(pictures, directory, family);
    console.log(`Drew ${pictures.map((each) => each.name).join(", ")} into ${place}, each as SVG and PNG.${summary}`);
    return;
  }
  const stale = staleFiles(pictures, directory, family).map((each) => `${join(place, each)}.\n`);
  if (stale.length > 0) throw new UserError(`${stale.join("")}Run \`${name}\`.`);
  console.log(`The ${pictures.length} pictures in ${place} show ${shown}.${summary}`);
}
