import { nodesOf } from "./nodes.mjs";

/** Prints every external URL with the file that contains it: `npm run docs:urls`. */
export default function listUrls() {
  return (tree, file) => {
    const urls = [...nodesOf(tree)].map(({ url }) => url).filter((url) => /^https?:/.test(url ?? ""));
    for (const url of new Set(urls)) console.log(`${url}\t${file.path}`);
  };
}
