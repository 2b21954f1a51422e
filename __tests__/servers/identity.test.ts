import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const script = join(__dirname, "../../src/servers/bootstrap/files/usr/local/sbin/dev-one-identity");

/** What the metadata service of one instance answers, by path below /latest/meta-data. */
type Metadata = Readonly<Record<string, string>>;

let directory: string;
let service: Server;
let metadata: Metadata;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "dev-one-identity-"));
  writeFileSync(
    join(directory, "addresses"),
    "172.31.1.102 api-2 zone-1 api\n172.31.2.102 api-2 zone-2 api\nuse1-az2 zone-1\nuse1-az4 zone-2\n",
  );
  writeFileSync(join(directory, "environment"), "ENVIRONMENT=staging\nDOMAIN=staging.dev-one.it\n");
  // IMDSv2: a token first, and nothing without it.
  service = createServer((request, response) => {
    if (request.method === "PUT" && request.url === "/latest/api/token") {
      response.end(request.headers["x-aws-ec2-metadata-token-ttl-seconds"] === undefined ? "" : "token-1");
      return;
    }
    const answer = metadata[request.url?.replace("/latest/meta-data/", "") ?? ""];
    const isAllowed = request.headers["x-aws-ec2-metadata-token"] === "token-1";
    response.statusCode = !isAllowed ? 401 : answer === undefined ? 404 : 200;
    response.end(isAllowed ? answer : undefined);
  });
  await new Promise<void>((ready) => service.listen(0, "127.0.0.1", ready));
});

afterAll(async () => {
  await new Promise((done) => service.close(done));
  rmSync(directory, { recursive: true, force: true });
});

beforeEach(() => {
  rmSync(join(directory, "identity"), { force: true });
});

async function identify(
  instance: Metadata,
): Promise<{ code: number; stdout: string; stderr: string; identity?: string }> {
  metadata = instance;
  const { port } = service.address() as AddressInfo;
  const identity = join(directory, "identity");
  const env = {
    PATH: process.env.PATH,
    DEV_ONE_TABLE: join(directory, "addresses"),
    DEV_ONE_ENVIRONMENT: join(directory, "environment"),
    DEV_ONE_IDENTITY: identity,
    DEV_ONE_METADATA: `http://127.0.0.1:${port}/latest`,
    DEV_ONE_KEEP_HOST_NAME: "1",
  };
  return await new Promise((resolve) => {
    execFile("bash", [script], { env }, (error, stdout, stderr) => {
      const code = typeof error?.code === "number" ? error.code : error === null ? 0 : -1;
      resolve({ code, stdout, stderr, ...(existsSync(identity) ? { identity: readFileSync(identity, "utf8") } : {}) });
    });
  });
}

const INSTANCE = { "instance-id": "i-0123456789abcdef0", "placement/availability-zone-id": "use1-az2" };
const ELASTIC = { ...INSTANCE, "tags/instance/role": "elastic", "tags/instance/service": "api" };
const OWN_GROUP = { ...INSTANCE, "tags/instance/role": "own-group", "tags/instance/service": "shop" };

test.each<[string, Metadata, string, string]>([
  [
    "with an address of the table gets the name and zone of the table",
    { "local-ipv4": "172.31.2.102", "tags/instance/role": "named" },
    "api-2 in zone-2 at 172.31.2.102",
    "NAME=api-2\nZONE=zone-2\nADDRESS=172.31.2.102\nENVIRONMENT=staging\nSERVICE=api\nFLEET=named\n",
  ],
  [
    "of the elastic group is named by its instance id, with the zone of its Availability Zone",
    { ...ELASTIC, "local-ipv4": "172.31.1.140" },
    "elastic-i-0123456789abcdef0 in zone-1 at 172.31.1.140",
    "NAME=elastic-i-0123456789abcdef0\nZONE=zone-1\nADDRESS=172.31.1.140\nENVIRONMENT=staging\nSERVICE=api\nFLEET=elastic\n",
  ],
  [
    "of a service's own group is named by service and instance id",
    { ...OWN_GROUP, "local-ipv4": "172.31.1.141" },
    "shop-i-0123456789abcdef0 in zone-1 at 172.31.1.141",
    "NAME=shop-i-0123456789abcdef0\nZONE=zone-1\nADDRESS=172.31.1.141\nENVIRONMENT=staging\nSERVICE=shop\nFLEET=own-group\n",
  ],
])("a server %s", async (_, instance, said, identity) => {
  const result = { code: 0, stdout: `dev-one-identity: ${said}.\n`, stderr: "", identity };
  expect(await identify(instance)).toEqual(result);
  // A second run has the same result.
  expect(await identify(instance)).toEqual(result);
});

const unknown = (address: string) =>
  `${address} is not in ADDRESSES, and this server is of no other group; not serving.`;

test.each<[string, Metadata, string]>([
  [
    "neither in the table nor of another group",
    { "local-ipv4": "172.31.1.105", "tags/instance/role": "named" },
    unknown("172.31.1.105"),
  ],
  [
    "at an address that is part of one in the table",
    { "local-ipv4": "72.31.1.10", "tags/instance/role": "named" },
    unknown("72.31.1.10"),
  ],
  [
    "elastic in an unknown Availability Zone",
    { ...ELASTIC, "local-ipv4": "172.31.9.140", "placement/availability-zone-id": "use1-az6" },
    "use1-az6 is no zone of ADDRESSES; not serving.",
  ],
])("a server that is %s fails, and loses the identity of an earlier boot", async (_, instance, sentence) => {
  await identify({ "local-ipv4": "172.31.1.102", "tags/instance/role": "named" });
  expect(await identify(instance)).toEqual({
    code: 1,
    stdout: "",
    stderr: `dev-one-identity: ${sentence.replace("ADDRESSES", join(directory, "addresses"))}\n`,
  });
});
