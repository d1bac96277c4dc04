import { type UserConfig, defineConfig } from "tsdown";

// The one way in which every package is built; a package's own tsdown.config.ts re-exports it.
const config: UserConfig = defineConfig({
  entry: ["src/index.ts"],
  fixedExtension: false,
  dts: true,
  publint: true,
  attw: { profile: "esm-only", level: "error" },
});

export default config;
