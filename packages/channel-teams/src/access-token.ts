import { createHash } from "node:crypto";
import { type Host, type Outcome, outcomeOf } from "@syncbell/core";
import { z } from "zod";
import { errorWord, parseJson } from "./answer-body.ts";
import type { BotConfig } from "./config.ts";

const GRANTED = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number() });

/** A token is renewed this long before it ends, in milliseconds. */
const MARGIN_MS = 5 * 60_000;

interface KeptToken {
  readonly token: string;
  readonly until: number;
}

/**
 * The access tokens that bots post with. One is kept until shortly before it ends, and found again only
 * by the same tenant, app and password: the library's own cache hands one tenant's token to another and
 * goes on with a password that was changed.
 */
export class AccessTokens {
  readonly #kept = new Map<string, KeptToken>();
  readonly #loginUrl: string;

  constructor(loginUrl: string) {
    this.#loginUrl = loginUrl;
  }

  /** A token, or why there is none. */
  async get(bot: BotConfig, host: Host, signal: AbortSignal): Promise<string | Outcome> {
    const kept = this.#kept.get(keyOf(bot));
    if (kept && kept.until > host.now()) return kept.token;
    const result = await host.http.request({
      url: `${this.#loginUrl}/${bot.app_tenant}/oauth2/v2.0/token`,
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_id: bot.app_id,
        client_secret: bot.app_password,
        scope: "https://api.botframework.com/.default",
      }).toString(),
      signal,
    });
    const outcome = outcomeOf(result);
    if (outcome.kind === "retry") {
      return { ...outcome, reason: `the token service: ${outcome.reason}` };
    }
    if (result.kind === "failure" || outcome.kind !== "delivered") return refusal(outcome);
    const granted = GRANTED.safeParse(parseJson(result.body));
    // The answer may hold a token in some other form, so no part of it is kept.
    if (!granted.success) return { kind: "retry", reason: "the token service gave no token" };
    const { access_token: token, expires_in: seconds } = granted.data;
    this.#keep(keyOf(bot), { token, until: host.now() + seconds * 1000 - MARGIN_MS }, host.now());
    return token;
  }

  /** Drops a token that the service did not take. */
  forget(bot: BotConfig): void {
    this.#kept.delete(keyOf(bot));
  }

  #keep(key: string, token: KeptToken, now: number): void {
    for (const [other, { until }] of this.#kept) if (until <= now) this.#kept.delete(other);
    this.#kept.set(key, token);
  }
}

function keyOf({ app_tenant, app_id, app_password }: BotConfig): string {
  const password = createHash("sha256").update(app_password).digest("base64");
  return JSON.stringify([app_tenant, app_id, password]);
}

/** Whatever status it comes with, a refusal is about the id, the password or the tenant. */
function refusal({ status, response = "" }: Outcome): Outcome {
  const word =
    /\bAADSTS\d{1,10}\b/.exec(response)?.[0] ?? errorWord(response) ?? `status ${status}`;
  const reason = `Microsoft Entra did not take the bot's id, password or tenant: ${word}`;
  return { kind: "unauthorized", reason, response, ...(status === undefined ? {} : { status }) };
}
