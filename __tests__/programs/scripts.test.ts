import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { execa } from "execa";

import { staging } from "../../src/environments";
import { synthesize } from "../support/synthesis";

// The scripts that bring a server into service and take it out again, with stand-ins for the programs that change a system.

const SCRIPTS = join(__dirname, "../../src/servers/bootstrap/files/usr/local/sbin");
const CHANGING = ["rpm", "dnf", "sleep", "systemctl", "sysctl", "groupadd", "useradd", "id", "nginx", "journalctl"];

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dev-one-scripts-"));
  for (const name of CHANGING) standIn(name, "exit 0");
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** Writes a program that records its arguments, and then runs `body`. */
function standIn(name: string, body: string): void {
  const file = join(directory, name);
  writeFileSync(file, `#!/usr/bin/env bash\necho "${name} $*" >>"${directory}/calls"\n${body}\n`);
  chmodSync(file, 0o755);
}

async function boot(): Promise<{ exitCode: number; output: string; calls: string[] }> {
  const { exitCode, all } = await execa("bash", [join(SCRIPTS, "dev-one-boot")], {
    env: { PATH: [directory, process.env.PATH].join(delimiter), DEV_ONE_UNITS: directory },
    all: true,
    reject: false,
  });
  const calls = readFileSync(join(directory, "calls"), "utf8").trimEnd().split("\n");
  return { exitCode: exitCode ?? -1, output: all, calls };
}

describe("dev-one-boot", () => {
  test("starts the identity first, then what its service is, the service and the web server, and the agent last, without waiting for it", async () => {
    const { exitCode, output, calls } = await boot();
    expect({ exitCode, output }).toEqual({ exitCode: 0, output: "" });
    const order = [
      "systemctl daemon-reload",
      "systemctl start dev-one-identity",
      "systemctl start dev-one-program",
      "nginx -t",
      "systemctl reload-or-restart nginx",
      "systemctl start --no-block dev-one-service",
      "systemctl start dev-one-drain",
      "systemctl daemon-reload",
      "systemctl enable --now dnf-automatic.timer",
      "systemctl enable --now chronyd",
      "systemctl enable --now amazon-ssm-agent",
      "systemctl enable --now --no-block dev-one-agent",
    ];
    expect(calls.filter((call) => order.includes(call))).toEqual(order);
  });

  test.each(["identity", "program"])(
    "starts neither the service nor the web server when the %s fails",
    async (unit) => {
      standIn("systemctl", `[ "$*" != "start dev-one-${unit}" ]`);
      standIn("journalctl", `echo "dev-one-${unit}: the reason; not serving."`);
      const { exitCode, output, calls } = await boot();
      expect(exitCode).toBe(1);
      expect(output).toBe(
        [
          `dev-one-${unit}: the reason; not serving.`,
          `dev-one-boot: dev-one-${unit} failed; not serving, to be replaced by its group.`,
        ].join("\n"),
      );
      expect(calls.join("\n")).not.toMatch(/start.* (nginx|dev-one-service)/);
      // The SSM agent still starts, so that the server can be inspected.
      expect(calls).toContain("systemctl enable --now amazon-ssm-agent");
    },
  );

  test("does not start the web server with a configuration that nginx refuses", async () => {
    standIn("nginx", "echo 'nginx: configuration file test failed' >&2; exit 1");
    const { exitCode, calls } = await boot();
    expect(exitCode).toBe(1);
    expect(calls).not.toContain("systemctl reload-or-restart nginx");
    expect(calls).toContain("systemctl enable --now --no-block dev-one-agent");
  });

  test.each(["dnf-automatic.timer", "logrotate.timer", "chronyd", "amazon-ssm-agent"])(
    "starts the web server although %s cannot be started",
    async (unit) => {
      standIn("systemctl", `[ "$*" != "enable --now ${unit}" ]`);
      const { exitCode, output, calls } = await boot();
      expect({ exitCode, output }).toEqual({ exitCode: 0, output: `dev-one-boot: ${unit} could not be started.` });
      expect(calls).toContain("systemctl enable --now --no-block dev-one-agent");
    },
  );

  test("starts the web server although the agent or a kernel setting fails", async () => {
    standIn("systemctl", '[ "$*" != "enable --now --no-block dev-one-agent" ]');
    standIn("sysctl", "exit 1");
    const { exitCode, output, calls } = await boot();
    expect(exitCode).toBe(0);
    expect(calls).toContain("systemctl reload-or-restart nginx");
    expect(output).toBe(
      [
        "dev-one-boot: some kernel settings were not taken; serving with the kernel's own.",
        "dev-one-boot: dev-one-agent could not be started.",
      ].join("\n"),
    );
  });

  test("installs the web server itself when cloud-init could not", async () => {
    standIn("rpm", `[ -e ${directory}/installed ]`);
    standIn("dnf", `[ -e ${directory}/tried ] && touch ${directory}/installed; touch ${directory}/tried`);
    const { exitCode, output, calls } = await boot();
    expect({ exitCode, output }).toEqual({
      exitCode: 0,
      output: [1, 2].map((attempt) => `dev-one-boot: nginx is not installed; attempt ${attempt} of 3.`).join("\n"),
    });
    expect(calls.filter((call) => call.startsWith("dnf"))).toHaveLength(2);
    expect(calls).toContain("systemctl reload-or-restart nginx");
  });

  test("enables the timer of each job", async () => {
    const timers = ["cleanup", "report"].map((job) => `dev-one-job@${job}.timer`);
    for (const timer of timers) writeFileSync(join(directory, timer), "");
    const { calls } = await boot();
    expect(calls.filter((call) => call.includes("@"))).toEqual(
      timers.map((timer) => `systemctl enable --now ${timer}`),
    );
  });

  test("creates the user of the service once", async () => {
    standIn("id", "exit 1");
    expect((await boot()).calls.join("\n")).toContain("useradd --system");
    rmSync(join(directory, "calls"));
    standIn("id", "exit 0");
    expect((await boot()).calls.join("\n")).not.toContain("useradd");
  });
});

