import { rules as recommended } from "@secretlint/secretlint-rule-preset-recommend";

/** Start and end of a part of a text. */
export type Range = readonly [from: number, to: number];

/** A rule of secretlint, as far as it is used here. @see https://secretlint.github.io/docs/secretlint-rule */
interface Rule {
  readonly create: (context: object, options: object) => { readonly file?: (source: object) => unknown };
}

/** Formats that secretlint's rules lack. Repetitions are bounded, because the text of a plan is untrusted. */
const FORMATS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\b(AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /\bgh[pousr]_[A-Za-z0-9]{20,}\b|\bgithub_pat_\w{20,}\b|\bxox[abeprs]-[\w-]{10,}/g,
  /(?<![A-Za-z0-9])([rsp]k_(live|test)|whsec)_[A-Za-z0-9]{8,}/g,
  /(?<![A-Za-z0-9])(AIza[\w-]{30,}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{20,})/g,
  /(?<![A-Za-z0-9])(glpat-[\w-]{16,}|npm_[A-Za-z0-9]{30,}|SG\.[\w-]{16,100}\.[\w-]{16,})/g,
  /(?<![A-Za-z0-9])(dckr_pat_|glsa_|glc_|hv[bsr]\.|pypi-|sk-(ant|proj|svcacct)-|lin_api_|dop_v1_|ATATT3)[\w-]{16,}/g,
  /(?<![A-Za-z0-9])shp(at|ca|pa|ss)_[a-fA-F0-9]{16,}/g,
  /(?<![A-Za-z0-9])[A-Za-z0-9]{8,20}\.atlasv1\.[\w-]{20,}/g,
  /AGE-SECRET-KEY-1[0-9A-Z]{16,}/g,
  /\beyJ[\w-]{8,2000}\.eyJ[\w-]{8,8000}\.[\w-]*/g,
  // Webhooks and DSNs, whose path or user is the secret.
  /(?<=hooks\.slack\.com\/(services|workflows|triggers)\/)[\w/-]{8,}/g,
  /(?<=(discord|discordapp)\.com\/api\/webhooks\/)[\w/-]{8,}/g,
  /(?<=events\.(eu\.)?pagerduty\.com\/(integration|x-ere|generic\/[\d-]{1,12})\/)\w{16,}/g,
  /(?<=:\/\/)[0-9a-f]{24,}(:[0-9a-f]{24,})?(?=@[\w.-]{1,200}\/\d)/g,
  // Azure's signatures of shared access and keys of accounts.
  /(?<=[?&]sig=)[\w%+/=-]{16,}/g,
  /(?<=(AccountKey|SharedAccessKey)=)[\w+/=]{16,}/gi,
  /(?<=:\/\/[^/\s:@]{0,200}:)[^@\s/]+(?=@)/g,
  /(?<=\b(bearer|basic)\s{1,16})[\w+/=.~-]{8,}/gi,
];

/** What every text with a secret of secretlint's rules has: a long word with a digit, or a URL. Most texts have neither. */
const MAY_HOLD = /(?<![\w+/=-])(?=[\w+/=-]*\d)[\w+/=-]{20,}|:\/\//;

let found: Range[] = [];
/** What a rule calls while it reads a text; it reports in the same turn, and only key stores, which are binary files, later. */
const context = {
  createTranslator: () => (id: string) => ({ message: id, messageId: id }),
  report: ({ range }: { readonly range: Range }): void => {
    found.push(range);
  },
  ignore: (): void => undefined,
  locale: "en",
  sharedOptions: {},
};
const scanners = (recommended as unknown as readonly Rule[]).map(({ create }) => create(context, {}).file);

/** All matches of a pattern. `matchAll` copies the pattern, which takes longer than to search most texts. */
export const places = (text: string, pattern: RegExp): RegExpExecArray[] =>
  text.search(pattern) === -1 ? [] : [...text.matchAll(pattern)];

/** The places of secrets of a known format in a text. */
export function secretsIn(text: string): Range[] {
  if (text.length < 8) return [];
  found = FORMATS.flatMap((format) =>
    places(text, format).map(({ index, 0: match }): Range => [index, index + match.length]),
  );
  if (!MAY_HOLD.test(text)) return found;
  const source = { content: text, filePath: "plan.txt", ext: ".txt", contentType: "text" };
  for (const scan of scanners) scan?.(source);
  return found;
}
