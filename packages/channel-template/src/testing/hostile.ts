import type { Notification } from "@syncbell/core";
import { LINKS, exampleEvent, notificationFrom } from "./events.ts";

/** Texts that would act in one service or another, or break out of a text in one format or another. */
const ACTING: readonly string[] = [
  "@everyone",
  "@here @channel @all",
  "<@123456789012345678> <@&1> <#1> <:a:1> <t:1:R> </cmd:1>",
  "<users/all> <users/123>",
  "<!channel> <!subteam^S1|ops>",
  "@durov #tag /start@bot $USD",
  "[click](https://evil.example/)",
  "<https://evil.example|click>",
  "![x](https://evil.example/x.png)",
  "https://evil.example/?a=1&b=2",
  "www.evil.example evil.com evil.example/path",
  "mailto:a@evil.example tel:+123 javascript:alert(1)",
  "<a href='https://evil.example'>x</a><script>alert(1)</script><img src=x onerror=y>",
  "`code` ``` ```js\nx``` ~~~",
  "``` \n@everyone https://evil.example\n```",
  "**b** __u__ ~~s~~ ||x|| *i* _i_ > q\n# h\n- l\n1. l",
  "&lt;b&gt; &amp; &#60;b&#62; &commat;all",
  "{{title}} {{#each x}} {{{y}}} ${x} %s #{x}",
  '","admin":true,"x":"',
  "\\",
  "'\"\\`",
  "]]> --> }} ?>",
  "\u2028\u2029\u0085",
  "\u202e\u2066\u0000\u0007\u001b[31m\ufeff",
  "\ud800 \udfff",
  "e\u0301\u0301\u0301 👨‍👩‍👧‍👦 🇩🇪 语言",
  "line\r\nline\rline\n\n\n",
  "::::////....@@@@<<<<",
];

/** Secrets that no message may have, each with what gives it away. */
const SECRETS: readonly string[] = [
  "postgres://ana:s3cr3t-one@db.example.com/x",
  "password=s3cr3t-two",
  '{"api_key": "s3cr3t-three"}',
  "Authorization: Bearer s3cr3t-four-and-much-more",
  "xoxb-s3cr3t-five-123456",
  "https://hooks.slack.com/services/T0/B0/s3cr3t-six",
];

/** What is in each of {@link SECRETS}, and in nothing else. */
export const SECRET: RegExp = /s3cr3t/;

const STATUSES = ["failed", "succeeded", "skipped", "cancelled", "what?", "<!channel>"] as const;

/** Numbers from 0 to 1, the same each time for the same seed (Park and Miller). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** A corpus of notifications that were made to harm, the same on every run. */
export function* hostileNotifications(count: number, seed = 20_261_124): Generator<Notification> {
  const next = numbers(seed);
  const below = (limit: number): number => Math.floor(next() * limit);
  const one = <T>(from: readonly T[]): T => from[below(from.length)] as T;
  const words = (): string => {
    const parts = Array.from({ length: 1 + below(5) }, () =>
      next() < 0.15 ? ` ${one(SECRETS)} ` : one(ACTING),
    );
    const said = parts.join(one([" ", "\n", "", "a"]));
    const length = one([1, 1, 1, 1, 1, 1, 1, 3, 3, 40, 40, 400, next() < 0.1 ? 4_000 : 1]);
    return said.repeat(Math.ceil(Math.min(length, 60_000 / said.length)));
  };
  for (let made = 0; made < count; made += 1) {
    const example = exampleEvent(one(["pipeline", "transform"]));
    const said = <T>(plain: T): T | string => (next() < 0.6 ? words() : plain);
    const event = {
      ...example,
      status: one(STATUSES),
      sync: {
        ...example.sync,
        id: said("sync-1"),
        exit_code: one([null, 0, 1, -9]),
        termination_reason: said("Error"),
        termination_message: said("Traceback"),
      },
      task: {
        ...example.task,
        id: said("task-1"),
        name: said("Pipeline"),
        extractor: { name: said("tap"), label: said("Source") },
        loader: { name: said("target"), label: null },
      },
      tenant: { ...example.tenant, id: said("tenant-1"), name: said("Tenant") },
      more: { [said("key")]: said("value"), list: [said("item")] },
    };
    const other = { event_type: words(), status: words(), more: event.more };
    const links = one([[], LINKS ?? [], (LINKS ?? []).slice(0, 1)]);
    yield notificationFrom(next() < 0.1 ? other : event, { links, test: next() < 0.1 });
  }
}
