/** The numbers of a version, such as [20, 19, 0], without a suffix such as "-rc1". */
export function parseVersion(text) {
  const match = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)] : undefined;
}

/** Whether version `text` is `minimum` ("major.minor") or newer. False when `text` contains no version. */
export function isAtLeast(text, minimum) {
  const version = parseVersion(text);
  const [major, minor] = parseVersion(minimum);
  return version !== undefined && (version[0] > major || (version[0] === major && version[1] >= minor));
}
