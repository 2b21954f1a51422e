import { type Item, type Rectangle, shortened, text } from "../../drawing/scene";
import type { Leaf } from "../source/dashboard";
import { body, card } from "./card";
import type { Context } from "./context";
import { monitors } from "./monitors";
import { note } from "./note";
import { objectives } from "./objectives";
import { queryValue } from "./query-value";
import { timeseries } from "./timeseries";

export function widget(definition: Leaf, area: Rectangle, context: Context): Item[] {
  switch (definition.type) {
    case "timeseries":
      return timeseries(definition, area, context);
    case "query_value":
      return queryValue(definition, area, context);
    case "manage_status":
      return monitors(definition, area, context);
    case "slo_list":
      return objectives(definition, area, context);
    case "note":
      return note(definition, area);
    case "other": {
      const { x, y, width } = body(area);
      const words = shortened(`widget of type ${definition.widgetType}`, width);
      return [...card(definition.title, area), text(words, x, y + 14, area, { color: "subdued" })];
    }
  }
}
