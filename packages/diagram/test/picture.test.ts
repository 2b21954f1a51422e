import { fixture } from "../../../__tests__/fixtures/environment";
import { eachNameAService, fixtureWith, withShop } from "../../../__tests__/fixtures/variants";
import { problemsOf } from "../src/drawing/geometry";
import { iconFile, iconNames } from "../src/drawing/icons";
import { box, horizontal, type Item, label, panel, type Scene, text, vertical } from "../src/drawing/scene";
import { toSvg } from "../src/drawing/svg";
import { modes } from "../src/drawing/theme";
import { contrast, faintIn } from "./contrast";
import { configurations, drawn, picturesOf, stacksOf, wordsOf } from "./support";

const page = (...items: Item[]): Scene => ({ title: "", description: "", credit: "", width: 830, height: 400, items });

describe.each(configurations)("given %s", (_name, environment) => {
  const { architecture, monitoring, notes } = drawn(environment);

  test("no item overlaps another, runs through text, is too small at README width or too faint in either theme", () => {
    expect(notes).toEqual([]);
    for (const scene of [architecture, monitoring]) expect([...problemsOf(scene), ...faintIn(scene)]).toEqual([]);
  });

  test("shows every server with its name and address, and every subnet with its CIDR", () => {
    const words = wordsOf(architecture);
    for (const { servers, subnets } of environment.zones) {
      expect(words).toEqual(expect.arrayContaining([...Object.values(servers), ...Object.values(subnets)]));
      for (const server of Object.keys(servers)) {
        expect(words.filter((word) => word === server)).toHaveLength(environment.zones.length);
      }
    }
  });
});

test("shows the size range of the elastic group, and omits a group with maximum size 0", () => {
  const [, , , , without] = configurations;
  expect(wordsOf(drawn(fixture).architecture)).toContainEqual(
    expect.stringMatching(/^Auto Scaling group: 0 to \d+ servers$/),
  );
  expect(wordsOf(drawn(without?.[1] ?? fixture).architecture).join()).not.toContain("Auto Scaling group");
});

test("shows the group of each service that has its own, with its name, sizes, instance type and what scales it", () => {
  const words = wordsOf(drawn(withShop()).architecture);
  expect(words).toEqual(
    expect.arrayContaining([
      "Auto Scaling group of shop: 2 to 6 servers",
      "m7i.large, scaled by connections, CPU, requests",
    ]),
  );
  expect(words).toContainEqual(expect.stringMatching(/^Auto Scaling group: 0 to \d+ servers$/));
  expect(wordsOf(drawn(eachNameAService).architecture).join()).not.toContain("Auto Scaling group");
});

test.each([
  ["to every server", fixture],
  ["answered with 404", eachNameAService],
  [
    "to dev-one-fixture-rest",
    fixtureWith({
      services: {
        web: { owner: "acme", hosts: ["web"], runsOn: { kind: "named-servers", names: ["web-1"] } },
        rest: {
          owner: "acme",
          apex: true,
          wildcard: true,
          runsOn: { kind: "named-servers", names: ["web-2", "web-3"] },
        },
      },
      releases: {},
    }),
  ],
])("says that requests to a host without a rule are %s", (otherwise, environment) => {
  expect(wordsOf(drawn(environment).architecture)).toContainEqual(
    expect.stringMatching(new RegExp(`by host name, everything else ${otherwise}$`)),
  );
});

test("names pictures by environment, without a suffix for production", () => {
  const names = (name: string) => {
    const stacks = stacksOf(fixture).map((stack) => ({ ...stack, name: stack.name.replace("fixture", name) }));
    return picturesOf(stacks).map((picture) => picture.name);
  };
  expect(names("production")).toEqual(["architecture", "architecture-dark", "monitoring", "monitoring-dark"]);
  expect(names("fixture").slice(0, 2)).toEqual(["architecture-fixture", "architecture-fixture-dark"]);
});

test("embeds the unchanged files of the icons that it uses, and no others", () => {
  const svg = toSvg(drawn(fixture).architecture, "light");
  const embedded = [...svg.matchAll(/<image id="(\w+)"[^>]*base64,([^"]+)"/g)];
  expect(embedded.length).toBeGreaterThan(10);
  for (const [, name, data = ""] of embedded) {
    const icon = iconNames.find((each) => each === name);
    expect(icon !== undefined && Buffer.from(data, "base64").equals(iconFile(icon, "light"))).toBe(true);
    expect(svg).toContain(`<use href="#${name}"`);
  }
  for (const name of iconNames) for (const mode of modes) expect(iconFile(name, mode).length).toBeGreaterThan(100);
  expect(() => iconFile("nat", "light", "/nowhere")).toThrow(/^The icon \S+NAT-Gateway\S+ is missing in the package/);
});

describe("the readability check reports", () => {
  const area = { x: 10, y: 10, width: 100, height: 50 };
  const cases: readonly (readonly [string, readonly Item[], RegExp])[] = [
    ["boxes that overlap", [box("one", area, {}), box("two", { ...area, x: 50 }, {})], /box one overlaps the box two/],
    ["a box that leaves the picture", [panel("one", { ...area, x: 790 }, "tile")], /box one is larger/],
    ["labels that overlap", [label("one", 10, 50), label("two", 20, 52)], /"one" overlaps "two"/],
    ["a label across an edge", [box("one", area, {}), label("across the edge", 60, 40)], /box one overlaps "across/],
    ["a label that leaves the picture", [label("long words", 800, 40)], /"long words" is larger than what it is in/],
    ["text that leaves its card", [panel("card", area, "tile"), text("long words", 50, 40, area)], /words" is larger/],
    [
      "an arrow through a label",
      [label("word", 10, 50), horizontal("way", 0, 90, 45)],
      /Arrow way runs through "word"/,
    ],
    [
      "arrows that cross",
      [horizontal("way", 0, 90, 45), vertical("down", 50, 5, 90)],
      /way crosses down without a hop/,
    ],
    ["small text", [label("small", 10, 50, { size: 9 })], /"small" is smaller than 10 px/],
  ];
  test.each(cases)("%s", (_name, items, problem) => {
    expect(problemsOf(page(...items)).join("\n")).toMatch(problem);
  });
});

test("calculates contrast as WCAG does", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
  expect(faintIn(page(label("faint", 10, 50, { color: "tile" })))).toContain("faint (light)");
});
