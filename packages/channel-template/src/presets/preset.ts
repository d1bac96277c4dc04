import type { HttpResult, Json, Notification, Outcome, Pace } from "@syncbell/core";
import type { z } from "zod";
import type { TemplateMessage } from "../message.ts";

/** What a preset makes of a notification; its address is added when it is sent. */
export type PresetMessage = Pick<TemplateMessage, "body" | "path">;

/** A preset's request, with what the config keeps secret. */
export interface PresetRequest {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Json;
}

/**
 * A service whose messages and answers are known. It states the service's documented limits where it
 * keeps to them; `render` does so for every notification, and no text of an event acts in the
 * service.
 */
export interface Preset<Config> {
  readonly title: string;
  /** The service's fields. Each has `preset` with the preset's name, and marks what is secret. */
  readonly config: z.ZodType<Config>;
  /** How fast the service takes messages, where it says so. */
  readonly pace?: Pace;
  /** Pure; holds nothing that the config keeps secret. */
  render(notification: Notification, config: Config): PresetMessage;
  request(message: PresetMessage, config: Config): PresetRequest;
  /** Reads the service's own words first, the status second. */
  outcome(result: HttpResult): Outcome;
}

/** An address below the one that a config gives. */
export function below(url: string, path: string): string {
  return url.replace(/\/+$/, "") + path;
}
