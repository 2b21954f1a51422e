import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

// Lines of units and settings of a server that no other test would miss: systemd, logrotate and dnf accept a file without them.

const BOOTSTRAP = join(__dirname, "../../src/servers/bootstrap");
/** Of the user data, and of the archive in S3. */
const FOLDERS = ["files", "platform"].map((folder) => join(BOOTSTRAP, folder));
const find = (file: string) => FOLDERS.map((folder) => join(folder, file)).find((path) => existsSync(path)) ?? file;
const read = (file: string) => readFileSync(find(file), "utf8");
const lines = (file: string) =>
  read(file)
    .split("\n")
    .map((line) => line.trim());

const UNITS = "etc/systemd/system";

test.each([
  [
    "the service runs unprivileged, restarts without limit, and may open 65,536 files",
    `${UNITS}/dev-one-service.service`,
    [
      "User=dev-one-service",
      "Group=nginx",
      "StateDirectory=dev-one-service",
      "EnvironmentFile=/etc/dev-one/service",
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
    "a server that shuts down drains its connections first, and one that boots is not draining",
    `${UNITS}/dev-one-drain.service`,
    ["ExecStart=/usr/bin/rm -f /run/dev-one/draining", "ExecStop=/usr/local/sbin/dev-one-drain", "RemainAfterExit=yes"],
  ],
  [
    "nginx requires an identity and a service, stops gracefully, and may open 65,536 files",
    `${UNITS}/nginx.service.d/dev-one.conf`,
    [
      "Requires=dev-one-identity.service dev-one-program.service",
      "After=dev-one-identity.service dev-one-program.service",
      "KillSignal=SIGQUIT",
      "LimitNOFILE=65536",
    ],
  ],
  [
    "the agent is killed before the service when memory is short, and restarts without limit",
    `${UNITS}/datadog-agent.service.d/dev-one.conf`,
    ["StartLimitIntervalSec=0", "MemoryMax=1G", "OOMScoreAdjust=500"],
  ],
  [
    "logrotate runs every five minutes",
    `${UNITS}/logrotate.timer.d/dev-one.conf`,
    ["OnCalendar=", "OnCalendar=*:0/5", "AccuracySec=30s", "RandomizedDelaySec=0"],
  ],
  [
    "rotated logs are readable by the agent, and nginx reopens its logs",
    "etc/logrotate.d/nginx",
    ["create 0640 nginx dev-one-logs", `/bin/kill -USR1 "$(cat /run/nginx.pid 2>/dev/null)" 2>/dev/null || true`],
  ],
  [
    "automatic updates use the latest repository, after the first boot has installed from that of the image",
    `${UNITS}/dnf-automatic.service.d/dev-one.conf`,
    ["After=dev-one-service-install.service", "ExecStartPre=/usr/bin/bash -c 'echo latest >/etc/dnf/vars/releasever'"],
  ],
  [
    "automatic updates install security updates only",
    "etc/dnf/automatic.conf",
    ["upgrade_type = security", "apply_updates = yes"],
  ],
  [
    "connections are published every minute, at another second on each server",
    `${UNITS}/dev-one-connections.timer`,
    [
      "OnCalendar=minutely",
      "AccuracySec=1s",
      "RandomizedDelaySec=30",
      "FixedRandomDelay=yes",
      "WantedBy=timers.target",
    ],
  ],
  [
    "publishing connections ends within the minute, and logs a line for a failure only",
    `${UNITS}/dev-one-connections.service`,
    [
      "ExecStart=-/usr/local/sbin/dev-one-connections",
      "TimeoutStartSec=50",
      "SyslogLevel=warning",
      "LogLevelMax=warning",
    ],
  ],
  ["the journal is limited to 500 MB", "etc/systemd/journald.conf.d/dev-one.conf", ["SystemMaxUse=500M"]],
] as const)("%s", (_, file, expected) => {
  expect(lines(file)).toEqual(expect.arrayContaining([...expected]));
});

test("limits of systemd and of the kernel match the configuration of nginx", () => {
  const nginx = read("etc/nginx/nginx.conf");
  const files = /worker_rlimit_nofile (\d+);/.exec(nginx)?.[1];
  expect(lines(`${UNITS}/nginx.service.d/dev-one.conf`)).toContain(`LimitNOFILE=${files ?? ""}`);
  const backlog = /listen 80 .*backlog=(\d+)/.exec(nginx)?.[1];
  expect(lines("etc/sysctl.d/90-dev-one.conf")).toContain(`net.core.somaxconn = ${backlog ?? ""}`);
});

test("the variables of the platform replace settings of the service of the same name", () => {
  const files = lines(`${UNITS}/dev-one-service.service`).filter((line) => line.startsWith("EnvironmentFile="));
  expect(files.map((line) => line.split("/").at(-1))).toEqual(["service", "environment", "identity"]);
});

test.each(["dev-one-service", "dev-one-service-install"])(
  "%s starts once the program of the server is there",
  (unit) => {
    for (const argument of ["Requires", "After"]) {
      const line = lines(`${UNITS}/${unit}.service`).find((each) => each.startsWith(`${argument}=`));
      expect(line).toContain("dev-one-program.service");
    }
  },
);

test("all units are enabled for the next boot, those of the archive once they are there", () => {
  const boot = read("usr/local/sbin/dev-one-boot");
  const [, enabled = ""] = /^systemctl enable (dev-one-.*)$/m.exec(boot) ?? [];
  expect(boot).toMatch(
    /^beside\(\) \{[^}]*\n {2}systemctl daemon-reload \|\| true\n[^}]*\n {2}enable --no-block dev-one-agent\n/m,
  );
  expect(enabled.split(" ").sort()).toEqual(
    ["drain", "identity", "program", "service", "service-install"].map((name) => `dev-one-${name}`).concat("nginx"),
  );
});

test("the boot script creates the group that reads logs, and restarts logrotate and the journal", () => {
  const boot = lines("usr/local/sbin/dev-one-boot");
  expect(boot).toContain("groupadd --system --force dev-one-logs");
  expect(boot).toContain("systemctl restart logrotate.timer systemd-journald || true");
});

test("a server keeps its own host name on later boots", () => {
  expect(read("usr/local/sbin/dev-one-identity")).toContain('hostnamectl set-hostname "$name.$DOMAIN"');
  expect(readFileSync(join(BOOTSTRAP, "cloud-config.yaml"), "utf8")).toMatch(/^preserve_hostname: true$/m);
});

test("nothing but automatic updates uses the latest repository", () => {
  const files = FOLDERS.flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true })).filter(
    (file) => file.isFile(),
  );
  const turning = files
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => readFileSync(file, "utf8").includes("releasever"));
  expect(turning).toEqual([find(`${UNITS}/dnf-automatic.service.d/dev-one.conf`)]);
});
