import { sizing } from "../../src/config";
import { defineWith, thirdZone } from "./mistakes/mistake";

const environment = defineWith();

/** As many zones and named servers as asked for; only their numbers matter here. */
function sized(zones: number, namedPerZone: number, peakConnections: number, connectionsPerServer = 10_000) {
  const servers = Object.fromEntries(
    Array.from({ length: namedPerZone }, (_, index) => [`api-${index + 1}`, `172.31.1.${101 + index}`]),
  );
  return sizing({
    ...environment,
    zones: [...environment.zones, thirdZone].slice(0, zones).map((zone) => ({ ...zone, servers })),
    servers: { ...environment.servers, peakConnections, connectionsPerServer },
  });
}

describe("sizes", () => {
  test.each([
    // zones, named in each, peak, per server -> for the peak, elastic maximum
    { zones: 2, named: 4, peak: 100_000, each: 10_000, forPeak: 10, elastic: 12 },
    { zones: 2, named: 4, peak: 80_000, each: 10_000, forPeak: 8, elastic: 8 },
    { zones: 2, named: 4, peak: 100_001, each: 10_000, forPeak: 11, elastic: 14 },
    { zones: 2, named: 4, peak: 200_000, each: 10_000, forPeak: 20, elastic: 32 },
    { zones: 2, named: 4, peak: 100_000, each: 25_000, forPeak: 4, elastic: 0 },
    { zones: 2, named: 5, peak: 100_000, each: 10_000, forPeak: 10, elastic: 10 },
    { zones: 3, named: 4, peak: 100_000, each: 10_000, forPeak: 10, elastic: 3 },
    { zones: 3, named: 4, peak: 120_000, each: 10_000, forPeak: 12, elastic: 6 },
    { zones: 3, named: 2, peak: 100_000, each: 10_000, forPeak: 10, elastic: 9 },
  ])("$zones zones, $named named in each, a peak of $peak: $forPeak servers, elastic up to $elastic", (given) => {
    expect(sized(given.zones, given.named, given.peak, given.each)).toEqual({
      namedPerZone: given.named,
      serversForPeak: given.forPeak,
      elasticMaximum: given.elastic,
    });
  });

  test("hold the peak when any zone is lost, and are even over the zones", () => {
    for (const zones of [2, 3]) {
      for (let named = 1; named <= 6; named += 1) {
        for (let peak = 10_000; peak <= 400_000; peak += 7_000) {
          const { elasticMaximum, serversForPeak } = sized(zones, named, peak);
          expect(elasticMaximum % zones).toBe(0);
          const left = (zones - 1) * (named + elasticMaximum / zones);
          expect(left).toBeGreaterThanOrEqual(serversForPeak);
        }
      }
    }
  });
});
