import { production, staging } from "../../src/environments";
import { matrix } from "../support/matrix";
import { synthesize } from "../support/synthesis";

const everywhere = [
  "database in from proxy tcp 5432",
  "edge in from 0.0.0.0/0 tcp 443",
  "edge in from 0.0.0.0/0 tcp 80",
  "edge out to servers tcp 80",
  "proxy in from servers tcp 5432",
  "proxy out to database tcp 5432",
  "servers in from edge tcp 80",
  "servers out to 0.0.0.0/0 tcp 443",
  "servers out to 172.31.0.2/32 tcp 53",
  "servers out to 172.31.0.2/32 udp 53",
  "servers out to proxy tcp 5432",
];

test("staging allows exactly these connections, and those of a service that does not use the database", () => {
  const own = [
    "client-address in from edge tcp 80",
    "client-address out to 0.0.0.0/0 tcp 443",
    "client-address out to 172.31.0.2/32 tcp 53",
    "client-address out to 172.31.0.2/32 udp 53",
    "edge out to client-address tcp 80",
  ];
  expect(matrix(synthesize(staging).platform)).toEqual([...everywhere, ...own].sort());
});

test("production allows these, and HTTPS from servers to the interface endpoints", () => {
  expect(matrix(synthesize(production).platform)).toEqual([...everywhere, "endpoints in from servers tcp 443"].sort());
});
