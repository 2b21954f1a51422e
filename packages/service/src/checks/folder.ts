import { accessSync, constants, lstatSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

import { execa } from "execa";

import { type Report, size } from "../report";
import { jobsOf } from "../server";
import { checkExecutable } from "./executable";

/** Terraform's state holds the bundle of a release by `folder`; its archive has file names of at most 100 bytes. */
const FOLDER_RELEASE = { bytes: 1_048_576, path: 100 };

/** Of an object that is uploaded at once. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html */
const LARGEST_OBJECT = 5_000_000_000;

/** Where a release of the folder can come from. */
export interface FolderOptions {
  /** Whether the release is by `folder`: its bundle is made at synthesis. */
  readonly isFolderRelease: boolean;
  /** Architecture of the servers. */
  readonly architecture: "x86_64" | "arm64";
  /** Jobs that the folder must have. */
  readonly jobs: readonly string[];
  /** Largest bundle that can be uploaded, bytes. */
  readonly largestBundle?: number;
}

/** Checks the files of a folder, before anything is started. @returns whether a server could start it */
export function checkFolder(report: Report, folder: string, options: FolderOptions): boolean {
  const { isFolderRelease, architecture } = options;
  const before = report.hasFailed;
  const kind = statSync(folder, { throwIfNoEntry: false });
  if (kind?.isDirectory() !== true) {
    const problem = kind === undefined ? "does not exist" : "is not a folder";
    report.failed("folder", `${folder} ${problem}; name the folder that holds run`, "there is nothing to start");
    return false;
  }
  const run = statSync(join(folder, "run"), { throwIfNoEntry: false });
  if (run?.isFile() !== true) {
    report.failed(
      "run",
      `${join(folder, "run")} ${run === undefined ? "is missing" : "is not a file"}; write an executable file that starts the program`,
      "the assertion of the unit fails, and the group replaces servers that never become healthy",
    );
  }
  const hasJobs = statSync(join(folder, "jobs"), { throwIfNoEntry: false })?.isDirectory() === true;
  const jobs = hasJobs ? jobsOf(folder) : [];
  for (const job of new Set(options.jobs)) {
    if (jobs.includes(job)) continue;
    const others = jobs.length > 0 ? `; jobs has ${jobs.join(", ")}` : "";
    report.failed(`jobs/${job}`, `is missing${others}`, "each run is an error in the logs");
  }
  const programs = ["run", "install", "migrate", ...jobs.map((job) => `jobs/${job}`)];
  const hasInstall = statSync(join(folder, "install"), { throwIfNoEntry: false }) !== undefined;
  for (const name of programs) {
    if (statSync(join(folder, name), { throwIfNoEntry: false })?.isFile() === true) {
      checkExecutable(report, folder, name, { architecture, hasInstall });
    }
  }
  checkFiles(report, folder, isFolderRelease);
  return before === report.hasFailed;
}

function checkFiles(report: Report, folder: string, isFolderRelease: boolean): void {
  const unreadable: string[] = [];
  const special: string[] = [];
  const long: string[] = [];
  const secret: string[] = [];
  for (const path of pathsBelow(folder)) {
    const file = join(folder, path);
    const facts = lstatSync(file);
    const isFile = facts.isFile();
    if (!isFile && !facts.isDirectory() && !facts.isSymbolicLink()) special.push(path);
    if (isFile && !canRead(file)) unreadable.push(path);
    if (isFile && (facts.mode & 0o004) === 0) secret.push(path);
    if (Buffer.byteLength(path) > FOLDER_RELEASE.path) long.push(path);
  }
  if (unreadable.length > 0) {
    report.failed(
      "files",
      `${listed(unreadable)} cannot be read by you; chmod u+r`,
      "they are missing, because the bundle cannot be made",
    );
  }
  if (special.length > 0) {
    report.failed(
      "files",
      `${listed(special)}: neither a file, a folder nor a link; remove it`,
      "dev-one-program refuses the bundle, and the server does not serve",
    );
  }
  if (long.length > 0 && isFolderRelease) {
    report.failed(
      "files",
      `more than ${FOLDER_RELEASE.path} bytes long: ${listed(long)}`,
      "synthesis refuses the folder; a bundle may have such paths",
    );
  }
  if (secret.length > 0) {
    report.warning(
      "files",
      `${listed(secret)}: readable for you only here; on a server every user can read each file of a bundle, so keep secrets out`,
    );
  }
  if (statSync(join(folder, ".git"), { throwIfNoEntry: false }) !== undefined) {
    report.warning("files", ".git becomes part of the bundle; add --exclude=.git to tar");
  }
}

/**
 * Makes the bundle as docs/services.md says.
 * @returns whether it is small enough
 */
export async function makeBundle(
  report: Report,
  folder: string,
  file: string,
  options: FolderOptions,
): Promise<boolean> {
  const { isFolderRelease, largestBundle = LARGEST_OBJECT } = options;
  const arguments_ = ["--create", "--gzip", "--file", file, "--directory", folder, "."];
  const { failed, stderr } = await report.during(
    "making the bundle",
    execa("tar", arguments_, { reject: false, stdin: "ignore" }),
  );
  if (failed) {
    report.failed("bundle", `tar cannot read the folder: ${stderr.trim().split("\n")[0] ?? ""}`, "there is no bundle");
    return false;
  }
  const { size: bytes } = statSync(file);
  const most = isFolderRelease ? FOLDER_RELEASE.bytes : largestBundle;
  if (bytes > most) {
    report.failed(
      "bundle",
      `${size(bytes)}, compressed; at most ${size(most)}`,
      isFolderRelease
        ? "synthesis refuses the folder; release it as a bundle"
        : "the upload is refused; leave out what install can bring, or build an image",
    );
    return false;
  }
  const isSmall = bytes <= FOLDER_RELEASE.bytes;
  report.ok(
    "bundle",
    `${size(bytes)}, compressed${isSmall ? "" : "; release it as a bundle, because a folder release is at most 1 MiB"}`,
  );
  return true;
}

/** Paths below a folder, without those behind links. */
function pathsBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true }).map((entry) =>
    join(entry.parentPath, entry.name).slice(folder.length + 1),
  );
}

function canRead(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

function listed(paths: readonly string[]): string {
  const more = paths.length > 3 ? ` and ${paths.length - 3} more` : "";
  return paths.slice(0, 3).join(", ") + more;
}
