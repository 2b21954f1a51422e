import { textWidth } from "../drawing/fonts";
import { box, icon, type Item, label, NORMAL, shortened, SMALL } from "../drawing/scene";
import type { ServerFacts } from "../source/servers";

const GAP = 10;
const SIDE = 7;

const CARD_HEIGHT = 92;
const LINE_HEIGHT = 19;

/**
 * Cards of a zone's servers: as many per row as the width of the addresses allows, with evenly filled rows.
 * @param areShared whether the servers run different services, so that each card has the name of its service
 */
export function planCards(servers: readonly ServerFacts[], width: number, areShared: boolean) {
  const widths = servers.flatMap((server) => [
    textWidth(server.name, NORMAL, 600),
    ...linesOf(server, areShared).map((line) => textWidth(line, SMALL, 400)),
  ]);
  const cardHeight = CARD_HEIGHT + (areShared ? LINE_HEIGHT : 0);
  const most = Math.max(1, Math.floor((width + GAP) / (Math.max(0, ...widths) + 2 * SIDE + GAP)));
  const rows = Math.max(1, Math.ceil(servers.length / most));
  const columns = Math.max(1, Math.ceil(servers.length / rows));
  return { columns, cardHeight, height: rows * (cardHeight + GAP) - GAP };
}

/** The lines below the name of a server. */
function linesOf({ service, address }: ServerFacts, areShared: boolean): string[] {
  return areShared ? [`runs ${service ?? "?"}`, address] : [address];
}

export function drawCards(
  servers: readonly ServerFacts[],
  x: number,
  y: number,
  width: number,
  areShared: boolean,
): Item[] {
  const { columns, cardHeight } = planCards(servers, width, areShared);
  const cardWidth = (width - (columns - 1) * GAP) / columns;
  return servers.flatMap((server, index) => {
    const { name, address } = server;
    const left = x + (index % columns) * (cardWidth + GAP);
    const top = y + Math.floor(index / columns) * (cardHeight + GAP);
    const middle = left + cardWidth / 2;
    const area = { x: left, y: top, width: cardWidth, height: cardHeight };
    const room = cardWidth - 2 * SIDE;
    const fitting = shortened(name, room, NORMAL, 600);
    return [
      box(`${name} ${address}`, area, { fill: "card", stroke: "servers", radius: 5 }),
      icon("server", middle - 18, top + 8, 36),
      label(fitting, middle, top + 62, { size: NORMAL, weight: 600, anchor: "middle" }),
      ...linesOf(server, areShared).map((line, row) =>
        label(shortened(line, room), middle, top + 81 + row * LINE_HEIGHT, { color: "muted", anchor: "middle" }),
      ),
    ];
  });
}
