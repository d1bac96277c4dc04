/**
 * Escapes the three characters that Slack reads as control characters in a text, which takes the
 * life out of mentions, links and dates alike: `<!channel>` is then only text.
 */
export function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
