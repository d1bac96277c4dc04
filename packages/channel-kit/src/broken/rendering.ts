import {
  type Json,
  type Notification,
  isDigestEvent,
  isOverdueEvent,
  isPostSync,
} from "@syncbell/core";
import { bell, say } from "../testing/bell.ts";
import type { BrokenChannel } from "./broken-channel.ts";

/** The bell with messages of its own making. */
const saying = (render: (notification: Notification) => unknown): BrokenChannel["channel"] => ({
  ...bell,
  render: (notification: Notification) => render(notification) as Json,
});

const ALONE = "a message > is made of the notification and the config alone";

let made = 0;

export const renderings: readonly BrokenChannel[] = [
  {
    that: "makes its message in its own time",
    channel: saying(async (notification) => say(notification)),
    fails: ["a message > is made at once, without a promise"],
  },
  {
    that: "says when it said it",
    channel: saying((notification) => ({ ...say(notification), at: Date.now() })),
    fails: [ALONE],
  },
  {
    that: "says the time of the place where it runs",
    channel: saying((notification) => {
      const at = new Date(notification.source.receivedAt).toString();
      return { ...say(notification), at };
    }),
    fails: [ALONE],
  },
  {
    that: "throws dice",
    channel: saying((notification) => ({ ...say(notification), id: Math.random() })),
    fails: [ALONE],
  },
  {
    that: "counts its messages",
    channel: saying((notification) => ({ ...say(notification), id: ++made })),
    fails: [ALONE],
  },
  {
    that: "sorts the facts where they stand",
    channel: saying((notification) => {
      (notification.facts as unknown[]).reverse();
      return say(notification);
    }),
    fails: ["a message > leaves what it is made of as it was"],
  },
  {
    that: "knows the events of its day alone",
    channel: saying((notification) => {
      const { event } = notification.source;
      const isKnown = isPostSync(event) || isDigestEvent(event) || isOverdueEvent(event);
      if (!isKnown) throw new TypeError("no task");
      return say(notification);
    }),
    fails: ["a message > can be made of every event"],
  },
  {
    that: "leaves holes in its JSON",
    channel: saying((notification) => ({ ...say(notification), excerpt: undefined })),
    fails: ["a message > is JSON, and the same once it was stored and read"],
  },
  {
    that: "cuts a text wherever it happens to be full",
    channel: saying((notification) => {
      const { title, excerpt = "" } = notification;
      return { ...say(notification), text: `${title}${excerpt}`.slice(0, 500) };
    }),
    fails: ["a message > splits no character where it cuts a text"],
  },
  {
    that: "does not say that it is a test",
    channel: saying((notification) => {
      const { title, text } = say(notification);
      return { title: title.replace(/^Test: /, ""), text };
    }),
    fails: ["a message > shows that it is a test"],
  },
  {
    that: "counts characters and calls them bytes",
    channel: saying((notification) => {
      const { excerpt = "" } = notification;
      return { ...say(notification), more: Array.from(excerpt).slice(0, 1_000).join("") };
    }),
    fails: ["a message > keeps within the limit that the channel states, in bytes"],
  },
];
