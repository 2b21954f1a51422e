import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";

import { nodesOf } from "./nodes.mjs";

const ADDRESSES = /\b(?:src|srcset|href)="([^"]+)"/g;

/** Checks that files referenced in HTML exist, such as `<img src="...">`, because other Markdown checks ignore HTML. */
export function linksInHtml() {
  return (tree, file) => {
    for (const node of nodesOf(tree)) {
      if (node.type !== "html") continue;
      for (const [, address] of node.value.matchAll(ADDRESSES)) {
        const [path] = address.split(/[#?]/);
        if (path === "" || URL.canParse(address)) continue;
        if (existsSync(resolve(file.cwd, dirname(file.path), decodeURIComponent(path)))) continue;
        file.message(`Cannot find file \`${path}\``, {
          place: node.position,
          ruleId: "missing-file",
          source: "links-in-html",
        });
      }
    }
  };
}
