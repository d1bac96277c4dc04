import type { Migrations } from "../migrate.ts";
import { up as start } from "./migrations/0001-start.ts";

/** The steps from nothing to this program's schema on Postgres, in the order of their names. */
export const MIGRATIONS: Migrations = {
  "0001-start": { up: start },
};
