import { textWidth } from "../drawing/fonts";
import { box, icon, type Item, label, NORMAL, SMALL } from "../drawing/scene";
import type { ServerFact } from "../source/model";

const GAP = 10;
const SIDE = 7;

/** Cards of a zone's servers: as many per row as the width of the addresses allows, with evenly filled rows. */
export interface Cards {
  readonly columns: number;
  readonly rows: number;
  readonly height: number;
}

const CARD_HEIGHT = 92;

export function planCards(servers: readonly ServerFact[], width: number): Cards {
  const widest = Math.max(0, ...servers.flatMap(({ name, address }) => [nameWidth(name), addressWidth(address)]));
  const most = Math.max(1, Math.floor((width + GAP) / (widest + 2 * SIDE + GAP)));
  const rows = Math.max(1, Math.ceil(servers.length / most));
  return { rows, columns: Math.max(1, Math.ceil(servers.length / rows)), height: rows * (CARD_HEIGHT + GAP) - GAP };
}

export function drawCards(servers: readonly ServerFact[], plan: Cards, x: number, y: number, width: number): Item[] {
  const cardWidth = (width - (plan.columns - 1) * GAP) / plan.columns;
  return servers.flatMap(({ name, address }, index) => {
    const left = x + (index % plan.columns) * (cardWidth + GAP);
    const top = y + Math.floor(index / plan.columns) * (CARD_HEIGHT + GAP);
    const middle = left + cardWidth / 2;
    return [
      box(
        `${name} ${address}`,
        { x: left, y: top, width: cardWidth, height: CARD_HEIGHT },
        {
          fill: "card",
          stroke: "servers",
          radius: 5,
        },
      ),
      icon("server", middle - 18, top + 8, 36),
      label(name, middle, top + 62, { size: NORMAL, weight: 600, anchor: "middle" }),
      label(address, middle, top + 81, { size: SMALL, color: "muted", anchor: "middle" }),
    ];
  });
}

function nameWidth(name: string): number {
  return textWidth(name, NORMAL, 600);
}

function addressWidth(address: string): number {
  return textWidth(address, SMALL, 400);
}
