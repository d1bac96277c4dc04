import { type ViteUserConfig, defineConfig } from "vitest/config";

// One configuration for every package: each runs with it from its own folder.
const config: ViteUserConfig = defineConfig({
  test: {
    include: ["**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    reporters: ["default", "json"],
    outputFile: { json: "test-results.json" },
    testTimeout: 30_000,
    hookTimeout: 30_000,
    passWithNoTests: false,
    // A worker for each file would spend most of its time on loading the same modules again.
    isolate: false,
  },
});

export default config;
