import { z } from "zod";
import { PRESETS, type PresetConfig } from "./presets/presets.ts";
import { type RequestConfig, requestConfig } from "./request-config.ts";

/** A request made by a template, or a preset's fields. */
export type TemplateConfig = RequestConfig | PresetConfig;

const names = Object.keys(PRESETS);
const presetConfigs = Object.values(PRESETS).map((preset) => preset.config);

/** Told apart by `preset`, which each of them has, though the types of schemas do not say so. */
const kinds = [requestConfig, ...presetConfigs] as unknown as [z.core.$ZodTypeDiscriminable];

export const config: z.ZodType<TemplateConfig> = z.discriminatedUnion("preset", kinds, {
  error: ({ code }) =>
    code === "invalid_union"
      ? `must be ${names.slice(0, -1).join(", ")} or ${names.at(-1)}`
      : undefined,
}) as unknown as z.ZodType<TemplateConfig>;
