// What `npm run docs:links` holds documents to; nothing of it needs a connection.
import gfm from "remark-gfm";
import validateLinks from "remark-validate-links";

import { linksInHtml } from "./scripts/documents/links/links-in-html.mjs";
import { wellFormedUrls } from "./scripts/documents/links/well-formed-urls.mjs";

export default {
  plugins: [
    // Tables and bare addresses, as GitHub reads them.
    gfm,
    // Files, images and headings within the project, whichever host it lies on.
    [validateLinks, { repository: false }],
    linksInHtml,
    wellFormedUrls,
  ],
};
