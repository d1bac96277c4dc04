import type { ViteUserConfig } from "vitest/config";
import { bothStores } from "../../scripts/both-stores.ts";

// What an engine promises it promises on either store. What is not about an engine runs once.
const config: ViteUserConfig = bothStores(["src/engine-*.test.ts"]);

export default config;
