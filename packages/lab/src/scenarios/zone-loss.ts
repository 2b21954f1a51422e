import { availableParallelism } from "node:os";

import { count, foreignCpuWarning } from "../evidence/finding";
import { eventTimeline } from "../load/event-timeline";
import type { Load } from "../load/generator";
import { type Second, totalOf } from "../load/seconds";
import { failuresIn } from "./failures";
import { ALIAS_TTL_SECONDS, runLabLoad, usersOf } from "./lab-load";
import { answer, type LabScenario } from "./lab-scenario";

export interface Size {
  /** The load that one zone must hold. */
  readonly users: number;
  readonly opensPerSecond: number;
  readonly intervalSeconds: number;
  /** Seconds until AWS takes a node that does not answer out of DNS: an assumption, AWS publishes none. */
  readonly withdrawalSeconds: number;
  /** Seconds before the loss and after the return in which everything is well. */
  readonly calmSeconds: number;
}

export const FULL: Size = {
  ...{ users: 40_000, opensPerSecond: 400, intervalSeconds: 40, withdrawalSeconds: 60, calmSeconds: 30 },
};
export const QUICK: Size = {
  ...{ users: 1_500, opensPerSecond: 500, intervalSeconds: 5, withdrawalSeconds: 10, calmSeconds: 10 },
};

const CLIENTS: readonly Load["client"][] = ["next-address", "keeps-address", "new-connection"];
const TIMEOUT_SECONDS = 10;

export const zoneLoss = (size: Size): LabScenario => ({
  name: "zone-loss",
  title: `a zone is lost at ${count(size.users)} users`,
  notices: [],
  async run(context) {
    const { environment } = context;
    const [lost, ...others] = environment.nodes;
    if (lost === undefined || others.length === 0) throw new Error("A load balancer in one zone cannot lose one");
    const rampSeconds = Math.ceil(size.users / size.opensPerSecond);
    const at = { loss: rampSeconds + size.calmSeconds, withdrawal: 0, over: 0, back: 0, published: 0, end: 0 };
    at.withdrawal = at.loss + size.withdrawalSeconds;
    // A request that is sent just before the end of the TTL fails when its time is over.
    at.over = at.withdrawal + ALIAS_TTL_SECONDS;
    at.back = at.over + size.calmSeconds;
    at.published = at.back + 5;
    at.end = at.published + size.calmSeconds + size.intervalSeconds;
    const times = { rampSeconds, seconds: at.end, intervalSeconds: size.intervalSeconds };
    const placed = CLIENTS.flatMap((client, index) =>
      usersOf(
        context,
        {
          ...times,
          name: client,
          client,
          users: Math.floor(size.users / CLIENTS.length),
          timeoutSeconds: TIMEOUT_SECONDS,
        },
        index * 2,
      ),
    );
    const { results, foreignCpu } = await runLabLoad(context, placed, [
      { second: at.loss, run: () => environment.loseZone(lost.zone) },
      {
        second: at.withdrawal,
        run: () => {
          environment.publish(others);
        },
      },
      { second: at.back, run: () => environment.returnZone(lost.zone) },
      {
        second: at.published,
        run: () => {
          environment.publish(environment.nodes);
        },
      },
    ]);
    const isLost = (address: string) => address.startsWith(`${lost.publicAddress}:`);
    const before = results.map(({ seconds }) => seconds[at.loss - 1]?.open ?? {});
    const open = (belongs: (address: string) => boolean) =>
      before.reduce((sum, counts) => sum + totalOf(counts, belongs), 0);
    const [onLost, onOthers] = [open(isLost), open((address) => !isLost(address))];
    const kinds = results.map(({ name, seconds }) => ({ name, ...failures(seconds, at.loss) }));
    const late = kinds.filter(({ last }) => (last ?? 0) > at.over);
    const ofOthers = failuresIn(results, { from: at.loss, to: at.end }, (key) => !isLost(key));
    const early = failuresIn(results, { from: 0, to: at.loss - TIMEOUT_SECONDS });
    const afterReturn = failuresIn(results, { from: at.published, to: at.end });
    const warning = foreignCpuWarning(foreignCpu, availableParallelism());
    const kindsSaid = kinds.map(({ name, failed, last }) => {
      return `${name} ${count(failed)} failed${last === undefined ? "" : `, the last sent ${last - at.loss} s after the loss`}`;
    });
    return {
      answers: [
        answer(
          "Zone B serves when zone A is lost: no request fails after withdrawal from DNS and its TTL.",
          [
            ...(onLost > 0 && onOthers > 0
              ? []
              : [`before the loss ${onLost} and ${onOthers} connections were at the nodes`]),
            ...(early > 0 ? [`${count(early)} requests failed before the loss`] : []),
            ...late.map(({ name, last }) => `${name}: a request sent ${(last ?? 0) - at.loss} s after the loss failed`),
          ],
          `${count(onLost)} and ${count(onOthers)} connections before; withdrawn after ${size.withdrawalSeconds} s (assumed), TTL ${ALIAS_TTL_SECONDS} s: ${kindsSaid.join("; ")}${warning === undefined ? "" : ` (${warning})`}`,
        ),
        answer(
          "Users of the other zone do not notice.",
          ofOthers > 0 ? [`${count(ofOthers)} requests to the other zone failed`] : [],
          "no request to the other zone failed at any time",
        ),
        answer(
          "When the zone returns, no request fails.",
          afterReturn > 0 ? [`${count(afterReturn)} requests failed after both nodes were in DNS again`] : [],
          `no request of the last ${at.end - at.published} s failed`,
        ),
      ],
      figures: {
        lost: onLost,
        others: onOthers,
        failed: Object.fromEntries(kinds.map((kind) => [kind.name, kind.failed])),
      },
      timelines: {
        "zone-loss": eventTimeline(Object.fromEntries(results.map(({ name, seconds }) => [name, seconds])), {
          title: `Zone ${lost.zone} is lost at ${count(size.users)} users, and returns`,
          foreignCpu,
          marks: [
            { second: at.loss, text: "zone lost" },
            { second: at.withdrawal, text: "out of DNS" },
            { second: at.over, text: "TTL over" },
            { second: at.back, text: "zone back" },
          ],
        }),
      },
    };
  },
});

function failures(seconds: readonly Second[], from: number): { failed: number; last: number | undefined } {
  const failed = seconds.map((second, number) => (number < from - TIMEOUT_SECONDS ? 0 : totalOf(second.failed)));
  const last = failed.findLastIndex((value) => value > 0);
  return { failed: failed.reduce((sum, value) => sum + value, 0), last: last < 0 ? undefined : last };
}
