import type { Host } from "@syncbell/core";
import type { BotConfig } from "./config.ts";
import {
  type Activity,
  type Reference,
  parseReference,
  sharesTeam,
  withoutThread,
} from "./conversation.ts";
import { DEFAULT_SERVICE_URL } from "./endpoints.ts";
import { codeIn, isSameCode, pairingCode } from "./pairing.ts";

/** The name that the reference is kept by. */
const NAME = "conversation";

/** After so many wrong codes within an hour, no code is looked at. */
const MOST_WRONG_CODES = 10;
const WITHIN_MS = 60 * 60_000;

/** What a destination made of an activity, where it was about pairing. */
export type Heard = "paired" | "wrong code" | "too many wrong codes" | undefined;

/** The conversation of one destination: fixed by its config, or tied to it by a code typed to the bot. */
export class PairedConversation {
  readonly code: string;
  readonly #bot: BotConfig;
  readonly #host: Host;
  #wrongAt: readonly number[] = [];

  constructor(bot: BotConfig, host: Host) {
    this.code = pairingCode(bot.app_password, host.destinationId);
    this.#bot = bot;
    this.#host = host;
  }

  /** Where to post to; undefined while nothing is paired. */
  async reference(): Promise<Reference | undefined> {
    const kept = await this.#kept();
    const { conversation } = this.#bot;
    if (conversation === undefined) return kept;
    const bot = `28:${this.#bot.app_id}`;
    return { serviceUrl: DEFAULT_SERVICE_URL, bot, ...kept, conversation };
  }

  async forget(): Promise<void> {
    await this.#host.state.delete(NAME);
  }

  /**
   * Takes in a verified activity. One from the destination's own conversation brings what is known of it
   * up to date, since its service can move; one that takes the bot out of it ends the pairing. A code
   * counts only while there is none, so that an old one can't lead notices elsewhere.
   */
  async hear(activity: Activity): Promise<Heard> {
    const here = activity.place;
    const kept = await this.#kept();
    const own = this.#fixed() ?? kept?.conversation;
    if (kept && activity.removesBot && sharesTeam(here, kept)) {
      await this.forget();
    } else if (own === here.conversation) {
      await this.#keep({ ...kept, ...here }, kept);
    } else if (own === undefined) {
      const given = codeIn(activity.text);
      return given === undefined ? undefined : this.#pair(given, here);
    }
    return undefined;
  }

  async #pair(given: string, here: Reference): Promise<Heard> {
    const now = this.#host.now();
    this.#wrongAt = this.#wrongAt.filter((time) => time > now - WITHIN_MS);
    if (this.#wrongAt.length >= MOST_WRONG_CODES) return "too many wrong codes";
    if (!isSameCode(given, this.code)) {
      this.#wrongAt = [...this.#wrongAt, now];
      return "wrong code";
    }
    await this.#keep(here);
    return "paired";
  }

  #fixed(): string | undefined {
    const { conversation } = this.#bot;
    return conversation === undefined ? undefined : withoutThread(conversation);
  }

  /** What is remembered, where it is still of this bot and this conversation: a config can change. */
  async #kept(): Promise<Reference | undefined> {
    const kept = parseReference((await this.#host.state.get(NAME)) ?? "");
    if (kept?.bot.toLowerCase() !== `28:${this.#bot.app_id}`) return undefined;
    return [kept.conversation, undefined].includes(this.#fixed()) ? kept : undefined;
  }

  async #keep(reference: Reference, before?: Reference): Promise<void> {
    const text = JSON.stringify(reference);
    if (text !== JSON.stringify(before)) await this.#host.state.set(NAME, text);
  }
}
