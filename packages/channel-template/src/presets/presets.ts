import { type DiscordConfig, discord } from "./discord.ts";
import { type GoogleChatConfig, googleChat } from "./google-chat.ts";
import { type MattermostConfig, mattermost } from "./mattermost.ts";
import { type NtfyConfig, ntfy } from "./ntfy.ts";
import { type OpsgenieConfig, opsgenie } from "./opsgenie.ts";
import { type PagerdutyConfig, pagerduty } from "./pagerduty.ts";
import type { Preset } from "./preset.ts";
import { type TelegramConfig, telegram } from "./telegram.ts";

/** The config of a preset: its name, and the fields of its own. */
export type PresetConfig =
  | DiscordConfig
  | GoogleChatConfig
  | MattermostConfig
  | NtfyConfig
  | OpsgenieConfig
  | PagerdutyConfig
  | TelegramConfig;

export type PresetName = PresetConfig["preset"];

/** The presets by the name that a config has for them. */
export const PRESETS: {
  readonly [Name in PresetName]: Preset<Extract<PresetConfig, { readonly preset: Name }>>;
} = {
  discord,
  "google-chat": googleChat,
  mattermost,
  telegram,
  pagerduty,
  opsgenie,
  ntfy,
};
