import { writeFileSync } from "node:fs";
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

// Time of the processor, so that a busy machine fails nothing; `npm run bench` measures the whole command.
test.each<[string, number, (file: string, count: number) => void, number]>([
  // The first review of a process also loads the rules for secrets.
  ["300 changes", 2, writePlanOfChanges, 300],
  ["20 MB", 5, writePlanOfBytes, 20_000_000],
  // As many rules as AWS lets a group have, and policies of as many characters as it lets them have.
  ["1,000 rules of one group, all of them other ones", 4, writeRules, 1000],
  ["50 policies of 6 kB each, all of which say something else", 6, writePolicies, 50],
])(
  "a plan of %s takes less than %d s",
  (_size, seconds, write, count) => {
    const file = join(scratchDirectory(), "plan.json");
    write(file, count);
    const start = process.cpuUsage();
    const { verdict } = renderReview(review(readPlans([file]), { today: DAY }), DAY);
    const { user, system } = process.cpuUsage(start);
    expect(verdict).toBe("approve");
    expect((user + system) / 1e6).toBeLessThan(seconds);
  },
  60_000,
);
