import type { Json } from "@syncbell/core";

/** What a body is, as far as it decides how values are put into it. */
export type Format = "json" | "form" | "markup" | "plain";

/** The format of a content type; undefined for one that Syncbell knows no escaping for. */
export function formatOf(contentType: string): Format | undefined {
  const essence = (contentType.split(";", 1)[0] ?? "").trim().toLowerCase();
  if (/^application\/(?:[\w.+-]+\+)?json$/.test(essence)) return "json";
  if (essence === "application/x-www-form-urlencoded") return "form";
  if (/^(?:text\/html|(?:text|application)\/(?:[\w.+-]+\+)?xml)$/.test(essence)) return "markup";
  return essence === "text/plain" ? "plain" : undefined;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#x27;",
  "`": "&#x60;",
  "=": "&#x3D;",
};

/** Puts a text into a body of a format so that it stays text. JSON has a sink of its own. */
export const ESCAPES: Readonly<Record<Exclude<Format, "json">, (text: string) => string>> = {
  form: (text) => encodeURIComponent(text.toWellFormed()),
  markup: (text) =>
    text
      .toWellFormed()
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
      .replace(/[&<>"'`=]/g, (sign) => ENTITIES[sign] ?? ""),
  plain: (text) => text,
};

/** A value as JSON that JavaScript can read too, which takes two line ends that JSON does not mind. */
export function jsonOf(value: Json): string {
  return JSON.stringify(value)
    .replaceAll("\u2028", String.raw`\u2028`)
    .replaceAll("\u2029", String.raw`\u2029`);
}
