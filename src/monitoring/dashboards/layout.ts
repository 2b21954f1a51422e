import type { Definition } from "./widgets";

/** Datadog's grid. */
const COLUMNS = 12;

/** A tile with its size on the grid. */
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

/** A group of tiles under a coloured heading. */
export interface Section {
  readonly title: string;
  /** One of Datadog's colours for groups. */
  readonly colour: "vivid_blue" | "vivid_purple" | "vivid_green" | "vivid_orange" | "gray";
  readonly tiles: readonly Tile[];
}

/** Graphs beside each other, at most: with more, their words do not fit. */
const MOST = 3;
const GRAPH_HEIGHT = 3;
const NUMBER_HEIGHT = 2;

/** Graphs in as few rows as there can be, as even as possible; those of one signal stay together. */
export function inRows(signals: readonly (readonly Definition[])[]): Tile[] {
  const [best = []] = arrangements(signals.flatMap(inPieces)).sort(
    (one, other) => one.length - other.length || unevenness(one) - unevenness(other),
  );
  return best.flatMap((row) =>
    row.map((definition) => ({ definition, width: COLUMNS / row.length, height: GRAPH_HEIGHT })),
  );
}

/** Numbers beside each other over the whole width; where they do not divide it, the first ones are a column wider. */
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

/** Every way to cut pieces, in their order, into rows. */
function arrangements(pieces: readonly Row[]): Row[][] {
  if (pieces.length === 0) return [[]];
  return pieces.flatMap((_, index) => {
    const row = pieces.slice(0, index + 1).flat();
    return row.length > MOST ? [] : arrangements(pieces.slice(index + 1)).map((others) => [row, ...others]);
  });
}

/** A signal's graphs, in pieces of a row at most. */
function inPieces(graphs: Row): Row[] {
  return graphs.length <= MOST ? [graphs] : [graphs.slice(0, MOST), ...inPieces(graphs.slice(MOST))];
}

function unevenness(rows: readonly Row[]): number {
  return rows.reduce((sum, { length }) => sum + length ** 2, 0);
}

/** Sections below each other; within one, tiles from left to right, and on to the next row when one is full. */
export function layOut(sections: readonly Section[]): Widget[] {
  let y = 0;
  return sections.map((section) => {
    const widgets = rows(section.tiles);
    // One row is the heading.
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
