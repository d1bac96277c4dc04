import { LOOPBACK } from "./config-file.ts";

/**
 * A config with HTTP destinations at the paths of a receiver: by id, with what else stands in the entry,
 * as YAML.
 */
export function destinationsAt(
  url: string,
  destinations: Readonly<Record<string, string>>,
): string {
  const entries = Object.entries(destinations).map(
    ([id, more]) =>
      `  - { id: ${id}, channel: http, config: { url: "${url}/${id}" }${more && `, ${more}`} }\n`,
  );
  return `${LOOPBACK}destinations:\n${entries.join("")}`;
}
