import { sensitive, httpUrl, requestHeaders, verbatim } from "@syncbell/core";
import { z } from "zod";
import { type Compiled, type CompileProblem, type Template, compile } from "./template/compile.ts";
import { type Format, formatOf } from "./template/format.ts";
import { faultOnExamples } from "./template/rehearse.ts";

/** A request to any HTTP service, with a body made by a template. */
export interface RequestConfig {
  readonly preset?: undefined;
  readonly url: string;
  readonly method: "POST" | "PUT" | "PATCH";
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly content_type?: string | undefined;
  readonly template: unknown;
}

const CONTENT_TYPE = /^[\w.+-]+\/[\w.+-]+(?: ?; ?[\w.+-]+=(?:[\w.+-]+|"[\w .+-]*"))*$/;

const shape = z.strictObject({
  preset: z.undefined().optional(),
  url: sensitive(httpUrl).describe("Where to send to."),
  method: z.enum(["POST", "PUT", "PATCH"]).default("POST"),
  headers: requestHeaders.describe("Sent with every request.").optional(),
  content_type: z
    .string()
    .regex(CONTENT_TYPE, { error: 'must be a content type, like "application/json"' })
    .describe("Of the body; it decides how values are escaped in a text template.")
    .optional(),
  template: verbatim(z.unknown()).describe(
    "The body, in Handlebars. A list or an object is filled leaf by leaf and sent as JSON; text is filled as text.",
  ),
});

/** Told of its template's mistakes whatever else is wrong with a config. */
export const requestConfig: z.ZodType<RequestConfig> = shape.superRefine(checkTemplate, {
  when: ({ value }) => typeof value === "object" && value !== null && "template" in value,
});

function checkTemplate(config: z.output<typeof shape>, context: z.RefinementCtx): void {
  const contentType = contentTypeOf(config);
  const format = formatOf(contentType);
  const kind = typeof config.template;
  const compiled = compiledOf(config, format ?? "plain");
  if (!compiled.ok) tell(compiled.problems, "template", context);
  if (!CONTENT_TYPE.test(contentType)) return;
  if (format === undefined && kind === "string") {
    const message =
      "must be JSON, XML, text/html, text/plain or application/x-www-form-urlencoded, for which Syncbell can escape values";
    tell([{ path: [], message }], "content_type", context);
  } else if (format !== "json" && kind === "object") {
    const message = 'must be "application/json" or end in "+json": the template is JSON';
    tell([{ path: [], message }], "content_type", context);
  } else if (compiled.ok) tell(faultOnExamples(compiled.template), "template", context);
}

function tell(problems: readonly CompileProblem[], field: string, context: z.RefinementCtx): void {
  for (const { path, message } of problems) {
    context.addIssue({ code: "custom", path: [field, ...path], message });
  }
}

/** The content type given, or the one that a template speaks for. */
export function contentTypeOf(config: {
  readonly template?: unknown;
  readonly content_type?: string | undefined;
}): string {
  if (config.content_type !== undefined) return config.content_type;
  return typeof config.template === "string" && !looksLikeJson(config.template)
    ? "text/plain; charset=utf-8"
    : "application/json";
}

/** So that a forgotten content type does not let values break out of their quotes. */
function looksLikeJson(text: string): boolean {
  return /^\s*(?:\{\s*"|\[\s*["{[])/.test(text.replace(/\{\{[^{}]*\}\}/g, ""));
}

const known = new WeakMap<object, Compiled>();

/** Compiles the template of a config, once. */
function compiledOf(config: { readonly template?: unknown }, format: Format): Compiled {
  const before = known.get(config);
  if (before) return before;
  const compiled = compile(config.template, format);
  known.set(config, compiled);
  return compiled;
}

/** The checked template of a config. Throws for a config that its schema would have refused. */
export function templateOf(config: RequestConfig): Template {
  const compiled = compiledOf(config, formatOf(contentTypeOf(config)) ?? "plain");
  if (!compiled.ok) throw new Error("the template was not checked");
  return compiled.template;
}
