import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

import { Resvg } from "@resvg/resvg-js";

/** Pixels per unit of the picture: sharp on a screen of double density. */
const SHARP = 2;
const SIGNATURE_AND_HEADER = 8 + 25;

/**
 * The picture as PNG, with the hash of its SVG as metadata. Two machines can rasterize a curve to different bytes, so the
 * check compares the hash of the SVG instead of the pixels.
 */
export function toPng(svg: string, scale = SHARP): Buffer {
  const png = new Resvg(svg, { fitTo: { mode: "zoom", value: scale }, font: { loadSystemFonts: false } })
    .render()
    .asPng();
  const text = chunk("tEXt", madeFrom(svg));
  return Buffer.concat([png.subarray(0, SIGNATURE_AND_HEADER), text, png.subarray(SIGNATURE_AND_HEADER)]);
}

/** Whether a PNG was made from an SVG. */
export function isMadeFrom(png: Buffer, svg: string): boolean {
  return png.includes(madeFrom(svg));
}

function madeFrom(svg: string): Buffer {
  return Buffer.from(`Source\0${createHash("sha256").update(svg).digest("hex")}`, "latin1");
}

/** @see https://www.w3.org/TR/png-3/#5Chunk-layout */
function chunk(type: string, data: Buffer): Buffer {
  const content = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(content));
  return Buffer.concat([length, content, check]);
}
