import type {
  DescribeAvailabilityZonesResult,
  DescribeImagesResult,
  DescribeInstancesResult,
  DescribeInstanceTypesResult,
} from "@aws-sdk/client-ec2";
import type { DBEngineVersionMessage, OrderableDBInstanceOptionsMessage } from "@aws-sdk/client-rds";

import { fixture, sandbox } from "../../../__tests__/fixtures/environment";
import { newestOf, orderable, proxy, version } from "../src/checks/database";
import { certificates, delegation } from "../src/checks/dns";
import { owner } from "../src/checks/names";
import { enough, vcpusAtPeak, vcpusOfOthers } from "../src/checks/quotas";
import { githubProvider } from "../src/checks/roles";
import { fits, offers, serverNeeds } from "../src/checks/servers";
import { zone } from "../src/checks/zones";
import { notAnswered } from "../src/failure";
import { exitCode, ok, stop, warning } from "../src/finding";
import { Managed } from "../src/managed";
import { report } from "../src/report";
import { answer, awsError, stacksOf, unreachable } from "./support/stand-in";

const { platform } = stacksOf(sandbox);

test("an exit code is 1 with a stop, else 2 with a warning, else 0", () => {
  const [fine, doubtful, wrong] = [ok("a", "b"), warning("a", "b", "c"), stop("a", "b", "c")];
  expect([[], [fine], [fine, doubtful], [doubtful, wrong, fine]].map(exitCode)).toEqual([0, 0, 2, 1]);
});

test("the table of a preflight begins with what stops, and says what to do", () => {
  const text = report([ok("VPCs", "needs 1, of 5"), stop("Zone a", "is gone", "choose another one")]);
  expect(text).toMatch(/stop[\s\S]*Zone a[\s\S]*is gone[\s\S]*-> choose another one[\s\S]*VPCs/);
  expect(text).toContain("1 ok, 0 to look at (warning), 1 to correct first (stop).");
});

describe("what is not answered", () => {
  test("names the denied action, from the message or else from the request", () => {
    const message = "User: arn:aws:iam::1:user/a is not authorized to perform: ec2:DescribeVpcs with an explicit deny";
    const [named, other] = [awsError("UnauthorizedOperation", 403, message), awsError("AccessDeniedException", 400)];
    expect(notAnswered("VPCs", named, "ec2:Other")).toMatchObject({
      verdict: "warning",
      text: "not checked: ec2:DescribeVpcs is denied",
    });
    expect(notAnswered("Roles", other, "iam:GetRole").remedy).toContain("allow iam:GetRole");
  });

  test("is a network without an answer, or another error with its name", () => {
    expect(notAnswered("VPCs", unreachable("EAI_AGAIN")).text).toBe("not checked: no answer (EAI_AGAIN)");
    expect(notAnswered("VPCs", awsError("Throttling", 400, "Rate exceeded.")).text).toBe(
      "not checked: Throttling, Rate exceeded",
    );
    const page = new SyntaxError(`Unexpected token '<', "<!doctype "... is not valid JSON\nmore`);
    expect(notAnswered("VPCs", page).text).toBe("not checked: the answer is not one of AWS");
  });
});

test("zones are found by their ids, and must be available", () => {
  const { AvailabilityZones: there = [] } = answer<DescribeAvailabilityZonesResult>("zones");
  expect(zone("zone-5", "use1-az4", there)).toEqual(ok("Zone zone-5", "use1-az4 is us-east-1a here"));
  expect(zone("zone-6", "use1-az6", there)).toMatchObject({
    verdict: "stop",
    text: "use1-az6 (us-east-1b) is impaired: power",
  });
  expect(zone("zone-7", "use1-az3", there)).toMatchObject({
    verdict: "stop",
    remedy: "choose one of use1-az4, use1-az6 in src/environments",
  });
  expect(zone("zone-8", "use1-bos1-az1", there)).toMatchObject({
    verdict: "stop",
    text: expect.stringContaining("not enabled") as string,
  });
});

