import type { Json, Notification } from "@syncbell/core";
import type { Template, Tree } from "./compile.ts";
import { type Evaluation, evaluate, type Sink, valueOf } from "./evaluate.ts";
import { ESCAPES } from "./format.ts";
import { jsonSink } from "./json-sink.ts";
import { startMeter } from "./meter.ts";
import { startReader } from "./reader.ts";
import { cleanTexts, viewOf } from "./view.ts";

/** A filled template: text to be sent as it is, or a list or an object to be sent as JSON. */
export interface Filled {
  readonly body: Json;
  /** The fields that were to be shown and that the event has not got, as they are written. */
  readonly missing: readonly string[];
}

/** Of the fields that are missing, how many are told. */
const MOST_TOLD = 10;

/**
 * Fills a template with what a notification says. Values come through as they are, but for secrets;
 * a missing one is empty. Throws a `TemplateFailure` where a bound is passed or where a text that is
 * to be JSON is none.
 */
export function fill(template: Template, notification: Notification): Filled {
  const meter = startMeter();
  const missing = new Set<string>();
  const evaluation: Evaluation = {
    root: viewOf(notification),
    reader: startReader(meter, cleanTexts(notification)),
    meter,
    missing: (written) => void (missing.size < MOST_TOLD && missing.add(written)),
  };
  const body =
    template.kind === "tree" ? fillTree(template.tree, evaluation) : fillText(template, evaluation);
  return { body, missing: [...missing] };
}

function fillTree(tree: Tree, evaluation: Evaluation): Json {
  const { meter, reader } = evaluation;
  meter.step();
  switch (tree.kind) {
    case "plain":
      return tree.value;
    case "list":
      return tree.items.map((item) => fillTree(item, evaluation));
    case "object":
      return Object.fromEntries(
        tree.fields.map(([name, value]) => [name, fillTree(value, evaluation)]),
      );
    case "leaf": {
      const [only, ...others] = tree.program;
      if (only?.kind !== "value" || others.length > 0) return fillLeaf(tree.program, evaluation);
      const value = valueOf(only.value, evaluation);
      const kept = value === undefined ? "" : reader.copy(value);
      meter.write(typeof kept === "string" ? kept : JSON.stringify(kept));
      return kept;
    }
  }
}

function fillLeaf(program: Extract<Tree, { kind: "leaf" }>["program"], evaluation: Evaluation) {
  const sink = textSink((text) => text, evaluation);
  evaluate(program, sink, evaluation);
  return sink.end();
}

function fillText(
  { program, format }: Extract<Template, { kind: "text" }>,
  evaluation: Evaluation,
): string {
  const { meter, reader } = evaluation;
  const sink = format === "json" ? jsonSink(reader, meter) : textSink(ESCAPES[format], evaluation);
  evaluate(program, sink, evaluation);
  return sink.end();
}

function textSink(
  escape: (text: string) => string,
  { meter, reader }: Evaluation,
): Sink & { end(): string } {
  let made = "";
  const add = (text: string): void => {
    meter.write(text);
    made += text;
  };
  return { text: add, value: (value) => add(escape(reader.text(value))), end: () => made };
}
