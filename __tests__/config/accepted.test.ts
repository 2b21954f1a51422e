import { ON_CALL, OPSGENIE } from "./mistakes/datadog";
import { defineWith, inDatadog, inServers, setting } from "./mistakes/mistake";

test.each([OPSGENIE, ON_CALL])(
  "paging by $kind is accepted in an environment that is protected from destruction",
  (paging) => {
    expect(defineWith(inDatadog({ paging })).datadog.paging).toMatchObject(paging);
  },
);

test("nobody is paged by default", () => {
  expect(defineWith().datadog.paging).toEqual({ kind: "none" });
  expect(defineWith(setting({ name: "staging" }), inDatadog({})).datadog.paging).toEqual({ kind: "none" });
});

test("one threshold may be changed, and the others stay", () => {
  const { thresholds } = defineWith(inDatadog({ thresholds: { cpuPercent: { critical: 95 } } })).datadog;
  expect(thresholds.cpuPercent).toEqual({ warning: 85, critical: 95 });
  expect(thresholds.networkPercent).toEqual({ warning: 70, critical: 85 });
});

const amiId = "ami-0123456789abcdef0";

test.each([
  ["none by default", {}, "none"],
  ["none with Amazon's own image pinned, which says nothing about a program", { amiId }, "none"],
  ["the example", { program: "example" }, "example"],
  ["the program of an image", { program: "image", amiId }, "image"],
])("takes %s", (_, servers, program) => {
  expect(defineWith(inServers(servers)).servers.program).toBe(program);
});
