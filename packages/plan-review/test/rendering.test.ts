import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { JsonObject } from "@dev-one/cli/json";

import type { Allowance } from "../src/finding";
import { LONGEST_COMMENT } from "../src/render/markdown";
import { review } from "../src/verdict";
import { renderReview } from "../src/whole-review";
import { create, destroy, plan, replace, source, update } from "./corpus/plans";

const DAY = "2026-11-25";

function render(...plans: JsonObject[]) {
  return renderReview(
    review(
      plans.map((json, index) => source(json, `stack-${index + 1}`)),
      { today: DAY },
    ),
    DAY,
  );
}

const HOSTILE = [
  "`` ` ```",
  "</code></details><script>alert(1)</script><img src=x onerror=y>",
  "@octocat fixes #1 https://evil.example [x](javascript:y)",
  "\n\n# A heading\n- a list\n| a | table |\n```\n",
  "\u001b[31mred\u001b[0m\u0007\u0000\r",
  "\u202Eright to left\u2066\u200B\u00AD",
  "a|b\\|c *bold* _it_ ~~no~~ <!-- no -->",
  "\uD800 half a character",
];

describe("hostile strings of a plan", () => {
  const { markdown } = render(
    plan([
      ...HOSTILE.map((text, index) =>
        update(`acme_x.x["${text}"]`, { id: `i${index}`, value: "a", [text]: 1 }, { value: text, [text]: 2 }),
      ),
      ...HOSTILE.map((text) => destroy(`aws_db_instance.d["${text}"]`, { identifier: text })),
      ...HOSTILE.map((text) => create("aws_route53_record.r", { name: text, type: text, records: [text] })),
    ]),
  );

  test("lose control, invisible and direction characters", () => {
    expect(markdown.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  });

  test("stand in code only", () => {
    const prose = withoutCode(markdown);
    expect(prose).not.toMatch(/@octocat|<script|<img|evil\.example|A heading|javascript:|\*bold\*/);
    const ours = ["</details", "</sub", "</summary", "<!--", "<details", "<sub", "<summary"];
    const elements = new Set(prose.match(/<\/?[a-z!][^>\s]*/g));
    expect([...elements].filter((element) => !ours.includes(element))).toEqual([]);
  });

  test("leave every fold closed and unnested", () => {
    const prose = withoutCode(markdown);
    const folds = prose.match(/<\/?details>/g) ?? [];
    expect(folds.join("")).toBe("<details></details>".repeat(folds.length / 2));
  });
});

test("the JSON report has the fields of report.json", () => {
  const output = { actions: ["update"], before: "a", after: "b", after_unknown: false, before_sensitive: true };
  const allowance: Allowance = {
    stack: "stack",
    address: "aws_db_instance.*",
    kind: "data-destroyed",
    reason: "The old database is empty",
    until: "2026-11-30",
  };
  const changes = [
    replace("aws_db_instance.d", { name: "a" }, { name: "b" }, { replacePaths: [["name"]] }),
    update("aws_vpc.v", { tags: { a: "1" } }, { tags: { a: "2" } }),
  ];
  const more = { output_changes: { o: output }, resource_drift: [update("aws_vpc.v", { a: "1" }, { a: "2" })] };
  const found = review([source(plan(changes, "production", more))], {
    today: DAY,
    allowances: [allowance, { ...allowance, until: "2026-11-24" }],
    policyFindings: () => [{ ruleId: "rule", title: "Title", address: "a.b", reason: "Reason", remedy: "Remedy" }],
    cost: () => "Cost: $1",
  });
  const report = JSON.stringify(renderReview(found, DAY).jsonReport);
  expect(JSON.parse(report)).toEqual(JSON.parse(readFileSync(join(__dirname, "report.json"), "utf8")));
});

test("shows a protocol with icmp in its name as code", () => {
  const name = "icmp</details> <img src=x> @octocat";
  const rule = { security_group_id: "sg-1", ip_protocol: name, cidr_ipv4: "10.0.0.0/8" };
  const { markdown } = render(plan([create("aws_vpc_security_group_ingress_rule.r", rule)]));
  expect(markdown).toContain(`\`${name}\``);
  expect(withoutCode(markdown)).not.toMatch(/<img|@octocat/);
});

test.each(["constructor", "__proto__", "toString", "hasOwnProperty"])(
  "accepts a type, a key and a reason called %s",
  (name) => {
    const values = JSON.parse(`{"${name}":{"${name}":1},"a":1}`) as JsonObject;
    const more = { type: name, action_reason: name };
    const { verdict } = render(
      plan([destroy(`${name}.x`, values, { more }), update("acme_x.y", {}, values, { more: { type: name } })]),
    );
    expect(verdict).toBe("approve");
  },
);

describe("the limit of a comment", () => {
  const bulk = (count: number): JsonObject[] =>
    Array.from({ length: count }, (_, index) =>
      update(`acme_thing.number_${index}`, { value: "a".repeat(200) }, { value: "b".repeat(200) }),
    );

  test("cuts folded parts with a note, and dangerous findings never", () => {
    const { markdown, verdict } = render(plan([...bulk(2000), destroy("aws_db_instance.zz_last")]));
    expect(markdown.length).toBeLessThanOrEqual(LONGEST_COMMENT);
    expect(markdown).toMatch(/\d+ more left out: the comment would be too long/);
    expect(markdown).toContain("aws_db_instance.zz_last");
    expect(markdown.indexOf("aws_db_instance.zz_last")).toBeLessThan(markdown.indexOf("<details>"));
    expect(verdict).toBe("forbidden");
  });

  test("shortens dangerous findings before it leaves any out", () => {
    const dangers = Array.from({ length: 700 }, (_, index) =>
      replace(
        `acme_thing.number_${index}`,
        { value: "a".repeat(200) },
        { value: "b".repeat(200) },
        { replacePaths: [["value"]] },
      ),
    );
    const { markdown, verdict } = render(plan(dangers));
    expect(markdown.length).toBeLessThanOrEqual(LONGEST_COMMENT);
    for (let index = 0; index < 700; index += 1) expect(markdown).toContain(`acme_thing.number_${index}\``);
    expect(verdict).toBe("approve");
  });

  test("forbids a plan with more dangerous findings than a comment can show", () => {
    const dangers = Array.from({ length: 5000 }, (_, index) => destroy(`acme_thing.with_a_rather_long_name_${index}`));
    const { markdown, jsonReport, verdict } = render(plan(dangers, "staging"));
    expect(markdown.length).toBeLessThanOrEqual(LONGEST_COMMENT);
    expect(verdict).toBe("forbidden");
    expect(jsonReport).toMatchObject({ verdict: "forbidden", exitCode: 3 });
    expect(jsonReport.stacks[0]?.findings).toHaveLength(5000);
    expect(markdown).toContain("**5000 to destroy**");
  });

  test.each([1, 6, 20, 160])(
    "notes what is left out, however little space the findings of %s stacks leave",
    (stacks) => {
      const [most, step] = [Math.ceil(820 / stacks), Math.ceil(8 / stacks)];
      for (let count = Math.floor(740 / stacks); count <= most; count += step) {
        const dangers = Array.from({ length: count }, (_, index) => destroy(`acme_thing.n${index}_${"x".repeat(40)}`));
        const each = plan([...dangers, update("acme_other.o", { a: "1" }, { a: "2" })]);
        const { markdown, verdict } = render(...Array.from({ length: stacks }, () => each));
        expect(markdown.length).toBeLessThanOrEqual(LONGEST_COMMENT);
        if (verdict === "approve" && !markdown.includes("acme_other")) expect(markdown).toMatch(/left out: /);
      }
    },
  );

  test("is shared by several stacks", () => {
    const { markdown } = render(plan(bulk(1000)), plan(bulk(1000), "staging"), plan([destroy("aws_eip.last")]));
    expect(markdown.length).toBeLessThanOrEqual(LONGEST_COMMENT);
    expect(markdown).toContain("aws_eip.last");
    expect(markdown).toContain("| `stack-3` | ⛔ forbidden | network | 0 | 0 | 0 | 1 |");
  });
});

test("the same plan in another order gives the same comment", () => {
  const changes = [destroy("aws_eip.b"), update("acme_x.c", { a: 1 }, { a: 2 }), destroy("aws_db_instance.a")];
  expect(render(plan([...changes].reverse())).markdown).toBe(render(plan(changes)).markdown);
});

test("names the order of a replacement and what forces it", () => {
  const { markdown } = render(plan([replace("acme_x.x", { name: "a" }, { name: "b" }, { replacePaths: [["name"]] })]));
  expect(markdown).toContain("**Replaced (destroy first)**");
  expect(markdown).toContain("forced by `name`: `a` becomes `b`");
});

test("shows the construct path next to the address", () => {
  const address = "aws_eip.network_zone-1_nat-address_5881E8D7";
  expect(render(plan([destroy(address)])).markdown).toContain("(`network/zone-1/nat-address`)");
  const synthesized = {
    resource: {
      aws_eip: { "network_zone-1_nat-address_5881E8D7": { "//": { metadata: { path: "production/a/b" } } } },
    },
  };
  const known = { ...source(plan([destroy(address)])), synthesized };
  expect(renderReview(review([known], { today: DAY }), DAY).markdown).toContain("(`production/a/b`)");
});

/** What GitHub would read as Markdown: without comments' code. */
function withoutCode(markdown: string): string {
  return markdown
    .replaceAll(/^(`{3,})diff\n[\s\S]*?\n\1$/gm, "")
    .replaceAll(/<code>.*?<\/code>/g, "")
    .replaceAll(/(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, "");
}
