import { defineEnvironment, staging as whole } from "../../../../src/environments";

const { api } = whole.services;
const release = whole.releases.api;
if (api === undefined || release === undefined) throw new Error("There is no service api with a release");

/** Staging with its service on all servers alone. */
export const staging = defineEnvironment({ ...whole, services: { api }, releases: { api: release } });
