/** The background of the page that shows the picture. */
export type Mode = "light" | "dark";
export const modes = ["light", "dark"] as const;

/** Colours by role, on a light and on a dark page. */
const colors = {
  // Architecture and monitoring.
  page: ["#ffffff", "#0d1117"],
  ink: ["#16191f", "#f0f3f6"],
  muted: ["#4d5766", "#a9b4c0"],
  card: ["#ffffff", "#10161e"],
  region: ["#00737f", "#4fc8d4"],
  vpc: ["#6d3fc4", "#b794f6"],
  zone: ["#33658f", "#8ab8de"],
  group: ["#5f6b7a", "#93a1b1"],
  groupFill: ["#f6f7f9", "#141a22"],
  public: ["#4c6b0c", "#a9cf5c"],
  publicFill: ["#f1f7e4", "#1a2312"],
  servers: ["#006a70", "#53d0d2"],
  serversFill: ["#e6f5f5", "#0f2426"],
  elastic: ["#a04400", "#ffa75c"],
  elasticFill: ["#fff3e6", "#2a1c10"],
  data: ["#3b48b8", "#a7b2ff"],
  dataFill: ["#eef0fe", "#191c38"],
  edge: ["#6d3fc4", "#b794f6"],
  edgeFill: ["#faf7ff", "#1b1530"],
  inbound: ["#33475b", "#c5d0dc"],
  outbound: ["#b34a00", "#ffa15c"],
  datadog: ["#632ca6", "#632ca6"],
  onDatadog: ["#ffffff", "#ffffff"],
  // Dashboards.
  canvas: ["#eef1f5", "#0d1117"],
  panel: ["#f8f9fb", "#131922"],
  tile: ["#ffffff", "#1a212c"],
  border: ["#d9dfe7", "#2b3544"],
  text: ["#1b2430", "#eef2f6"],
  subdued: ["#55606e", "#a7b2c0"],
  grid: ["#e8ecf1", "#27303d"],
  axis: ["#b4bdc9", "#4b586a"],
  track: ["#e3e8ee", "#2d3746"],
  link: ["#1f5fbf", "#82b4ff"],
  onColor: ["#ffffff", "#ffffff"],
  groupBlue: ["#2f62c9", "#2b57b0"],
  groupGreen: ["#1d7a5a", "#1b6d50"],
  groupPurple: ["#6d45bd", "#613da8"],
  groupOrange: ["#b2560d", "#9d4c0c"],
  groupGray: ["#57606a", "#4d5661"],
  ok: ["#1a7a4c", "#5fd39a"],
  warning: ["#8f5a00", "#f2b84b"],
  error: ["#b3261e", "#ff8a80"],
  okFill: ["#1f7d55", "#1d6f4c"],
  okShade: ["#196a48", "#26805a"],
  warningFill: ["#966000", "#875600"],
  warningShade: ["#7d5000", "#9b6606"],
  errorFill: ["#b8322a", "#a82d26"],
  errorShade: ["#9b2821", "#bc3b33"],
  okTint: ["#e3f4ea", "#173527"],
  warningTint: ["#fcefd2", "#3a2c10"],
  errorTint: ["#fde4e1", "#41201f"],
  blue: ["#3870e5", "#73a3fe"],
  teal: ["#0b9385", "#62e4c3"],
  purple: ["#6735b2", "#8e69ea"],
  orange: ["#d37d29", "#fb9951"],
  pink: ["#aa043f", "#dd5f9a"],
  gold: ["#906d05", "#eed067"],
  sky: ["#3894cb", "#8cd4fd"],
  slate: ["#5b6878", "#9fb0c2"],
} as const;

export type Color = keyof typeof colors;

/** Colours of lines. A test checks that people with colour blindness can tell them apart. */
export const seriesColors = ["blue", "teal", "purple", "orange", "pink", "gold", "sky", "slate"] as const;
export type SeriesColor = (typeof seriesColors)[number];

export function colorOf(color: Color, mode: Mode): string {
  return colors[color][mode === "light" ? 0 : 1];
}
