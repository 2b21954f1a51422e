import { channelsBySetting, stackNames } from "../derived/names";
import type { Problem } from "./configuration-error";
import { type Draft, runCheck } from "./draft";

/** What environments may not share: name, account, domain, the name of a stack, a Slack channel. */
export function conflicts(drafts: readonly Draft[]): Problem[] {
  const checks = [
    sharedSetting("name"),
    sharedSetting("accountId"),
    sharedSetting("domain"),
    sharedStackName,
    sharedSlackChannel,
  ];
  return drafts.flatMap((draft, index) => {
    const found = drafts
      .slice(0, index)
      .flatMap((other) => checks.flatMap((check) => runCheck(() => check(draft, other))));
    // A third environment conflicts with the first and with the second in the same way, and is reported once.
    return [...new Map(found.map((each) => [`${each.path}: ${each.problem}`, each])).values()];
  });
}

type ConflictCheck = (draft: Draft, other: Draft) => Iterable<Problem>;

function sharedSetting(setting: "name" | "accountId" | "domain"): ConflictCheck {
  return function* ({ label, settings }, { settings: other }) {
    if (settings[setting] !== other[setting]) return;
    yield {
      path: `${label}, ${setting}`,
      problem: `another environment already has the ${setting} "${settings[setting]}"`,
      remedy: "give each its own",
    };
  };
}

/** Such as `staging-state`: a stack of staging, and the platform stack of an environment of that name. */
const sharedStackName: ConflictCheck = function* (draft, other) {
  // The same name is a problem of its own.
  if (draft.settings.name === other.settings.name) return;
  for (const [one, another] of [
    [draft, other],
    [other, draft],
  ] as const) {
    if (!Object.values(stackNames(another.settings)).some((stack) => stack === one.settings.name)) continue;
    yield {
      path: `${one.label}, name`,
      problem: `another environment already has a stack "${one.settings.name}"`,
      remedy: "choose a name that does not end like the stacks of another",
    };
  }
};

/** Datadog has one resource for the settings of a channel, and two stacks would overwrite each other's. */
const sharedSlackChannel: ConflictCheck = function* ({ label, settings }, { settings: other }) {
  // The same name leads to the same channels, and is a problem of its own.
  if (settings.name === other.name || settings.datadog.slack.account !== other.datadog.slack.account) return;
  const taken = channelsBySetting(other).map(([, channel]) => channel);
  for (const [path, channel] of channelsBySetting(settings)) {
    if (taken.includes(channel)) {
      yield {
        path: `${label}, ${path}`,
        problem: `another environment already has the channel ${channel}`,
        remedy: "give each its own",
      };
    }
  }
};
