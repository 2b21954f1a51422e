import { environments } from "../../src/environments";
import { stagingBesideShop, stagingInThreeZones } from "../support/environments";
import { run } from "./support/program";
import { replaced, ServerRoot, someUser } from "./support/server-root";

// What runs on a server, checked by the programs that read it there. Only names that this machine does not have are changed.

const roots = [
  ...environments.map((environment) => ({ name: environment.name, environment })),
  { name: "staging in three zones", environment: stagingInThreeZones() },
  { name: "staging with two services", environment: stagingBesideShop() },
].map(({ name, environment }) => ({ name, root: new ServerRoot(environment) }));

afterAll(() => {
  for (const { root } of roots) root.remove();
});

describe.each(roots)("the files of a server of $name", ({ root }) => {
  test("cloud-init accepts the user data", async () => {
    const file = root.write("/cloud-config.yaml", root.data.text);
    const { exitCode, output } = await run("cloud-init", "schema", "--config-file", file);
    expect({ exitCode, output }).toEqual({
      exitCode: 0,
      output: expect.stringContaining("Valid cloud-config") as unknown,
    });
  });

  test("shellcheck finds nothing in the scripts", async () => {
    const scripts = ["#!/usr/bin/env bash", "#!/bin/sh"].flatMap((start) => root.scripts(start));
    expect(scripts.map(({ path }) => path)).toEqual(
      expect.arrayContaining(["agent", "boot", "drain", "identity"].map((name) => `/usr/local/sbin/dev-one-${name}`)),
    );
    const { exitCode, output } = await run("shellcheck", ...scripts.map(({ path }) => root.path(path)));
    expect({ exitCode, output }).toEqual({ exitCode: 0, output: "" });
  });

  test("every kernel setting exists", async () => {
    const { path, content } = root.file("/etc/sysctl.d/90-dev-one.conf");
    const settings = content.split("\n").filter((line) => /^[a-z]/.test(line));
    expect(settings.length).toBeGreaterThanOrEqual(3);
    const { exitCode, output } = await run("sysctl", "--dry-run", "--load", root.path(path));
    expect({ exitCode, lines: output.split("\n") }).toEqual({ exitCode: 0, lines: settings });
  });

  test("systemd accepts every unit, and the drop-ins of Amazon Linux's units", async () => {
    const units = root.files
      .map(({ path }) => /^\/etc\/systemd\/system\/([^/]+\.(?:service|timer))(?:\.d\/|$)/.exec(path)?.[1])
      .filter((unit) => unit !== undefined)
      .map((unit) => unit.replace("@.", "@cleanup."));
    expect(units).toEqual(
      expect.arrayContaining([
        ...["dev-one-agent.service", "dev-one-drain.service", "dev-one-identity.service", "dev-one-service.service"],
        ...["nginx.service", "logrotate.timer"],
      ]),
    );
    standIns(root);
    const { exitCode, output } = await run("systemd-analyze", "verify", `--root=${root.directory}`, ...new Set(units));
    expect({ exitCode, output }).toEqual({ exitCode: 0, output: "" });
  });

  test("logrotate accepts its configuration", async () => {
    const { user, group } = someUser();
    const { content } = root.file("/etc/logrotate.d/nginx");
    const file = root.write(
      "/logrotate.conf",
      replaced(content, ["/var/log/nginx", root.path("/var/log/nginx")], ["nginx dev-one-logs", `${user} ${group}`]),
    );
    root.write("/var/log/nginx/access.log", "one line\n");
    const state = root.path("/logrotate.state");
    const { exitCode, output } = await run("logrotate", "--debug", "--state", state, file);
    expect(output).not.toMatch(/error/i);
    expect(output).toContain("log does not need rotating");
    expect(exitCode).toBe(0);
  });
});

describe("the programs report mistakes", () => {
  const root = new ServerRoot(environments[0] ?? stagingInThreeZones());
  afterAll(() => {
    root.remove();
  });

  test.each([
    ["cloud-init", ["schema", "--config-file"], "#cloud-config\npackages: 7\n"],
    ["shellcheck", [], "#!/usr/bin/env bash\nrm -rf $1/*\n"],
    ["sysctl", ["--dry-run", "--load"], "net.core.no_such_setting = 1\n"],
    ["logrotate", ["--debug"], "/var/log/nginx/*.log {\n  rotate often\n"],
  ] as const)("%s", async (name, args, content) => {
    const { exitCode } = await run(name, ...args, root.write(`/mistake-${name}`, content));
    expect(exitCode).not.toBe(0);
  });

  test("systemd-analyze", async () => {
    standIns(root);
    root.write("/etc/systemd/system/dev-one-service.service", "[Service]\nExecStart=opt/service\n");
    const { exitCode } = await run("systemd-analyze", "verify", `--root=${root.directory}`, "dev-one-service.service");
    expect(exitCode).not.toBe(0);
  });
});

/** Units and programs of Amazon Linux and its packages that this project's units refer to. */
function standIns(root: ServerRoot): void {
  for (const target of ["basic", "multi-user", "network-online", "shutdown", "sysinit", "timers"]) {
    root.write(`/usr/lib/systemd/system/${target}.target`, `[Unit]\nDescription=${target}\n`);
  }
  root.write(
    "/usr/lib/systemd/system/nginx.service",
    "[Service]\nType=forking\nPIDFile=/run/nginx.pid\nExecStart=/usr/sbin/nginx\n",
  );
  root.write("/usr/lib/systemd/system/logrotate.service", "[Service]\nType=oneshot\nExecStart=/usr/sbin/logrotate\n");
  root.write("/usr/lib/systemd/system/logrotate.timer", "[Timer]\nOnCalendar=daily\n");
  root.write("/usr/lib/systemd/system/datadog-agent.service", "[Service]\nExecStart=/usr/sbin/agent\n");
  root.write(
    "/usr/lib/systemd/system/dnf-automatic.service",
    "[Service]\nType=oneshot\nExecStart=/usr/bin/dnf-automatic\n",
  );
  const programs = [
    ...["/bin/sh", "/usr/bin/bash", "/usr/bin/rm"],
    ...["/usr/sbin/nginx", "/usr/sbin/logrotate", "/usr/sbin/agent", "/usr/bin/dnf-automatic"],
  ];
  for (const path of [...programs, "/opt/dev-one/service/run", "/opt/dev-one/service/install"])
    root.write(path, "#!/bin/sh\n", true);
}
