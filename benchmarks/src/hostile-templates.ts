// Do templates that are made to be slow delay other destinations? Those that are refused when the config
// is read can't be here; these are the ones that are not, each at a destination of its own.
import { compare } from "./compare.ts";
import { receiver } from "./receiver.ts";
import type { BenchDestination } from "./run-dispatcher.ts";

const loop = (depth: number, inner: string): string =>
  "{{#each task.extractor.capabilities}}".repeat(depth) + inner + "{{/each}}".repeat(depth);

const HOSTILE: Readonly<Record<string, unknown>> = {
  loops: loop(5, "{{this}}"),
  output: loop(4, "x".repeat(250)),
  paths: loop(3, "{{task.extractor.a.b.c.d.e.f.g}}"),
  json: loop(3, "{{json task}}"),
  leaves: Array.from({ length: 140 }, () => "{{task.name}} {{line}}"),
  prototype: "{{constructor.constructor}} {{__proto__.toString}}",
};

const isPlain = process.argv[2] === "plain";
const sink = await receiver("answers");
await compare(
  `${Object.keys(HOSTILE).length} ${isPlain ? "plain" : "hostile"} templates`,
  Object.entries(HOSTILE).map(([id, hostile]): BenchDestination => {
    const template = isPlain ? "{{title}}" : hostile;
    return {
      id,
      channel: "template",
      config: {
        url: sink.url,
        template,
        ...(typeof template === "string" ? { content_type: "text/plain" } : {}),
      },
    };
  }),
);
await sink.close();
