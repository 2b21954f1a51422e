import { join } from "node:path";

import { gzipSync } from "fflate";
import { createTar } from "nanotar";

import { ConfigurationError } from "../config";
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
 * @param jobs names of the jobs that it must contain
 * @throws ConfigurationError when the folder cannot be a bundle
 */
export function bundleOf(folder: string, jobs: readonly string[] = []): Buffer {
  const files = filesBelow(join(projectDirectory(), folder), "");
  const long = files.find(({ path }) => Buffer.byteLength(path) > LONGEST_PATH);
  if (long !== undefined) throw refusal(folder, `has a path of more than ${LONGEST_PATH} bytes: ${long.path}`);
  const missing = jobs.filter((job) => !files.some(({ path, executable }) => path === `jobs/${job}` && executable));
  if (missing.length > 0) {
    throw new ConfigurationError(
      missing.map((job) => ({
        path: folder,
        problem: `has no executable jobs/${job}, which is a job of the service`,
        remedy: "add a file that starts with #!, or remove the job",
      })),
    );
  }
  const bundle = archiveOf(files);
  if (bundle.length > LARGEST_BUNDLE_BYTES) {
    throw refusal(
      folder,
      `is ${bundle.length} bytes, compressed, and Terraform's state may hold ${LARGEST_BUNDLE_BYTES}`,
    );
  }
  return bundle;
}

const refusal = (path: string, problem: string): ConfigurationError =>
  new ConfigurationError([
    { path, problem, remedy: "upload an archive to the bucket, and name its SHA-256 in the release (bundle)" },
  ]);
