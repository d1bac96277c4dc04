import fc from "fast-check";
import Handlebars from "handlebars";
import { expect, test } from "vitest";
import { notificationFrom } from "../testing/events.ts";
import { filled } from "../testing/filled.ts";
import { MOST_BLOCKS } from "./compile.ts";
import { viewOf } from "./view.ts";

const data = {
  name: "outer <&>",
  count: 3,
  zero: 0,
  no: false,
  yes: true,
  nothing: null,
  empty: [],
  "odd name": "odd",
  words: ["x", "y", ""],
  list: [
    { name: "a", list: [{ name: "x" }] },
    { name: "b", nested: { name: "deep" } },
  ],
  nested: { name: "inner", count: 5, list: [{ name: "p" }], words: ["q"] },
};

const values = fc.constantFrom(
  "[odd name]",
  ..."name count words nested.name nested.words.[0] missing.deep ../name ../../count".split(" "),
  ..."./name this.nested.name @root.name @root.nested.name @index @key @first @last".split(" "),
  ..."@../index item item.name at this . zero no yes nothing empty list ../nested".split(" "),
);

/** What a block goes into: within a bare text or a false value, Handlebars has quirks of its own. */
const entered = fc.constantFrom(
  ..."list nested nested.list ../list @root.list @root.nested empty nothing missing".split(" "),
);

const strip = fc.constantFrom("", "~");

const leaf = fc.oneof(
  fc.constantFrom("text", " ", "\n", "\n  ", "<&\"'>`=", "{{! note }}"),
  fc.constantFrom(String.raw`\{{name}} `, String.raw`\\{{name}}`),
  fc.tuple(strip, values, strip).map(([open, to, close]) => `{{${open}${to}${close}}}`),
);

function block(name: string, to: string, body: string, otherwise: string | null): string {
  const other = otherwise === null ? "" : `{{else}}${otherwise}`;
  return `{{#${name} ${to}}}${body}${other}{{/${name}}}`;
}

/** A template of what is allowed, but for the helpers that Handlebars has not got. */
function template(depth: number): fc.Arbitrary<string> {
  const inner = depth === 0 ? leaf : template(depth - 1);
  const otherwise = fc.option(inner);
  const part = fc.oneof(
    { weight: 4, arbitrary: leaf },
    fc
      .tuple(fc.constantFrom("if", "unless"), values, inner, otherwise)
      .map(([name, to, body, other]) => block(name, to, body, other)),
    fc
      .tuple(entered, fc.constantFrom("", " as |item|", " as |item at|"), inner, otherwise)
      .map(([to, as, body, other]) => block("each", `${to}${as}`, body, other)),
    fc
      .tuple(entered, fc.constantFrom("", " as |item|"), inner, otherwise)
      .map(([to, as, body, other]) => block("with", `${to}${as}`, body, other)),
    fc
      .tuple(fc.constantFrom("words", "../words", "nested.words"), leaf, otherwise)
      .map(([to, body, other]) => block("each", to, body, other)),
  );
  return fc.array(part, { maxLength: 3 }).map((parts) => parts.join(""));
}

const notification = notificationFrom({ event_type: "made", status: "done", ...data });
const view = viewOf(notification);

/** Lists and objects as a whole are shown as JSON by us; here Handlebars is brought to do so too. */
function sayingJson<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const inner of Object.values(value)) sayingJson(inner);
  return Object.defineProperty(value, "toString", {
    value: () => JSON.stringify(value),
    configurable: true,
  });
}

test("what is allowed means what it means in Handlebars", () => {
  const shown = sayingJson(view);
  fc.assert(
    fc.property(template(3), (text) => {
      fc.pre(text.split(/\{\{(?:#|else)/).length <= MOST_BLOCKS);
      const theirs = Handlebars.compile(`.${text}`)(shown);
      expect(filled(`.${text}`, notification, "text/html")).toBe(theirs);
    }),
    { numRuns: 1_500 },
  );
});
