import { isPager } from "../outcome";

/** The recipients of a notification in words, the most urgent channel first. */
export const LISTENERS = ["on call", "ticket", "alerts", "warnings"] as const;
export type Listener = (typeof LISTENERS)[number];

/** The recipients of handles: the pager, the tracker's address, or one of the two Slack channels. */
export function listenersOf(handles: readonly string[]): Listener[] {
  const all = handles.map((handle): Listener => {
    if (isPager(handle)) return "on call";
    if (!handle.startsWith("@slack-")) return "ticket";
    return handle.endsWith("-warnings") ? "warnings" : "alerts";
  });
  return LISTENERS.filter((listener) => all.includes(listener));
}

/** `3 min`, `1 h 5 min`. */
export function duration(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return `${minutes} min`;
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

/** The anchor that GitHub generates for a heading. */
export function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, "")
    .replaceAll(/\s/g, "-");
}
