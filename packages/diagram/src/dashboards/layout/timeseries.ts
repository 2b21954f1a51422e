import type { Item, Rectangle } from "../../drawing/scene";
import type { Timeseries } from "../source/dashboard";
import { body, card } from "./card";
import type { Context } from "./context";
import { curvesOf } from "./curves";
import { legend, legendHeight } from "./legend";
import { lineOf } from "./markers";
import { plot } from "./plot";

/** A graph over a day, with its legend. */
export function timeseries(definition: Timeseries, area: Rectangle, context: Context): Item[] {
  const curves = curvesOf(definition, context);
  const inner = body(area);
  const below = legendHeight(curves, inner.width);
  return [
    ...card(
      definition.title,
      area,
      curves.some(({ isPlain }) => isPlain),
    ),
    ...plot(
      curves,
      definition.markers.map(lineOf).filter(({ value }) => !Number.isNaN(value)),
      { ...inner, height: inner.height - below - 4 },
    ),
    ...legend(curves, { ...inner, y: inner.y + inner.height - below, height: below }),
  ];
}
