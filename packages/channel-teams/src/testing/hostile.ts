import type {
  DigestEvent,
  DigestLine,
  Event,
  OverdueEvent,
  PipelinePostSync,
  PostSync,
} from "@syncbell/core";
import fc from "fast-check";
import { examples } from "./events.ts";

/** Secrets as they turn up in errors: no card may hold one of their distinctive halves. */
const SECRETS = [
  "postgres://ana:hunter2222@db.internal/main",
  'password="hunter2222"',
  "Authorization: Bearer hunter2222hunter2222",
  "AKIAHUNTER2222HUNTE7",
  "https://hooks.slack.com/services/T0/B0/hunter2222",
] as const;

/** What the distinctive half of each secret matches. */
export const SECRET: RegExp = /hunter2222|AKIAHUNTER/i;

/** Texts that would do something if a card let them. */
export const LIVE: readonly string[] = [
  "<at>Ana</at>",
  '<at id="0">everyone</at>',
  "@everyone",
  "[click](https://evil.example)",
  "<https://evil.example|click>",
  "![x](https://evil.example/x.png)",
  '<a href="https://evil.example">x</a>',
  "https://evil.example/path",
  "**bold** _it_ `code` ~~gone~~",
  "# heading\n- list\n1. list\n> quote",
  '"},{"type":"Action.OpenUrl","title":"x","url":"https://evil.example"}',
  '","actions":[],"x":"',
  "{{DATE(2026-11-24T10:00:00Z, SHORT)}}",
  "{{TIME(2026-11-24T10:00:00Z)}}",
  "{{{DATE(2026-11-24T10:00:00Z)}}}",
  "{{#each x}}{{{this}}}{{/each}}",
  "${json('x')} @{triggerBody()} %{x}",
  "&lt;at&gt;Ana&lt;/at&gt;",
  "javascript:alert(1)",
];

const ODD = [
  "\u202Egnp.exe",
  "\u0000\u0007\u001B[31mred",
  "\uD83D",
  "\u{1F600}\u{1F469}\u200D\u{1F467}",
  "\u{10FFFF}",
  "漢字かな",
  '"\\"\\\\"',
  "\u2028\u2029",
  "\t\tindented\n    at x",
  `Z${"\u0301".repeat(300)}`,
  "",
] as const;

const piece = fc.oneof(
  fc.constantFrom(...LIVE),
  fc.constantFrom(...SECRETS),
  fc.constantFrom(...ODD),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.string({ unit: "grapheme", maxLength: 20 }),
);

const words = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(" "));

/** A short text, or one that goes on for up to 100 KB. */
const trace = fc.oneof(
  { weight: 3, arbitrary: fc.array(piece, { maxLength: 40 }).map((lines) => lines.join("\n")) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(piece, fc.constantFrom(" ", "\n", "\t\n\t"), fc.integer({ min: 1, max: 100_000 }))
      .map(([text, between, length]) => {
        const part = text + between;
        return part.repeat(Math.ceil(length / part.length));
      }),
  },
);

const line: fc.Arbitrary<DigestLine> = fc.record({
  tenant: fc.option(words),
  name: words,
  task_id: fc.option(words),
  runs: fc.nat(9),
  failures: fc.nat(9),
  status: fc.oneof(fc.constantFrom("failed", "succeeded"), words),
  sync_id: words,
  stopped_at: fc.constant(null),
  message: fc.option(trace),
});

const none = { total: 0, succeeded: 0, failed: 0, skipped: 0, cancelled: 0, other: 0 };

const digest: fc.Arbitrary<DigestEvent> = fc
  .record({ lines: fc.array(line, { maxLength: 25 }), name: fc.option(words), total: fc.nat(99) })
  .map(({ lines, name, total }) => ({
    event_type: "digest",
    status: "failed",
    since: "2024-11-11T10:00:00Z",
    seconds: 600,
    events: total,
    pipelines: { ...none, total, failed: total },
    runs: { ...none, total, failed: total },
    notices: 1,
    tenants: 2,
    ...(name === null ? {} : { tenant: { id: "tenant-1", name } }),
    lines,
  }));

const overdue: fc.Arbitrary<OverdueEvent> = fc.record({ name: words, id: words }).map((named) => ({
  event_type: "sync.overdue",
  status: "overdue",
  tenant: named,
  task: named,
  task_type: "pipeline",
  expected_at: "2024-11-11T10:00:00Z",
  grace_seconds: 900,
  last: { sync_id: named.id, status: named.name, stopped_at: null },
}));

const run: fc.Arbitrary<PostSync> = fc
  .record({ name: words, tenant: words, label: words, id: words, reason: words, trace })
  .chain((said) =>
    fc.constantFrom("succeeded", "failed", "skipped", said.id).map((status) => {
      const pipeline = examples["failure"] as PipelinePostSync;
      return {
        ...pipeline,
        status,
        tenant: { ...pipeline.tenant, name: said.tenant },
        task: {
          ...pipeline.task,
          name: said.name,
          extractor: { name: said.label },
          loader: { label: said.label },
        },
        sync: {
          ...pipeline.sync,
          id: said.id,
          termination_reason: said.reason,
          termination_message: said.trace,
        },
      };
    }),
  );

/** Any event whose every text is made to harm: mostly a run's, and Syncbell's own that quote such texts. */
export const hostileEvent: fc.Arbitrary<Event> = fc.oneof(
  { weight: 6, arbitrary: run },
  { weight: 2, arbitrary: digest },
  { weight: 1, arbitrary: overdue },
);
