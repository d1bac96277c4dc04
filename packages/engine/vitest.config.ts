import { type ViteUserConfig, mergeConfig } from "vitest/config";
import { bothStores } from "../../scripts/both-stores.ts";

const stores = bothStores({
  // What an engine promises it promises on either store. What is not about an engine runs once.
  include: ["src/engine-*.test.ts"],
  // A year of the calendar is the same on both, and takes as long as a tenth of the others; that a run is
  // overdue, and told once, is said in the other files.
  exclude: ["src/engine-overdue-year.test.ts"],
});

// These tests mostly wait, for the answers of a database. Those of the dispatcher start processes and look
// at what the time of day brings: they are left to themselves.
const config: ViteUserConfig = mergeConfig(stores, { test: { maxWorkers: 2 } });

export default config;
