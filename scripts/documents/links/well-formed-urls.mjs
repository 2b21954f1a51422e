import { nodesOf } from "./nodes.mjs";

const SCHEME = /^[a-z][a-z0-9+.-]*:/i;

/** Checks external URLs without requests: well-formed, HTTPS, and a plausible host name. */
export function wellFormedUrls() {
  return (tree, file) => {
    for (const { type, url, position } of nodesOf(tree)) {
      if (!["link", "image", "definition"].includes(type) || !SCHEME.test(url)) continue;
      const problem = problemOf(url);
      if (problem === undefined) continue;
      file.message(`${url} ${problem}`, { place: position, ruleId: "url", source: "well-formed-urls" });
    }
  };
}

/** The problem of a URL in a few words; undefined for a valid URL. */
export function problemOf(url) {
  if (!URL.canParse(url)) return "is not a URL; write one such as https://docs.aws.amazon.com/vpc/";
  const { protocol, hostname, pathname } = new URL(url);
  if (protocol === "mailto:") return pathname.includes("@") ? undefined : "names no mail address";
  if (protocol !== "https:") return "is not HTTPS; write https:// in front, or take the link away";
  return /^([a-z0-9-]+\.)+[a-z]{2,}$/.test(hostname) ? undefined : "names a host that cannot exist";
}
