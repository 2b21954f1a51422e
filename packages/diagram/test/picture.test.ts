import { fixture } from "../../../__tests__/fixtures/environment";
import {
  besideShop,
  eachNameAService,
  eachNameBesideShop,
  fixtureWith,
  withShop,
} from "../../../__tests__/fixtures/variants";
import type { Environment } from "../../../src/config";
import { problemsOf } from "../src/drawing/geometry";
import { iconFile, iconNames } from "../src/drawing/icons";
import { box, horizontal, type Item, label, panel, type Scene, text, vertical } from "../src/drawing/scene";
import { toSvg } from "../src/drawing/svg";
import { modes } from "../src/drawing/theme";
import { range } from "../src/layout/words";
import { contrast, faintIn } from "./contrast";
import { configurations, drawn, picturesOf, stacksOf, wordsOf } from "./support";

const page = (...items: Item[]): Scene => ({ title: "", description: "", credit: "", width: 830, height: 400, items });

/** Two services that share the named servers. */
const webAndRest = fixtureWith({
  services: {
    web: { owner: "acme", hosts: ["web"], runsOn: { kind: "named-servers", names: ["web-1"] } },
    rest: { owner: "acme", apex: true, wildcard: true, runsOn: { kind: "named-servers", names: ["web-2", "web-3"] } },
  },
  releases: {},
});

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
    expect.stringMatching(/^Auto Scaling group of web: 0 to \d+ servers$/),
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
  expect(words).toContainEqual(expect.stringMatching(/^Auto Scaling group of web: 0 to \d+ servers$/));
  expect(wordsOf(drawn(eachNameAService).architecture).join()).not.toContain("Auto Scaling group");
});

test.each([
  ["to every server", fixture],
  ["answered with 404", eachNameAService],
  ["to web", withShop()],
  ["to rest", webAndRest],
])("says that requests to a host without a rule are %s", (otherwise, environment) => {
  expect(wordsOf(drawn(environment).architecture)).toContainEqual(
    expect.stringMatching(new RegExp(`by host name, everything else ${otherwise}$`)),
  );
});

test("each named server has the name of its service where they run several, and the subnet has it where they run one", () => {
  const cards = (environment: Environment) =>
    wordsOf(drawn(environment).architecture).filter((word) => /^(runs |Servers)/.test(word));
  const ofEachZone = (...words: string[]) => [...words, ...words];
  expect(cards(webAndRest)).toEqual(ofEachZone("Servers", "runs web", "runs rest", "runs rest"));
  expect(cards(withShop())).toEqual(ofEachZone("Servers of web"));
});

test("names the security group of each service's own group, and the services for which a port is open", () => {
  const words = (change?: Parameters<typeof withShop>[0]) => wordsOf(drawn(withShop(change)).architecture);
  expect(words()).toEqual(expect.arrayContaining(["One security group each: shop, web", "TCP 5432"]));
  expect(words({ database: undefined })).toContain("TCP 5432 (web)");
  const beside = wordsOf(drawn(eachNameBesideShop).architecture);
  expect(beside).toContain("One security group each: named servers, shop");
  expect(wordsOf(drawn(webAndRest).architecture)).toContain("Security group of the servers");
});

describe("the picture of monitoring", () => {
  test("counts the agents of every group, and says what recipients and SLOs are about, by service", () => {
    const words = wordsOf(drawn(besideShop).monitoring);
    expect(words).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^10 to \d+ servers$/),
        expect.stringMatching(/^web: 6 and 0 to \d+ elastic$/),
        "shop: 4 to 9",
        "about shop, web",
        "about shop",
        "about web and what services share",
      ]),
    );
    expect(wordsOf(drawn(webAndRest).monitoring)).toEqual(
      expect.arrayContaining(["6 servers", "web: 2", "rest: 4", "about rest, web"]),
    );
  });

  test("has one count and no names of services where there is one", () => {
    const words = wordsOf(drawn(fixture).monitoring);
    expect(words).toContainEqual(expect.stringMatching(/^6 servers and 0 to \d+ elastic$/));
    expect(words.join()).not.toContain("about");
  });
});

test.each([
  [["a-1", "a-2", "a-3", "shop"], "a-1 to a-3, shop"],
  [["a-1", "a-2"], "a-1, a-2"],
  [["a-9", "a-10", "a-11", "b-12"], "a-9 to a-11, b-12"],
  [[], ""],
])("the names %j are %j", (names, text) => {
  expect(range(names)).toBe(text);
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
