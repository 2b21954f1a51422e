import { textWidth } from "../drawing/fonts";
import { box, icon, type Item, label, NORMAL, shortened, SMALL } from "../drawing/scene";
import type { ServerFacts } from "../source/servers";

const GAP = 10;
const SIDE = 7;

const CARD_HEIGHT = 92;

/** Cards of a zone's servers: as many per row as the width of the addresses allows, with evenly filled rows. */
export function planCards(servers: readonly ServerFacts[], width: number) {
  const widths = servers.flatMap(({ name, address }) => [textWidth(name, NORMAL, 600), textWidth(address, SMALL, 400)]);
  const most = Math.max(1, Math.floor((width + GAP) / (Math.max(0, ...widths) + 2 * SIDE + GAP)));
  const rows = Math.max(1, Math.ceil(servers.length / most));
  return { columns: Math.max(1, Math.ceil(servers.length / rows)), height: rows * (CARD_HEIGHT + GAP) - GAP };
}

export function drawCards(servers: readonly ServerFacts[], x: number, y: number, width: number): Item[] {
  const { columns } = planCards(servers, width);
  const cardWidth = (width - (columns - 1) * GAP) / columns;
  return servers.flatMap(({ name, address }, index) => {
    const left = x + (index % columns) * (cardWidth + GAP);
    const top = y + Math.floor(index / columns) * (CARD_HEIGHT + GAP);
    const middle = left + cardWidth / 2;
    const area = { x: left, y: top, width: cardWidth, height: CARD_HEIGHT };
    const fitting = shortened(name, cardWidth - 2 * SIDE, NORMAL, 600);
    return [
      box(`${name} ${address}`, area, { fill: "card", stroke: "servers", radius: 5 }),
      icon("server", middle - 18, top + 8, 36),
      label(fitting, middle, top + 62, { size: NORMAL, weight: 600, anchor: "middle" }),
      label(address, middle, top + 81, { size: SMALL, color: "muted", anchor: "middle" }),
    ];
  });
}