describe("draining", () => {
  const script = readFileSync(join(SCRIPTS, "dev-one-drain"), "utf8");
  const read = (file: string) => readFileSync(join(SCRIPTS, "../../../", file), "utf8");
  const number = (text: string, pattern: RegExp) => Number(pattern.exec(text)?.[1]);
  const drainSeconds = number(script, /DRAIN_SECONDS:-(\d+)/);
  const cutSeconds = number(read("etc/nginx/nginx.conf"), /worker_shutdown_timeout (\d+)s;/);
  const groups = synthesize(staging).platform.resources("aws_lb_target_group");

  test("creates the mark, prints that health checks fail, and waits", async () => {
    const mark = join(directory, "run", "draining");
    const { stdout } = await execa("bash", [join(SCRIPTS, "dev-one-drain")], {
      env: { DEV_ONE_DRAINING: mark, DEV_ONE_DRAIN_SECONDS: "0" },
    });
    expect(stdout).toBe("dev-one-drain: health checks fail from now on; stopping in 0 s.");
    expect(existsSync(mark)).toBe(true);
  });

  test("takes longer than the load balancer needs to mark the server unhealthy, for every target group", () => {
    expect(groups.length).toBeGreaterThan(0);
    for (const { values } of groups) {
      const { interval, unhealthy_threshold: failures } = values.health_check as Record<string, number>;
      expect(drainSeconds).toBeGreaterThan((interval ?? NaN) * (failures ?? NaN));
    }
  });

  test("ends, with the stop of the service and nginx, within deregistration_delay and TimeoutStopSec", () => {
    const serviceSeconds = number(read("etc/systemd/system/dev-one-service.service"), /TimeoutStopSec=(\d+)/);
    for (const { values } of groups) {
      // The service and nginx stop in parallel: once the service has ended, no request of nginx is left.
      expect(drainSeconds + Math.max(serviceSeconds, cutSeconds)).toBeLessThan(Number(values.deregistration_delay));
    }
    const patience = (unit: string) => number(read(`etc/systemd/system/${unit}`), /TimeoutStopSec=(\d+)/);
    expect(drainSeconds).toBeLessThan(patience("dev-one-drain.service"));
    expect(cutSeconds).toBeLessThan(patience("nginx.service.d/dev-one.conf"));
  });

  test("stops first, then the service, then nginx, which forwards the last responses of the service", () => {
    const after = (unit: string) => /^After=(.*)$/m.exec(read(`etc/systemd/system/${unit}`))?.[1]?.split(" ");
    expect(after("dev-one-drain.service")).toEqual(
      expect.arrayContaining(["nginx.service", "dev-one-service.service"]),
    );
    expect(after("dev-one-service.service")).toContain("nginx.service");
    expect(after("nginx.service.d/dev-one.conf")).not.toContain("dev-one-service.service");
  });
});
