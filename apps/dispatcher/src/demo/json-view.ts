/** A look into JSON that somebody sent: what is not there, or of another kind, is empty. */
export interface JsonView {
  /** The text at a name, or "". */
  text(name: string): string;
  /** The object at a name, or an empty one. */
  at(name: string): JsonView;
  /** The objects in the list at a name. */
  list(name: string): readonly JsonView[];
}

export function viewOf(value: unknown): JsonView {
  const field = (name: string): unknown =>
    typeof value === "object" && value !== null && Object.hasOwn(value, name)
      ? (value as Readonly<Record<string, unknown>>)[name]
      : undefined;
  return {
    text(name) {
      const found = field(name);
      return typeof found === "string" ? found : "";
    },
    at: (name) => viewOf(field(name)),
    list(name) {
      const found = field(name);
      return Array.isArray(found) ? found.map(viewOf) : [];
    },
  };
}

/** The JSON in a text, or undefined where there is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