describe("servers", () => {
  test("need what launch templates, groups and subnets of the synthesized JSON say", () => {
    expect(serverNeeds(platform)).toEqual([
      {
        template: "dev-one-sandbox",
        type: "m7i.xlarge",
        image: { parameter: "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64" },
        zoneIds: ["use1-az4", "use1-az6"],
        // Three named servers in each of two zones, and ten elastic ones with one more during an instance refresh.
        maximum: 3 + 3 + 11,
      },
    ]);
  });

  test("stop where a zone does not offer their type", () => {
    expect(offers("m7i.xlarge", ["use1-az4"], ["use1-az1", "use1-az4"]).verdict).toBe("ok");
    expect(offers("m7i.xlarge", ["use1-az3", "use1-az4"], ["use1-az4", "use1-az1"])).toMatchObject({
      verdict: "stop",
      text: "not offered in use1-az3",
      remedy: "choose another type, or a zone of use1-az1, use1-az4 in src/environments",
    });
  });

  test("stop where their type does not start from the image", () => {
    const type = (name: string) => answer<DescribeInstanceTypesResult>(name).InstanceTypes?.[0];
    const image = (name: string) => answer<DescribeImagesResult>(name).Images?.[0];
    const linux = image("Amazon Linux 2023");
    const arm = image("image for UEFI on arm64, without ENA");
    for (const name of ["m7i.xlarge", "m3.xlarge"]) {
      expect(fits(name, "ami-0", type(name), linux)).toMatchObject({
        verdict: "ok",
        text: "ami-0: x86_64, hvm, uefi-preferred",
      });
    }
    expect(fits("m7i.xlarge", "ami-1", type("m7i.xlarge"), arm).text).toBe(
      "the image is for arm64, the type is x86_64; the type needs ENA, the image has none",
    );
    expect(fits("m3.xlarge", "ami-1", type("m3.xlarge"), arm).text).toContain(
      "the image boots by uefi, the type by legacy-bios",
    );
    expect(fits("m7i.xlarge", "ami-2", type("m7i.xlarge"), image("image that is paravirtual")).text).toBe(
      "the image is paravirtual, the type runs hvm",
    );
    expect(fits("m7i.xlarge", "ami-3", type("m7i.xlarge"), undefined)).toMatchObject({
      verdict: "stop",
      text: "there is no image ami-3",
    });
    expect(fits("m9.xlarge", "ami-0", undefined, linux).verdict).toBe("stop");
  });
});

describe("quotas", () => {
  test("count the vCPUs of a family at the peak, and those of other instances", () => {
    expect([...vcpusAtPeak(platform)]).toEqual([["Standard (A, C, D, H, I, M, R, T, Z)", 17 * 4]]);
    const { Reservations = [] } = answer<DescribeInstancesResult>("running instances");
    const running = Reservations.flatMap(({ Instances = [] }) => Instances);
    const groups = ["dev-one-sandbox-zone-5"];
    expect(vcpusOfOthers(running, "Standard (A, C, D, H, I, M, R, T, Z)", groups)).toBe(8 + 2);
    expect(vcpusOfOthers(running, "G and VT", groups)).toBe(4);
  });

  test("stop where they are too low, with the request for more", () => {
    const demand = { subject: "Elastic IPs", need: 2, others: 3, code: "ec2/L-0263D0A3" };
    expect(enough({ ...demand, quota: 5 })).toEqual(ok("Elastic IPs", "needs 2, and 3 of others, of 5"));
    expect(enough({ ...demand, quota: 4 })).toMatchObject({
      verdict: "stop",
      text: "needs 2, and 3 of others; the quota is 4",
      remedy: expect.stringContaining("--service-code ec2 --quota-code L-0263D0A3 --desired-value 5") as string,
    });
    expect(enough({ ...demand, quota: undefined }).verdict).toBe("warning");
  });
});

describe("a name", () => {
  const kind = { type: "aws_iam_role", argument: "name" };
  const own = { project: "dev-one", env: "sandbox" };
  const role = { type: "aws_iam_role", address: "aws_iam_role.a", attributes: { name: "a" }, isTainted: false };
  const nothing = new Managed(new Map());

  test("is free, or the environment's own by its state", () => {
    expect(owner("a", undefined, kind, nothing, own).text).toBe("free");
    const managed = new Managed(new Map([["sandbox", [role]]]));
    expect(owner("a", { tags: {} }, kind, managed, own).text).toBe("the environment's own");
    expect(owner("b", { tags: {} }, kind, managed, own).verdict).toBe("stop");
  });

  test("must be imported where only its tags are the environment's, and counts as its own without the states", () => {
    expect(owner("a", { tags: { ...own, other: "x" } }, kind, nothing, own)).toMatchObject({
      verdict: "warning",
      remedy: expect.stringContaining("killed-deployment.md") as string,
    });
    expect(owner("a", { tags: own }, kind, new Managed(new Map(), true), own).verdict).toBe("ok");
    expect(owner("a", { tags: { ...own, env: "production" } }, kind, nothing, own).verdict).toBe("stop");
  });
});

test("GitHub's OIDC provider exists once, with its audience, in the state", () => {
  const arn = "arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com";
  const { ClientIDList } = answer<{ ClientIDList: string[] }>("provider for GitHub without the audience");
  expect(githubProvider("sandbox", undefined, [], { isManaged: false })).toMatchObject({
    verdict: "warning",
    remedy: "npm run bootstrap -- sandbox creates it",
  });
  expect(githubProvider("sandbox", arn, ["sts.amazonaws.com"], { isManaged: false }).remedy).toContain("import it");
  expect(githubProvider("sandbox", arn, ClientIDList, { isManaged: true }).text).toContain(
    "lacks the audience sts.amazonaws.com",
  );
  expect(githubProvider("sandbox", arn, ["sts.amazonaws.com"], { isManaged: true }).verdict).toBe("ok");
});

