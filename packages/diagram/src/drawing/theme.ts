/** The background of the page that shows the picture. */
export type Mode = "light" | "dark";
export const modes = ["light", "dark"] as const;

/** Colours by role, such as the kind of a shape. */
export interface Theme {
  readonly page: string;
  readonly ink: string;
  readonly muted: string;
  readonly card: string;
  readonly region: string;
  readonly vpc: string;
  readonly zone: string;
  readonly group: string;
  readonly groupFill: string;
  readonly public: string;
  readonly publicFill: string;
  readonly servers: string;
  readonly serversFill: string;
  readonly elastic: string;
  readonly elasticFill: string;
  readonly data: string;
  readonly dataFill: string;
  readonly edge: string;
  readonly edgeFill: string;
  readonly inbound: string;
  readonly outbound: string;
  readonly datadog: string;
  readonly onDatadog: string;
}

export type Color = keyof Theme;

export const themes: Readonly<Record<Mode, Theme>> = {
  light: {
    page: "#ffffff",
    ink: "#16191f",
    muted: "#4d5766",
    card: "#ffffff",
    region: "#00737f",
    vpc: "#6d3fc4",
    zone: "#33658f",
    group: "#5f6b7a",
    groupFill: "#f6f7f9",
    public: "#4c6b0c",
    publicFill: "#f1f7e4",
    servers: "#006a70",
    serversFill: "#e6f5f5",
    elastic: "#a04400",
    elasticFill: "#fff3e6",
    data: "#3b48b8",
    dataFill: "#eef0fe",
    edge: "#6d3fc4",
    edgeFill: "#faf7ff",
    inbound: "#33475b",
    outbound: "#b34a00",
    datadog: "#632ca6",
    onDatadog: "#ffffff",
  },
  dark: {
    page: "#0d1117",
    ink: "#f0f3f6",
    muted: "#a9b4c0",
    card: "#10161e",
    region: "#4fc8d4",
    vpc: "#b794f6",
    zone: "#8ab8de",
    group: "#93a1b1",
    groupFill: "#141a22",
    public: "#a9cf5c",
    publicFill: "#1a2312",
    servers: "#53d0d2",
    serversFill: "#0f2426",
    elastic: "#ffa75c",
    elasticFill: "#2a1c10",
    data: "#a7b2ff",
    dataFill: "#191c38",
    edge: "#b794f6",
    edgeFill: "#1b1530",
    inbound: "#c5d0dc",
    outbound: "#ffa15c",
    datadog: "#632ca6",
    onDatadog: "#ffffff",
  },
};

/** Contrast of two colours by WCAG 2, from 1 to 21. @see https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
export function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const value = Number.parseInt(color.slice(start, start + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
