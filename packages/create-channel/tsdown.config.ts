import { type UserConfig, defineConfig } from "tsdown";
import base from "../../tsdown.config.ts";

// A program, not a library: it has a command and no types to offer.
const config: UserConfig = defineConfig({
  ...base,
  entry: ["src/main.ts"],
  dts: false,
  attw: false,
});

export default config;