describe("the database", () => {
  const instance = platform.only("aws_db_instance");
  const zoneIds = new Map([
    ["us-east-1a", "use1-az4"],
    ["us-east-1b", "use1-az6"],
  ]);
  const options = (name: string) => answer<OrderableDBInstanceOptionsMessage>(name).OrderableDBInstanceOptions ?? [];

  test("is of a version that RDS offers and RDS Proxy supports", () => {
    const versions = (name: string) => answer<DBEngineVersionMessage>(name).DBEngineVersions ?? [];
    expect(newestOf(versions("PostgreSQL 16"))).toBe("16.10");
    expect(version(12, newestOf(versions("no version of PostgreSQL")))).toMatchObject({
      verdict: "stop",
      text: "RDS offers no 12 here",
    });
    expect([16, 17, 18].map((major) => proxy(major).verdict)).toEqual(["ok", "ok", "warning"]);
  });

  test("is of a class that the zones offer with all that the instance uses", () => {
    expect(orderable(instance, options("db.t4g.small in both zones"), zoneIds)).toEqual(
      ok("db.t4g.small", "offered in use1-az4, use1-az6"),
    );
    expect(orderable(instance, options("db.t4g.small in one zone"), zoneIds)).toMatchObject({
      verdict: "warning",
      text: "not offered in use1-az6: a restore there fails",
    });
    expect(orderable(instance, options("a class without encryption and large storage"), zoneIds)).toMatchObject({
      verdict: "stop",
      text: "no Enhanced Monitoring; no IAM database authentication; no Performance Insights; no encryption; at least 40 GiB; at most 50 GiB",
    });
    expect(orderable(instance, [], zoneIds).verdict).toBe("stop");
    const standby = stacksOf(fixture).platform.only("aws_db_instance");
    const twoZones = new Map([
      ["us-east-1a", "use2-az1"],
      ["us-east-1b", "use2-az3"],
    ]);
    expect(orderable(standby, options("db.t4g.small in one zone"), twoZones)).toMatchObject({
      verdict: "stop",
      text: "not offered in use2-az3",
    });
  });
});

describe("a domain", () => {
  const zone = ["ns-1.awsdns-01.com", "ns-2.awsdns-02.net"];
  const answered = (...nameServers: string[]) => ({
    status: nameServers.length === 0 ? "NXDOMAIN" : "NOERROR",
    isAuthoritative: false,
    nameServers,
    authorities: [],
  });

  test("must be delegated to its hosted zone once that exists", () => {
    expect(delegation("a.example", zone, answered(...zone)).verdict).toBe("ok");
    expect(delegation("a.example", [], answered()).verdict).toBe("warning");
    expect(delegation("a.example", undefined, answered()).text).toBe(
      "no name servers (NXDOMAIN); the hosted zone could not be asked for",
    );
    expect(delegation("a.example", [], answered("ns.old.example"))).toMatchObject({
      verdict: "warning",
      text: expect.stringContaining("delegated to ns.old.example") as string,
    });
    expect(delegation("a.example", zone, answered("ns.old.example")).text).toBe(
      "delegated to ns.old.example, and not to ns-1.awsdns-01.com, ns-2.awsdns-02.net",
    );
    expect(delegation("a.example", zone, answered())).toMatchObject({
      verdict: "stop",
      text: expect.stringContaining("no name servers (NXDOMAIN)") as string,
    });
  });

  test("must let Amazon issue the certificate and its wildcard", () => {
    const caa = (...records: [string, string][]) => records.map(([tag, value]) => ({ tag, value }));
    const verdict = (...records: [string, string][]) => certificates("a.example", caa(...records), true).verdict;
    expect(verdict()).toBe("ok");
    expect(verdict(["iodef", "mailto:a@example"])).toBe("ok");
    expect(verdict(["issue", "amazontrust.com"])).toBe("ok");
    expect(verdict(["issue", "letsencrypt.org"], ["issue", "amazon.com; policy=ev"])).toBe("ok");
    expect(verdict(["issue", "letsencrypt.org"])).toBe("stop");
    expect(verdict(["issue", "amazon.com"], ["issuewild", ";"])).toBe("stop");
    expect(certificates("a.example", caa(["issue", "letsencrypt.org"]), false)).toMatchObject({
      verdict: "warning",
      text: "allows letsencrypt.org, and not Amazon",
    });
    expect(certificates("a.example", "SERVFAIL for a.example over UDP", true)).toMatchObject({
      verdict: "warning",
      text: "not checked: SERVFAIL for a.example over UDP",
    });
  });
});
