import { type ViteUserConfig, mergeConfig } from "vitest/config";
import shared from "../../vitest.config.ts";

const config: ViteUserConfig = mergeConfig(shared, {
  test: { globalSetup: "../../scripts/postgres-server.ts" },
});

export default config;
