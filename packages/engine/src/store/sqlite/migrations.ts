import { up as start } from "./migrations/0001-start.ts";
import { up as trust } from "./migrations/0002-trust.ts";
import { up as incidents } from "./migrations/0003-incidents.ts";
import { up as paces } from "./migrations/0004-paces.ts";
import type { Migrations } from "../migrate.ts";

/** The steps from nothing to this program's schema on SQLite, in the order of their names. */
export const MIGRATIONS: Migrations = {
  "0001-start": { up: start },
  "0002-trust": { up: trust },
  "0003-incidents": { up: incidents },
  "0004-paces": { up: paces },
};
