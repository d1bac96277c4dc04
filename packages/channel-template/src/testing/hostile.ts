import {
  type DigestEvent,
  type DigestLine,
  type Notification,
  type NotificationOptions,
  type OverdueEvent,
  TRANSITIONS,
} from "@syncbell/core";
import { LINKS, exampleEvent, failedRun, notificationFrom } from "./events.ts";
import { failedDigest, overdueRun } from "./own-events.ts";

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

/** What chance decides of one notification. */
interface Chance {
  readonly below: (limit: number) => number;
  readonly one: <T>(from: readonly T[]) => T;
  /** Texts that would act, and secrets. */
  readonly words: () => string;
  /** Mostly such words, else something plain. */
  readonly said: <T>(plain: T) => T | string;
}

function chanceFrom(next: () => number): Chance {
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
  return { below, one, words, said: (plain) => (next() < 0.6 ? words() : plain) };
}

/** A corpus of notifications that were made to harm, the same on every run. */
export function* hostileNotifications(count: number, seed = 20_261_124): Generator<Notification> {
  const chance = chanceFrom(numbers(seed));
  const { below, one, words, said } = chance;
  for (let made = 0; made < count; made += 1) {
    const links = one([[], LINKS ?? [], (LINKS ?? []).slice(0, 1)]);
    const options = { links, test: below(10) === 0 };
    const kind = below(10);
    if (kind === 0) {
      const more = { [said("key")]: said("value"), list: [said("item")] };
      yield notificationFrom({ event_type: words(), status: words(), more }, options);
    } else if (kind === 1) yield notificationFrom(digest(chance), options);
    else if (kind === 2) yield notificationFrom(overdue(chance), options);
    else yield notificationFrom(run(chance), { ...options, ...story(chance) });
  }
}

function run({ one, said }: Chance): Readonly<Record<string, unknown>> {
  const example = exampleEvent(one(["pipeline", "transform"]));
  return {
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
}

/** How the pipeline of a run stood; of a recovery, at times with a failure that was not told. */
function story({ below, one, said }: Chance): NotificationOptions {
  if (below(2) === 0) return {};
  const transition = one(TRANSITIONS);
  const incident = { transition, failures: below(2_000), seconds: below(1e7), since: 0 };
  if (transition !== "recovered" || below(2) === 0) return { incident };
  const failed = failedRun();
  const { sync } = failed;
  const message = { termination_reason: said("Error"), termination_message: said("Traceback") };
  return { incident, untold: { ...failed, sync: { ...sync, id: said("sync-1"), ...message } } };
}

function overdue({ said }: Chance): OverdueEvent {
  const { last } = overdueRun;
  return {
    ...overdueRun,
    tenant: { id: said("tenant-1"), name: said("Tenant") },
    task: { id: said("task-1"), name: said("Pipeline") },
    last: { ...last, sync_id: said("sync-1"), status: said("failed") },
  };
}

function digest({ below, one, said }: Chance): DigestEvent {
  const line = (): DigestLine => ({
    tenant: one([null, said("Tenant")]),
    name: said("Pipeline"),
    task_id: one([null, said("task-1")]),
    runs: 1 + below(3),
    failures: below(3),
    status: one([...STATUSES, said("failed")]),
    sync_id: said("sync-1"),
    stopped_at: null,
    message: one([null, said("Traceback")]),
  });
  return {
    ...failedDigest,
    status: one(["succeeded", "failed", "other"]),
    ...(below(2) === 0 ? { tenant: { id: said("tenant-1"), name: said("Tenant") } } : {}),
    lines: Array.from({ length: below(40) }, line),
  };
}
