import { production, staging } from "../../../src/environments";
import { problemsOf } from "../src/drawing/geometry";
import { iconFile, iconNames } from "../src/drawing/icons";
import { arrow, box, type Item, label, type Scene } from "../src/drawing/scene";
import { toSvg } from "../src/drawing/svg";
import { modes } from "../src/drawing/theme";
import { platformScene } from "../src/layout/platform";
import { picturesOf } from "../src/pictures";
import { platformOf } from "../src/source/model";
import { contrast, faintIn } from "./contrast";
import { configurations, jsonOf, stackOf } from "./support";

const sceneOf = (...[environment, change]: Parameters<typeof stackOf>) =>
  platformScene(platformOf(stackOf(environment, change)));
const texts = ({ items }: Scene) => items.flatMap((item) => (item.kind === "label" ? [item.text] : []));
const page = (...items: Item[]): Scene => ({ title: "", description: "", credit: "", width: 830, height: 400, items });

describe.each(configurations)("given %s", (_name, environment) => {
  const scene = sceneOf(environment());

  test("no item overlaps another, runs through text, is too small at README width or too faint in either theme", () => {
    expect(problemsOf(scene)).toEqual([]);
    expect(faintIn(scene)).toEqual([]);
  });

  test("shows every server with its name and address", () => {
    const words = texts(scene);
    for (const { servers } of environment().zones) {
      for (const [server, address] of Object.entries(servers)) {
        expect(words).toContain(address);
        expect(words.filter((word) => word === server)).toHaveLength(environment().zones.length);
      }
    }
  });

  test("shows every subnet with its CIDR", () => {
    for (const { subnets } of environment().zones) {
      expect(texts(scene)).toEqual(expect.arrayContaining(Object.values(subnets)));
    }
  });
});

test("shows the size range of the elastic group, and omits a group with maximum size 0", () => {
  const [, , , , , without] = configurations;
  expect(texts(sceneOf(staging))).toContain("Auto Scaling group: 0 to 12 servers");
  expect(texts(sceneOf(without?.[1]() ?? staging)).join()).not.toContain("Auto Scaling group");
});

test("reads ports from the security groups", () => {
  const scene = sceneOf(staging, (resources) => {
    for (const type of ["ingress", "egress"]) {
      for (const rule of Object.values(resources[`aws_vpc_security_group_${type}_rule`] ?? {})) {
        if (rule.from_port === 5432) Object.assign(rule, { from_port: 6432, to_port: 6432 });
      }
    }
  });
  expect(texts(scene)).toContain("TCP 6432");
  expect(texts(scene)).not.toContain("TCP 5432");
});

test("names pictures by environment, without a suffix for production", () => {
  const names = (environment: typeof staging) =>
    picturesOf([{ name: environment.name, json: jsonOf(environment), resources: 0 }]).map(({ name }) => name);
  expect(names(production)).toEqual(["architecture", "architecture-dark"]);
  expect(names(staging)).toEqual(["architecture-staging", "architecture-staging-dark"]);
});

test("draws the same bytes in two runs", () => {
  for (const mode of modes) expect(toSvg(sceneOf(staging), mode)).toBe(toSvg(sceneOf(staging), mode));
});

test("embeds the unchanged files of the icons that it uses, and no others", () => {
  const svg = toSvg(sceneOf(staging), "light");
  const embedded = [...svg.matchAll(/<image id="(\w+)"[^>]*base64,([^"]+)"/g)];
  expect(embedded.length).toBeGreaterThan(10);
  for (const [, name, data = ""] of embedded) {
    const icon = iconNames.find((each) => each === name);
    expect(icon).toBeDefined();
    expect(icon !== undefined && Buffer.from(data, "base64").equals(iconFile(icon, "light"))).toBe(true);
    expect(svg).toContain(`<use href="#${name}"`);
  }
});

test("every icon exists for both themes", () => {
  for (const name of iconNames) for (const mode of modes) expect(iconFile(name, mode).length).toBeGreaterThan(100);
});

test("reports the name of a missing icon", () => {
  expect(() => iconFile("nat", "light", "/nowhere")).toThrow(/^The icon \S+NAT-Gateway\S+ is missing in the package/);
});

describe("the readability check reports", () => {
  const area = { x: 10, y: 10, width: 100, height: 50 };
  const cases: readonly (readonly [string, readonly Item[], RegExp])[] = [
    ["boxes that overlap", [box("one", area, {}), box("two", { ...area, x: 50 }, {})], /box one overlaps the box two/],
    ["labels that overlap", [label("one", 10, 50), label("two", 20, 52)], /"one" overlaps "two"/],
    ["a label across an edge", [box("one", area, {}), label("across the edge", 60, 40)], /box one overlaps "across/],
    ["a label that leaves the picture", [label("long words", 800, 40)], /"long words" is larger than what it is in/],
    [
      "an arrow through a label",
      [label("word", 10, 50), arrow("way", [[0, 45], [90, 45]], { color: "inbound" })], // prettier-ignore
      /Arrow way runs through "word"/,
    ],
    [
      "arrows that cross",
      [
        arrow("across", [[0, 45], [90, 45]], { color: "inbound" }), // prettier-ignore
        arrow("down", [[50, 5], [50, 90]], { color: "inbound" }), // prettier-ignore
      ],
      /Arrow across crosses down without a hop/,
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
