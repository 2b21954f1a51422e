import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { scratchDirectory } from "@dev-one/cli/test/files";
import { programUser } from "@dev-one/service/processes";
import { SERVICE, ShippedFiles } from "@dev-one/service/shipped-files";
import {
  includeSubstitutions,
  type Place,
  shippedSubstitutions,
  stockSiteSubstitutions,
  stockSubstitutions,
  substitute,
} from "@dev-one/service/substitutions";

import { adapted } from "../src/scenarios/workplace";
import { exampleService, nginxInclude } from "../src/server/measured-files";

const SHIPPED = readFileSync(
  join(__dirname, "..", "..", "..", "src", "servers", "bootstrap", "files", "etc", "nginx", "nginx.conf"),
  "utf8",
);
const place: Place = {
  directory: "/scratch/shipped",
  addresses: ["127.0.0.1", "127.0.0.2"],
  port: 18080,
  statusPort: 18081,
  user: "www-data",
  group: "www-data",
};

const ROOT = join(__dirname, "..", "..", "..");

test("the measured program is the example service, its scripts executable", () => {
  const executable = exampleService(ROOT).map(({ path, executable }) => [path, executable]);
  expect(executable).toEqual([
    [`${SERVICE}/install`, true],
    [`${SERVICE}/requirements.txt`, false],
    [`${SERVICE}/run`, true],
    [`${SERVICE}/service.py`, false],
  ]);
});

describe("what dev-one-program of the servers writes for nginx", () => {
  const program = "/usr/local/sbin/dev-one-program";
  /** A tar archive without members. */
  const noFiles = gzipSync(Buffer.alloc(1024));
  const sha256 = createHash("sha256").update(noFiles).digest("hex");
  const settings = [
    `SERVICES_PLATFORM=key\nSERVICES_PLATFORM_SHA256=${sha256}\n`,
    "SERVICES_TABLE=key\nSERVICES_TABLE_SHA256=\n",
  ];
  const shipped = (content: string) =>
    new ShippedFiles(
      [
        { path: program, content, executable: true },
        { path: "/etc/dev-one/environment", content: settings.join(""), executable: false },
      ],
      new Map([[sha256, noFiles]]),
    );

  test("has the socket of the service, which is replaced, and its limits", async () => {
    const { path, content } = await nginxInclude(
      "python3",
      scratchDirectory(),
      shipped(readFileSync(join(ROOT, "src/servers/bootstrap/files", program), "utf8")),
    );
    expect(path).toBe("/etc/nginx/dev-one.conf");
    expect(content).toContain("    keepalive 256;");
    expect(substitute(path, content, includeSubstitutions(place))).toContain(
      "server unix:/scratch/shipped/run/http.sock;",
    );
  });

  test("is missing where the program fails, which is reported", async () => {
    const failing = nginxInclude("python3", scratchDirectory(), shipped('raise SystemExit("no table")'));
    await expect(failing).rejects.toThrow("/usr/local/sbin/dev-one-program of the servers failed: no table");
  });
});

describe("the servers' nginx.conf on this machine", () => {
  const changed = substitute("nginx.conf", SHIPPED, shippedSubstitutions(place));

  test("contains no path outside the scratch directory except the MIME types", () => {
    const paths = changed
      .split("\n")
      .filter((line) => !line.trim().startsWith("#"))
      .join("\n")
      .match(/(?<=[\s:])\/[a-z][a-z0-9./_-]+/g);
    expect([...new Set(paths)].filter((path) => !path.startsWith("/scratch/"))).toEqual([
      "/etc/nginx/mime.types",
      "/healthz",
      "/readyz",
      "/nginx_status",
    ]);
  });

  test("listens on loopback only, with the same options on every address", () => {
    const listens = changed.split("\n").filter((line) => line.trim().startsWith("listen "));
    expect(listens.map((line) => line.trim())).toEqual([
      "listen 127.0.0.1:18080 default_server reuseport backlog=65535;",
      "listen 127.0.0.2:18080 default_server reuseport backlog=65535;",
      "listen 127.0.0.1:18081;",
    ]);
  });

  test("keeps every setting that affects the number of connections", () => {
    for (const line of [
      "worker_processes auto;",
      "worker_rlimit_nofile 65536;",
      "    worker_connections 16384;",
      "    keepalive_timeout 75s;",
      "    keepalive_requests 100000;",
    ]) {
      expect(changed.split("\n")).toContain(line);
    }
  });

  test("differs only by the listed substitutions", () => {
    const before = SHIPPED.split("\n");
    const added = changed.split("\n").filter((line) => !before.includes(line));
    const touched = /_temp_path|^user |listen |pid |\/scratch\/shipped\//;
    expect(added.filter((line) => !touched.test(line))).toEqual([]);
  });

  test.each(shippedSubstitutions(place).map(({ from }) => from))("is refused without %j", (from) => {
    expect(() =>
      substitute("/etc/nginx/nginx.conf", SHIPPED.replaceAll(from, ""), shippedSubstitutions(place)),
    ).toThrow(`/etc/nginx/nginx.conf does not hold ${JSON.stringify(from)}, which must be replaced`);
  });
});

describe("Debian's configuration on this machine", () => {
  const conf =
    "user www-data;\npid /run/nginx.pid;\nerror_log /var/log/nginx/error.log;\nevents { worker_connections 768; }\nhttp {\n\taccess_log /var/log/nginx/access.log;\n\tinclude /etc/nginx/sites-enabled/*;\n}\n";
  const site = "server {\n\tlisten 80 default_server;\n\tlisten [::]:80 default_server;\n\troot /var/www/html;\n}\n";

  test("keeps its 768 connections", () => {
    const changed = substitute("nginx.conf", conf, stockSubstitutions({ ...place, directory: "/scratch/stock" }));
    expect(changed).toContain("worker_connections 768;");
    expect(changed).toContain("error_log /scratch/stock/log/error.log warn;");
    expect(changed).toContain("include /scratch/stock/default;");
  });

  test("serves its own site, on loopback only", () => {
    const one = { ...place, addresses: ["127.0.0.1"] };
    expect(substitute("default", site, stockSiteSubstitutions(one))).toBe(
      "server {\n\tlisten 127.0.0.1:18080 default_server;\n\troot /var/www/html;\n}\n",
    );
  });
});

test("what was changed is listed once for each file, without directories of the machine", () => {
  const workplace = { scratch: "/tmp/x", root: "/home/ann/project", substitutions: [] };
  const changes = [
    { from: "http {\n", to: "http {\n    proxy_temp_path /tmp/x/shipped/proxy;\n", reason: "path" },
    { from: "listen [::]:80;", to: [], reason: "loopback" },
  ];
  for (let time = 0; time < 2; time += 1) adapted(workplace, "nginx.conf", "http {\n    listen [::]:80;\n}\n", changes);
  expect(workplace.substitutions).toEqual([
    { file: "nginx.conf", from: "http {", to: "http { proxy_temp_path SCRATCH/proxy;", reason: "path" },
    { file: "nginx.conf", from: "listen [::]:80;", to: "(removed)", reason: "loopback" },
  ]);
});

test("programs run as an unprivileged user if the command runs as root, and otherwise as its user", () => {
  const { name, uid, gid } = programUser();
  expect(name).toBe(process.getuid?.() === 0 ? "www-data" : userInfo().username);
  expect([uid, gid]).not.toContain(0);
});
