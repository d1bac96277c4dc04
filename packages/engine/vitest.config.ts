import type { ViteUserConfig } from "vitest/config";
import { bothStores } from "../../scripts/both-stores.ts";

const config: ViteUserConfig = bothStores({
  // What an engine promises it promises on either store. What is not about an engine runs once.
  include: ["src/engine-*.test.ts"],
  // A year of the calendar is the same on both, and takes as long as a tenth of the others; that a run is
  // overdue, and told once, is said in the other files.
  exclude: ["src/engine-overdue-year.test.ts"],
});

export default config;
