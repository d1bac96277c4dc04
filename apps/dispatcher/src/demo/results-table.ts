import type { DemoResult } from "./demo.ts";

/** What went where, as a table for a terminal: a row for each event, a column for each destination. */
export function resultsTable(results: readonly DemoResult[]): string {
  const destinations = [...new Set(results.map(({ destination }) => destination))];
  const events = [...new Set(results.map(({ event }) => event))];
  const rows = [
    ["event", ...destinations],
    ...events.map((event) => [
      event,
      ...destinations.map(
        (destination) =>
          results.find((one) => one.event === event && one.destination === destination)?.result ??
          "–",
      ),
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("   ")
      .trimEnd(),
  );
  const rule = widths.map((width) => "─".repeat(width)).join("   ");
  return [lines[0], rule, ...lines.slice(1), ""].join("\n");
}
