import type { Notification } from "@syncbell/core";
import { expect, test } from "vitest";
import { type Mention, channel } from "./index.ts";
import {
  failedRun,
  links,
  longFailedRun,
  notificationFrom,
  salesforceRun,
  skippedRun,
  transformRun,
} from "./testing/events.ts";
import { liveMarkup } from "./testing/slack-markup.ts";
import { slackProblems } from "./testing/slack-limits.ts";

const mention: Mention = {
  users: ["U012AB3CD"],
  groups: ["S012AB3CD"],
  channel: "here",
  on: ["failed"],
};

interface Golden {
  readonly file: string;
  readonly notification: Notification;
  readonly mention?: Mention;
  /** Whether the mention is due. */
  readonly calls?: boolean;
}

const messages: readonly Golden[] = [
  { file: "success", notification: notificationFrom(salesforceRun, { links }) },
  { file: "success-with-mention", notification: notificationFrom(salesforceRun), mention },
  { file: "failure", notification: notificationFrom(failedRun, { links }) },
  {
    file: "failure-with-mention",
    notification: notificationFrom(failedRun, { links }),
    mention,
    calls: true,
  },
  { file: "long-trace", notification: notificationFrom(longFailedRun, { links }) },
  { file: "transform", notification: notificationFrom(transformRun, { links }) },
  { file: "skipped", notification: notificationFrom(skippedRun) },
  { file: "test-notice", notification: notificationFrom(salesforceRun, { links, test: true }) },
];

/** The file is what is sent: written anew by `pnpm test --update`, and then to be looked at. */
test.each(messages)("the message in golden/$file.json", async (golden) => {
  const { file, notification, calls } = golden;
  const called = golden.mention ? { mention: golden.mention } : {};
  const url = "https://hooks.example.com/services/T/B/x";
  const message = channel.render(notification, { url, format: "blocks", ...called });
  expect(slackProblems(message)).toEqual([]);
  expect(liveMarkup(message)).toEqual(
    calls ? ["<@U012AB3CD>", "<!subteam^S012AB3CD>", "<!here>"] : [],
  );
  const json = `${JSON.stringify(message, undefined, 2)}\n`;
  await expect(json).toMatchFileSnapshot(`../golden/${file}.json`);
});
