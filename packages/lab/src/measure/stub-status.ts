/** The number of client connections that nginx's `stub_status` reports, including the connection of the request itself. */
export function activeConnections(text: string): number | null {
  const match = /^Active connections: (\d+)/m.exec(text);
  return match ? Number(match[1]) : null;
}
