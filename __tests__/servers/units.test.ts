import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

// What units and settings of a server promise in one line each, which no other program would miss: systemd, logrotate and dnf take a file
// without the line just as well.

const FILES = join(__dirname, "../../src/servers/bootstrap/files");
const read = (file: string) => readFileSync(join(FILES, file), "utf8");
const lines = (file: string) =>
  read(file)
    .split("\n")
    .map((line) => line.trim());

const UNITS = "etc/systemd/system";

test.each([
  [
    "the program of a service has no rights, is started again for ever, and holds many connections",
    `${UNITS}/dev-one-service.service`,
    [
      "User=dev-one-service",
      "Group=nginx",
      "EnvironmentFile=/etc/dev-one/environment",
      "EnvironmentFile=/etc/dev-one/identity",
      "Restart=always",
      "StartLimitIntervalSec=0",
      "LimitNOFILE=65536",
      "NoNewPrivileges=yes",
      "ProtectSystem=strict",
    ],
  ],
  [
    "a server that stops leaves the load balancer first, and one that starts is not still leaving",
    `${UNITS}/dev-one-drain.service`,
    ["ExecStart=/usr/bin/rm -f /run/dev-one/draining", "ExecStop=/usr/local/sbin/dev-one-drain", "RemainAfterExit=yes"],
  ],
  [
    "nginx does not serve without an identity, finishes what it began, and has the files for its connections",
    `${UNITS}/nginx.service.d/dev-one.conf`,
    ["Requires=dev-one-identity.service", "After=dev-one-identity.service", "KillSignal=SIGQUIT", "LimitNOFILE=65536"],
  ],
  [
    "an agent that leaks goes before the service does, and one without its key tries for ever",
    `${UNITS}/datadog-agent.service.d/dev-one.conf`,
    ["StartLimitIntervalSec=0", "MemoryMax=1G", "OOMScoreAdjust=500"],
  ],
  [
    "logs are looked at every five minutes and not once a day",
    `${UNITS}/logrotate.timer.d/dev-one.conf`,
    ["OnCalendar=", "OnCalendar=*:0/5", "AccuracySec=30s", "RandomizedDelaySec=0"],
  ],
  [
    "rotated logs can be read by the agent, and nginx writes into the new ones",
    "etc/logrotate.d/nginx",
    ["create 0640 nginx dev-one-logs", `/bin/kill -USR1 "$(cat /run/nginx.pid 2>/dev/null)" 2>/dev/null || true`],
  ],
  [
    "updates come from the newest repository, and not before the first boot has installed all from the image's own",
    `${UNITS}/dnf-automatic.service.d/dev-one.conf`,
    ["After=dev-one-service-install.service", "ExecStartPre=/usr/bin/bash -c 'echo latest >/etc/dnf/vars/releasever'"],
  ],
  [
    "security updates, and no others, are installed",
    "etc/dnf/automatic.conf",
    ["upgrade_type = security", "apply_updates = yes"],
  ],
  ["the journal does not fill the disk", "etc/systemd/journald.conf.d/dev-one.conf", ["SystemMaxUse=500M"]],
] as const)("%s", (_, file, expected) => {
  expect(lines(file)).toEqual(expect.arrayContaining([...expected]));
});

test("nginx may open as many files as its configuration says, and the kernel queues as many connections", () => {
  const nginx = read("etc/nginx/nginx.conf");
  const files = /worker_rlimit_nofile (\d+);/.exec(nginx)?.[1];
  expect(lines(`${UNITS}/nginx.service.d/dev-one.conf`)).toContain(`LimitNOFILE=${files ?? ""}`);
  const backlog = /listen 80 .*backlog=(\d+)/.exec(nginx)?.[1];
  expect(lines("etc/sysctl.d/90-dev-one.conf")).toContain(`net.core.somaxconn = ${backlog ?? ""}`);
});

test("everything starts again after a reboot, the drain included", () => {
  const [, enabled = ""] = /^systemctl enable (dev-one-.*)$/m.exec(read("usr/local/sbin/dev-one-boot")) ?? [];
  expect(enabled.split(" ").sort()).toEqual(
    ["agent", "drain", "identity", "service", "service-install"].map((name) => `dev-one-${name}`).concat("nginx"),
  );
});

test("the boot makes the group that reads logs, and puts changed timers and limits into force", () => {
  const boot = lines("usr/local/sbin/dev-one-boot");
  expect(boot).toContain("groupadd --system --force dev-one-logs");
  expect(boot).toContain("systemctl restart logrotate.timer systemd-journald || true");
});

test("a server has its own host name, on later boots too", () => {
  expect(read("usr/local/sbin/dev-one-identity")).toContain('hostnamectl set-hostname "$name.$DOMAIN"');
  expect(readFileSync(join(FILES, "../cloud-config.yaml"), "utf8")).toMatch(/^preserve_hostname: true$/m);
});

test("nothing at boot turns to the newest repository: what is being installed then would come from either", () => {
  const files = readdirSync(FILES, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  const turning = files
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => readFileSync(file, "utf8").includes("releasever"));
  expect(turning).toEqual([join(FILES, UNITS, "dnf-automatic.service.d/dev-one.conf")]);
});
