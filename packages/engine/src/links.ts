import type { Link } from "@syncbell/core";
import { candidatesAt } from "./field-path.ts";

/** A link of the configuration: its name, and a URL with `{{path}}` where the event's values go. */
export interface LinkTemplate {
  readonly name: string;
  readonly template: string;
}

const PLACE = /\{\{\s*([\w.-]{1,200})\s*\}\}/g;

/**
 * Fills the templates with values of an event, percent-encoded. A link with a value that is missing
 * or no text, number or boolean is left out: it would lead nowhere.
 */
export function fillLinks(templates: readonly LinkTemplate[], event: unknown): readonly Link[] {
  return templates.flatMap(({ name, template }) => {
    let complete = true;
    const url = template.replace(PLACE, (_, path: string) => {
      const value = candidatesAt(event, path.split("."))[0]?.value;
      if (typeof value === "string" && value !== "")
        return encodeURIComponent(value.toWellFormed());
      if (typeof value === "number" || typeof value === "boolean") return String(value);
      complete = false;
      return "";
    });
    return complete ? [{ label: name, url }] : [];
  });
}
