import { exampleNotification } from "@syncbell/channel-kit";
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

/** For the third failure in a row, in the afternoon of the day on which the examples are told. */
const conditional: Mention = {
  users: ["U012AB3CD"],
  on: ["failed"],
  from: 3,
  hours: "08:00-18:00",
  days: ["mon", "tue", "wed", "thu", "fri"],
  timezone: "Europe/Berlin",
};

interface Golden {
  readonly file: string;
  readonly notification: Notification;
  readonly mention?: Mention;
  /** Whom the message calls. Absent: nobody. */
  readonly calls?: readonly string[];
  readonly format?: "line";
}

const messages: readonly Golden[] = [
  { file: "success", notification: notificationFrom(salesforceRun, { links }) },
  { file: "success-with-mention", notification: notificationFrom(salesforceRun), mention },
  { file: "failure", notification: notificationFrom(failedRun, { links }) },
  {
    file: "failure-with-mention",
    notification: notificationFrom(failedRun, { links }),
    mention,
    calls: ["<@U012AB3CD>", "<!subteam^S012AB3CD>", "<!here>"],
  },
  { file: "long-trace", notification: notificationFrom(longFailedRun, { links }) },
  { file: "transform", notification: notificationFrom(transformRun, { links }) },
  { file: "skipped", notification: notificationFrom(skippedRun) },
  { file: "test-notice", notification: notificationFrom(salesforceRun, { links, test: true }) },
  ...(["failing", "digest"] as const).flatMap((name): readonly Golden[] => {
    const golden = {
      notification: exampleNotification(name),
      mention: conditional,
      calls: ["<@U012AB3CD>"],
    };
    return [
      { ...golden, file: `${name}-with-mention` },
      { ...golden, file: `${name}-with-mention-line`, format: "line" },
    ];
  }),
  {
    file: "failure-without-mention",
    notification: exampleNotification("failure"),
    mention: conditional,
  },
];

/** The file is what is sent: written anew by `pnpm test --update`, and then to be looked at. */
test.each(messages)("the message in golden/$file.json", async (golden) => {
  const { file, notification, calls = [], format = "blocks" } = golden;
  const called = golden.mention ? { mention: golden.mention } : {};
  const url = "https://hooks.example.com/services/T/B/x";
  const message = channel.render(notification, { url, format, ...called });
  expect(slackProblems(message)).toEqual([]);
  expect(liveMarkup(message)).toEqual(calls);
  const json = `${JSON.stringify(message, undefined, 2)}\n`;
  await expect(json).toMatchFileSnapshot(`../golden/${file}.json`);
});
