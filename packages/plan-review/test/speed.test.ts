import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { scratchDirectory } from "@dev-one/cli/test/files";
import { readPlans } from "@dev-one/terraform-json/read-plan";

import { writePlanOfBytes, writePlanOfChanges } from "../../../scripts/benchmark/plans";
import { review } from "../src/verdict";
import { renderReview } from "../src/whole-review";
import { allow, policy } from "./corpus/builders";
import { plan, update } from "./corpus/plans";

const DAY = "2026-11-25";

function writeRules(file: string, count: number): void {
  const rule = (port: number, cidr: string) => ({
    security_group_id: "sg-1",
    ip_protocol: "tcp",
    from_port: port,
    to_port: port,
    cidr_ipv4: cidr,
  });
  const changes = Array.from({ length: count }, (_, index) =>
    update(
      `aws_vpc_security_group_ingress_rule.r${index}`,
      rule(index + 1000, "10.0.0.0/8"),
      rule(index + 3000, `10.${index % 200}.0.0/16`),
    ),
  );
  writeFileSync(file, JSON.stringify(plan(changes)));
}

function writePolicies(file: string, count: number): void {
  const text = (verb: string, index: number): string =>
    policy(
      ...Array.from({ length: 6 }, (_, statement) =>
        allow(
          Array.from({ length: 20 }, (__, each) => `s3:${verb}Something${each}`),
          Array.from({ length: 15 }, (__, each) => `arn:aws:s3:::bucket-${index}-${statement}-${each}/*`),
        ),
      ),
    );
  const changes = Array.from({ length: count }, (_, index) =>
    update(`aws_iam_policy.p${index}`, { policy: text("Get", index) }, { policy: text("Put", index) }),
  );
  writeFileSync(file, JSON.stringify(plan(changes)));
}

/** CPU seconds of the process since a call of `process.cpuUsage()`. */
function secondsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

/** CPU seconds to read and write a text as JSON, measured over at least half a second. */
function secondsToParse(text: string): number {
  const start = process.cpuUsage();
  let rounds = 0;
  do {
    JSON.stringify(JSON.parse(text));
    rounds += 1;
  } while (secondsSince(start) < 0.5);
  return secondsSince(start) / rounds;
}

const reviewOf = (file: string) => renderReview(review(readPlans([file]), { today: DAY }), DAY);

beforeAll(() => {
  // The first review of a process loads the rules for secrets.
  const file = join(scratchDirectory(), "first.json");
  writePlanOfChanges(file, 1);
  reviewOf(file);
}, 60_000);

// CPU time compared with that of JSON.parse and JSON.stringify in the same process: other load slows down both alike.
test.each<[string, number, (file: string, count: number) => void, number]>([
  ["300 changes", 500, writePlanOfChanges, 300],
  ["20 MB", 20, writePlanOfBytes, 20_000_000],
  // As many rules as AWS lets a group have, and policies of as many characters as it lets them have.
  ["1,000 rules of one group, all of them other ones", 450, writeRules, 1000],
  ["50 policies of 6 kB each, all of which say something else", 1300, writePolicies, 50],
])(
  "a plan of %s takes less CPU time than %d times JSON.parse and JSON.stringify",
  (_size, most, write, count) => {
    const file = join(scratchDirectory(), "plan.json");
    write(file, count);
    const text = readFileSync(file, "utf8");
    const before = secondsToParse(text);
    const start = process.cpuUsage();
    const { verdict } = reviewOf(file);
    const seconds = secondsSince(start);
    const reference = (before + secondsToParse(text)) / 2;
    expect(verdict).toBe("approve");
    expect(seconds / reference).toBeLessThan(most);
  },
  300_000,
);
