import type { Definition } from "./widgets";

/** Columns of Datadog's grid. */
const COLUMNS = 12;

/** A widget with its size on the grid. */
export interface Tile {
  readonly definition: Definition;
  readonly width: number;
  readonly height: number;
}

interface Widget {
  readonly definition: Definition | GroupDefinition;
  readonly layout: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

interface GroupDefinition {
  readonly type: "group";
  readonly widgets: readonly Widget[];
}

/** A group widget. */
export interface Section {
  readonly title: string;
  /** One of Datadog's colours for groups. */
  readonly colour: "vivid_blue" | "vivid_purple" | "vivid_green" | "vivid_orange" | "gray";
  readonly tiles: readonly Tile[];
}

/** Most graphs in a row; with more, titles and legends do not fit. */
const MAX_GRAPHS_PER_ROW = 3;
const GRAPH_HEIGHT = 3;
const NUMBER_HEIGHT = 2;

/** Graphs in the fewest and most even rows. Graphs of one signal stay in one row if they fit. */
export function inRows(signals: readonly (readonly Definition[])[]): Tile[] {
  const [best = []] = arrangements(signals.flatMap(splitGraphs)).sort(
    (one, other) => one.length - other.length || unevenness(one) - unevenness(other),
  );
  return best.flatMap((row) =>
    row.map((definition) => ({ definition, width: COLUMNS / row.length, height: GRAPH_HEIGHT })),
  );
}

/** Numbers in one row over the whole width. If they do not divide the columns, the first ones are a column wider. */
export function inOneRow(numbers: readonly Definition[]): Tile[] {
  const width = Math.floor(COLUMNS / numbers.length);
  const wider = COLUMNS - width * numbers.length;
  return numbers.map((definition, index) => ({
    definition,
    width: index < wider ? width + 1 : width,
    height: NUMBER_HEIGHT,
  }));
}

type Row = readonly Definition[];

/** Every arrangement of pieces in rows, in their order. */
function arrangements(pieces: readonly Row[]): Row[][] {
  if (pieces.length === 0) return [[]];
  return pieces.flatMap((_, index) => {
    const row = pieces.slice(0, index + 1).flat();
    return row.length > MAX_GRAPHS_PER_ROW
      ? []
      : arrangements(pieces.slice(index + 1)).map((others) => [row, ...others]);
  });
}

/** A signal's graphs, split into pieces that fit into a row. */
function splitGraphs(graphs: Row): Row[] {
  return graphs.length <= MAX_GRAPHS_PER_ROW
    ? [graphs]
    : [graphs.slice(0, MAX_GRAPHS_PER_ROW), ...splitGraphs(graphs.slice(MAX_GRAPHS_PER_ROW))];
}

function unevenness(rows: readonly Row[]): number {
  return rows.reduce((sum, { length }) => sum + length ** 2, 0);
}

/** Sections below each other. In a section, tiles fill rows from left to right. */
export function layOut(sections: readonly Section[]): Widget[] {
  let y = 0;
  return sections.map((section) => {
    const widgets = rows(section.tiles);
    // The heading takes one row.
    const height = 1 + Math.max(...widgets.map(({ layout }) => layout.y + layout.height));
    const widget: Widget = {
      definition: {
        type: "group",
        layout_type: "ordered",
        title: section.title,
        background_color: section.colour,
        show_title: true,
        widgets,
      },
      layout: { x: 0, y, width: COLUMNS, height },
    };
    y += height;
    return widget;
  });
}

function rows(tiles: readonly Tile[]): Widget[] {
  let x = 0;
  let y = 0;
  let rowHeight = 0;
  return tiles.map(({ definition, width, height }) => {
    if (x + width > COLUMNS) {
      x = 0;
      y += rowHeight;
      rowHeight = 0;
    }
    const layout = { x, y, width, height };
    x += width;
    rowHeight = Math.max(rowHeight, height);
    return { definition, layout };
  });
}
