/** A coordinate, rounded to the visible precision. */
export function round(value: number): number {
  return Number(value.toFixed(2));
}

export function escape(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
