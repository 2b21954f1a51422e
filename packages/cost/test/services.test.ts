import { sandbox } from "../../../__tests__/fixtures/environment";
import { eachNameAService, withShop } from "../../../__tests__/fixtures/variants";
import { estimateReport } from "../src/report";
import { changed, estimateOf, lineOf, stacksOf, usd } from "./support";

const runsOn = {
  kind: "own-group" as const,
  minimum: 3,
  maximum: 6,
  instanceType: "m7g.xlarge",
  requestsPerServer: 6000,
};
const shop = stacksOf(withShop({ runsOn }));
const withGroup = estimateOf(shop);
const amounts = ({ services }: ReturnType<typeof estimateOf>) =>
  Object.fromEntries(services.map(({ service = "shared", monthly }) => [service, monthly]));

test("a service on all servers has the named and the elastic servers, and the rest is shared", () => {
  const estimated = estimateOf(sandbox);
  const { web = NaN, shared = NaN } = amounts(estimated);
  // 6 named and 1 elastic server, each 730 x 0.2016, 40 GB x 0.08, 7 metrics x 0.30, 43,800 calls x 0.01 for 1,000, a host in Datadog 15.
  expect(web).toBe(usd(7 * (147.168 + 3.2 + 2.1 + 0.438 + 15)));
  expect(web + shared).toBe(estimated.monthly);
});

test("a group of its own has its smallest number of servers, whatever the average of the elastic group", () => {
  const { shop: own } = amounts(withGroup);
  // 3 servers, each 730 x 0.1632, 40 GB x 0.08, 7 metrics x 0.30, 43,800 calls x 0.01 for 1,000, a host in Datadog 15.
  expect(own).toBe(usd(3 * (119.136 + 3.2 + 2.1 + 0.438 + 15)));
  expect(lineOf(withGroup, "Servers of shop, m7g.xlarge").formula).toBe("3 servers x 730 h x $0.1632 per hour");
  expect(amounts(estimateOf(shop, { elasticServers: 5 })).shop).toBe(own);
  // The first service costs what it costs alone.
  expect(amounts(withGroup).web).toBe(amounts(estimateOf(sandbox)).web);
});

test("services on some names have their named servers, by the address table", () => {
  const each = amounts(estimateOf(eachNameAService));
  const two = usd(2 * (147.168 + 3.2 + 2.1 + 0.438 + 15));
  expect(each).toMatchObject({ "web-1": two, "web-2": two, "web-3": two });
  expect(lineOf(estimateOf(eachNameAService), "Named servers of web-2").formula).toBe(
    "2 named servers x 730 h x $0.2016 per hour",
  );
});

test("named servers whose address table does not have as many servers are shared", () => {
  const unknown = changed(stacksOf(eachNameAService), "aws_launch_template", (values) => ({
    ...values,
    user_data: "",
  }));
  expect(Object.keys(amounts(estimateOf(unknown)))).toEqual(["shared"]);
  expect(lineOf(estimateOf(unknown), "Named servers, ").quantity).toBe(6 * 730);
});

test("the report has a row for each service of any environment, and one for the rest", () => {
  const report = estimateReport([estimateOf(sandbox), withGroup], false);
  const rows = report.split("\n").filter((line) => /^\| (shared|shop|web) /.test(line));
  expect(rows.map((row) => row.split("|")[1]?.trim())).toEqual(["shop", "web", "shared"]);
  expect(rows[0]).toMatch(/\| +\$0\.00 \| +\$419\.62 \|$/);
});
