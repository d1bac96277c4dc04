import fc from "fast-check";
import { expect, test } from "vitest";
import { type SlackConfig, channel } from "./index.ts";
import { mentionFor } from "./mention.ts";
import { SECRET, anyMention, hostileNotification } from "./testing/hostile.ts";
import { liveMarkup } from "./testing/slack-markup.ts";
import { slackProblems } from "./testing/slack-limits.ts";

const url = "https://hooks.example.com/services/T/B/x";

test.each(["line", "blocks"] as const)(
  "of 2,000 hostile notifications as %s none breaks a limit, acts, or gives a secret away",
  { timeout: 120_000 },
  (format) => {
    fc.assert(
      fc.property(hostileNotification, fc.option(anyMention), (notification, mention) => {
        const config: SlackConfig = { url, format, ...(mention ? { mention } : {}) };
        const message = channel.render(notification, config);
        const called = mentionFor(notification, config.mention);
        expect(slackProblems(message, channel.limits.maxBytes)).toEqual([]);
        expect(new Set(liveMarkup(message))).toEqual(new Set(called.match(/\S+/g)));
        expect(JSON.stringify(message)).not.toContain(SECRET);
        expect(message.text.startsWith(called)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  },
);
