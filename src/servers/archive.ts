import { existsSync } from "node:fs";
import { join } from "node:path";

import { gzipSync } from "fflate";
import { createTar } from "nanotar";

import { ConfigurationError, type Problem } from "../config";
import { filesBelow, projectDirectory, type ServerFile } from "./files";

/** A bundle is part of the plan and of the state. */
const LARGEST_BUNDLE_BYTES = 1_048_576;

/** Length of a file name in the header of a tar archive (POSIX ustar). */
const LONGEST_PATH = 100;

/** Files as a compressed archive, the same bytes each time: without times and owners, compressed by a pinned library. */
export function archiveOf(files: readonly ServerFile[]): Buffer {
  const archive = createTar(
    files.map(({ path, content, executable }) => ({
      name: path,
      data: content,
      attrs: { mode: executable ? "755" : "644" },
    })),
    { attrs: { uid: 0, gid: 0, mtime: 0 } },
  );
  return Buffer.from(gzipSync(archive, { level: 6, mtime: 0 }));
}

/**
 * The bundle of a folder of this repository.
 * @param setting what names the folder, for messages
 * @param jobs names of the jobs that it must contain
 * @throws ConfigurationError with every reason why the folder cannot be a bundle
 */
export function bundleOf(folder: string, setting: string, jobs: readonly string[]): Buffer {
  const directory = join(projectDirectory(), folder);
  const refusal = (found: readonly Omit<Problem, "path">[]) =>
    new ConfigurationError(
      found.map(({ problem, remedy }) => ({ path: setting, problem: `${folder} ${problem}`, remedy })),
    );
  if (!existsSync(directory))
    throw refusal([{ problem: "is no folder of this repository", remedy: "write the path of one" }]);
  const files = filesBelow(directory, "");
  const bundle = archiveOf(files);
  const problems = [...problemsOf(files, jobs)];
  if (bundle.length > LARGEST_BUNDLE_BYTES) {
    problems.push({
      problem: `is ${bundle.length} bytes, compressed, and Terraform's state may hold ${LARGEST_BUNDLE_BYTES}`,
      remedy: UPLOAD,
    });
  }
  if (problems.length > 0) throw refusal(problems);
  return bundle;
}

const UPLOAD = "upload an archive to the bucket, and name its SHA-256 in the release (bundle)";

function* problemsOf(files: readonly ServerFile[], jobs: readonly string[]): Iterable<Omit<Problem, "path">> {
  const needed = ["run", ...jobs.map((job) => `jobs/${job}`)];
  const optional = ["install", "migrate"].filter((name) => files.some(({ path }) => path === name));
  for (const name of [...needed, ...optional]) {
    if (files.some(({ path, executable }) => path === name && executable)) continue;
    yield { problem: `has no executable ${name}`, remedy: "add a file that starts with #!" };
  }
  if (files.some(({ path }) => path.split("/").includes("node_modules"))) {
    yield {
      problem: "has node_modules, which git ignores, so that CI would synthesize another bundle",
      remedy: UPLOAD,
    };
  }
  const long = files.find(({ path }) => Buffer.byteLength(path) > LONGEST_PATH);
  if (long !== undefined) {
    yield { problem: `has a path of more than ${LONGEST_PATH} bytes: ${long.path}`, remedy: UPLOAD };
  }
}
