export { catalogue, type CatalogueEntry, metricNamed, type MetricType, serviceChecks } from "./catalogue";
export { parseExpression, parseFormula } from "./expressions";
export { parseMonitorQuery } from "./monitors";
export * from "./query";
export { QueryError } from "./scanner";
export { UnitError, unitOf } from "./units";
