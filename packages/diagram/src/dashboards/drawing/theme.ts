/** Colours by role, of a picture on a light and on a dark page. */
export interface Theme {
  readonly page: string;
  readonly panel: string;
  readonly card: string;
  readonly edge: string;
  readonly ink: string;
  readonly muted: string;
  readonly grid: string;
  readonly axis: string;
  readonly track: string;
  readonly link: string;
  readonly onColor: string;
  readonly groupBlue: string;
  readonly groupGreen: string;
  readonly groupPurple: string;
  readonly groupOrange: string;
  readonly groupGray: string;
  readonly ok: string;
  readonly warning: string;
  readonly error: string;
  readonly okFill: string;
  readonly okShade: string;
  readonly warningFill: string;
  readonly warningShade: string;
  readonly errorFill: string;
  readonly errorShade: string;
  readonly okTint: string;
  readonly warningTint: string;
  readonly errorTint: string;
  readonly blue: string;
  readonly teal: string;
  readonly purple: string;
  readonly orange: string;
  readonly pink: string;
  readonly gold: string;
  readonly sky: string;
  readonly slate: string;
}

export type Color = keyof Theme;

/** Colours of lines. A test checks that people with colour blindness can tell them apart. */
export const seriesColors = ["blue", "teal", "purple", "orange", "pink", "gold", "sky", "slate"] as const;
export type SeriesColor = (typeof seriesColors)[number];

export const themes: Readonly<Record<"light" | "dark", Theme>> = {
  light: {
    page: "#eef1f5",
    panel: "#f8f9fb",
    card: "#ffffff",
    edge: "#d9dfe7",
    ink: "#1b2430",
    muted: "#55606e",
    grid: "#e8ecf1",
    axis: "#b4bdc9",
    track: "#e3e8ee",
    link: "#1f5fbf",
    onColor: "#ffffff",
    groupBlue: "#2f62c9",
    groupGreen: "#1d7a5a",
    groupPurple: "#6d45bd",
    groupOrange: "#b2560d",
    groupGray: "#57606a",
    ok: "#1a7a4c",
    warning: "#8f5a00",
    error: "#b3261e",
    okFill: "#1f7d55",
    okShade: "#196a48",
    warningFill: "#966000",
    warningShade: "#7d5000",
    errorFill: "#b8322a",
    errorShade: "#9b2821",
    okTint: "#e3f4ea",
    warningTint: "#fcefd2",
    errorTint: "#fde4e1",
    blue: "#3870e5",
    teal: "#0b9385",
    purple: "#6735b2",
    orange: "#d37d29",
    pink: "#aa043f",
    gold: "#906d05",
    sky: "#3894cb",
    slate: "#5b6878",
  },
  dark: {
    page: "#0d1117",
    panel: "#131922",
    card: "#1a212c",
    edge: "#2b3544",
    ink: "#eef2f6",
    muted: "#a7b2c0",
    grid: "#27303d",
    axis: "#4b586a",
    track: "#2d3746",
    link: "#82b4ff",
    onColor: "#ffffff",
    groupBlue: "#2b57b0",
    groupGreen: "#1b6d50",
    groupPurple: "#613da8",
    groupOrange: "#9d4c0c",
    groupGray: "#4d5661",
    ok: "#5fd39a",
    warning: "#f2b84b",
    error: "#ff8a80",
    okFill: "#1d6f4c",
    okShade: "#26805a",
    warningFill: "#875600",
    warningShade: "#9b6606",
    errorFill: "#a82d26",
    errorShade: "#bc3b33",
    okTint: "#173527",
    warningTint: "#3a2c10",
    errorTint: "#41201f",
    blue: "#73a3fe",
    teal: "#62e4c3",
    purple: "#8e69ea",
    orange: "#fb9951",
    pink: "#dd5f9a",
    gold: "#eed067",
    sky: "#8cd4fd",
    slate: "#9fb0c2",
  },
};
