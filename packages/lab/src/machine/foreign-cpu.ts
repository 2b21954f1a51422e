import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

import { TICKS_PER_SECOND } from "../measure/proc";

/** Ticks in which the machine was not idle. @param stat content of /proc/stat */
export function busyTicks(stat = readFileSync("/proc/stat", "utf8")): number {
  const [user = 0, nice = 0, system = 0, , , interrupt = 0, softInterrupt = 0] = (/^cpu +(.*)$/m.exec(stat)?.[1] ?? "")
    .split(" ")
    .map(Number);
  return user + nice + system + interrupt + softInterrupt;
}

/** Ticks of this process and of its children that have ended. @param stat content of /proc/self/stat */
export function ownTicks(stat = readFileSync("/proc/self/stat", "utf8")): number {
  // The fields after the name, which may hold spaces: utime, stime, cutime, cstime are the 14th to 17th of all.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
}

/** Starts to measure. @returns a function that returns the percentage of all cores that other programs took; after all children ended */
export function measureForeignCpu(): () => number {
  const [began, busy, own] = [Date.now(), busyTicks(), ownTicks()];
  return () => {
    const available = ((Date.now() - began) / 1000) * TICKS_PER_SECOND * availableParallelism();
    const foreign = busyTicks() - busy - (ownTicks() - own);
    return Math.max(0, Math.round((foreign / available) * 100));
  };
}
