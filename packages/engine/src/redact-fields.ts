import { isSecretName } from "./quote.ts";

/** How deep the fields of a log line may nest; what lies deeper is left out. */
const DEEPEST = 8;

/** The fields of a log line with secrets masked: in texts, in names, and where the name tells. */
export function redactFields(
  value: unknown,
  redact: (text: string) => string,
  levels: number = DEEPEST,
): unknown {
  if (typeof value === "string") return redact(value);
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (levels === 0) return "…";
  if (Array.isArray(value)) return value.map((each) => redactFields(each, redact, levels - 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      redact(name),
      isSecretName(name) ? "***" : redactFields(inner, redact, levels - 1),
    ]),
  );
}
