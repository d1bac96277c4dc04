import { type DigestLine, type Link, type Notification, cleanLine } from "@syncbell/core";
import fc from "fast-check";
import type { Mention } from "../index.ts";
import { digestOf, notificationFrom, runSaying, transformRun } from "./events.ts";

/** Stands in every secret of {@link hostileNotification}; no message may hold it. */
export const SECRET = "hunter22Zq9";

const SECRETS = [
  `postgres://loader:${SECRET}@db.example.com:5432/raw`,
  `snowflake://ana:${SECRET}@acct/db?warehouse=x`,
  `password=${SECRET}`,
  `{"api_key": "${SECRET}"}`,
  `Authorization: Bearer ${SECRET}${SECRET}`,
  `https://hooks.slack.com/services/T0/B0/${SECRET}`,
  `xoxb-${SECRET}-${SECRET}`,
];

const ACTING = [
  "<!channel>",
  "<!here>",
  "<!everyone|all>",
  "<@U012AB3CD>",
  "<!subteam^S012AB3CD|@ops>",
  "<#C1|general>",
  "<https://evil.example|click>",
  "<mailto:a@evil.example|a>",
  "<!date^1700000000^{date}^https://evil.example|x>",
  "&lt;!here&gt;",
  "&amp;lt;@U1&amp;gt;",
  "@channel @ana #general",
  "https://evil.example/a_b*c www.evil.example",
  "*b* _i_ ~s~ `c` > q",
  "```",
  "\n```\n<!channel>",
  ":tada: :skull_and_crossbones:",
];

const BREAKING = [
  '"}],"blocks":[{"type":"image"}]',
  "\\",
  '\\"',
  "{{constructor}} {{{x}}} ${process.env} %s",
  "👨‍👩‍👧‍👦",
  "e\u0301".repeat(9),
  "Z".concat("\u0301".repeat(200)),
  "\u{1D400}",
  "\ud83d",
  "\u202e\u2066gpj.exe",
  "\u0000\u0007\u001b[31m\u009b",
  "\u2028\u2029\ufeff",
  "\n\r\n\t",
  "&".repeat(300),
  "<".repeat(300),
  '"'.repeat(3000),
  "中".repeat(3000),
];

const secret = fc.constantFrom(...SECRETS).map((text) => ` ${text} `);
const act = { weight: 4, arbitrary: fc.constantFrom(...ACTING) };
const piece = fc.oneof(
  act,
  { weight: 3, arbitrary: fc.constantFrom(...BREAKING) },
  { weight: 2, arbitrary: fc.string({ unit: "binary", minLength: 1, maxLength: 20 }) },
  { weight: 2, arbitrary: secret },
);
const words = fc.array(piece, { minLength: 1, maxLength: 12 }).map((pieces) => pieces.join(""));

/** A hundred kilobytes of hostile words, a secret at their end. */
const trace = fc
  .tuple(words, secret)
  .map(([text, end]) => text.repeat(Math.ceil(100_000 / text.length)) + end);

const said = fc.oneof({ weight: 60, arbitrary: words }, { weight: 1, arbitrary: trace });

/** Links as a configuration may make them of an event's values: clean, and without secrets. */
const link: fc.Arbitrary<Link> = fc.record({
  label: fc.array(act.arbitrary, { maxLength: 12 }).map((pieces) => cleanLine(pieces.join(""))),
  url: fc.oneof(
    fc.webUrl(),
    act.arbitrary.map((text) => `https://app.example.com/${cleanLine(text)}`),
    fc.constantFrom("javascript:alert(1)", "//x", "https://a.io/".padEnd(4000, "x")),
    fc.constant("https://a.io/".padEnd(2990, "x")),
  ),
});

const outcome = fc.constantFrom("failed", "succeeded", "skipped", "cancelled", "other");

export const anyMention: fc.Arbitrary<Mention> = fc.record({
  users: fc.array(fc.stringMatching(/^[UW][A-Z0-9]{1,20}$/), { maxLength: 20 }),
  groups: fc.array(fc.stringMatching(/^S[A-Z0-9]{1,20}$/), { maxLength: 20 }),
  channel: fc.constantFrom(true, false, "channel" as const, "here" as const, "everyone" as const),
  on: fc.uniqueArray(outcome, { minLength: 1 }),
  from: fc.integer({ min: 1, max: 4 }),
  hours: fc.constantFrom("00:00-24:00", "22:00-07:00"),
  timezone: fc.constantFrom("UTC", "Asia/Kolkata"),
});

const status = fc.oneof(fc.constantFrom("failed", "succeeded", "skipped", "cancelled"), words);
const test = fc.boolean();
const links = fc.array(link, { maxLength: 4 });

const ofRun = fc
  .record({ said, message: said, status, transform: fc.boolean(), test, links })
  .map(({ said: text, message, transform, status: end, ...options }) => {
    const event = runSaying(text);
    const { tenant } = event;
    const sync = { ...event.sync, termination_message: message };
    const task = { ...transformRun.task, name: text };
    return transform
      ? notificationFrom({ ...transformRun, status: end, tenant, sync, task }, options)
      : notificationFrom({ ...event, status: end, sync }, options);
  });

const line: fc.Arbitrary<DigestLine> = fc.record({
  tenant: fc.option(words),
  name: said,
  task_id: fc.option(fc.constant("pipeline-1")),
  runs: fc.nat(9),
  failures: fc.nat(9),
  status,
  sync_id: words,
  stopped_at: fc.constant(null),
  message: fc.option(said),
});

const ofDigest = fc
  .record({
    lines: fc.array(line, { maxLength: 30 }),
    tenants: fc.integer({ min: 1, max: 3 }),
    name: words,
    failed: fc.nat(40),
    test,
    links,
  })
  .map(({ lines, tenants, name, failed, ...options }) =>
    notificationFrom(digestOf(lines, failed, tenants > 1 ? undefined : name), options),
  );

/**
 * A notification of a run, or of a digest, that uses every field a tenant can fill to get at the reader: by
 * mentions, links, mark-up, broken JSON and Unicode, by length, and by giving away what it should not.
 */
export const hostileNotification: fc.Arbitrary<Notification> = fc.oneof(
  { weight: 3, arbitrary: ofRun },
  { weight: 1, arbitrary: ofDigest },
);
