/** Breaks what a reader's program would find, and is not seen. */
const BREAK = "\u200b";

const ACTING =
  /<(?=\S)|:(?=\/\/)|(?<=mailto|tel|sms|javascript|data):(?=\S)|(?<=[\p{L}\p{N}_-])\.(?=\p{L})|@(?=[\p{L}\p{N}_-])/giu;

/**
 * Takes the life out of a text for a service that has no way to quote one: addresses, domains,
 * mentions and tags are broken by a character without width, so that no program takes them for such.
 */
export function inert(text: string): string {
  return text.replace(ACTING, (sign) => sign + BREAK);
}

/** A text between back-quotes, on one line: services that know Markdown read nothing in it. */
export function codeSpan(text: string): string {
  return `\`${withoutBackquotes(text.replace(/\s+/g, " "))}\``;
}

/** A text over several lines in a block of code. */
export function codeBlock(text: string): string {
  return `\`\`\`\n${withoutBackquotes(text)}\n\`\`\``;
}

/** The look of a back-quote without its meaning. */
function withoutBackquotes(text: string): string {
  return text.replaceAll("`", "\u02cb");
}

/** A label that Syncbell or the configuration made, without what Markdown or HTML would read in it. */
export function plainLabel(label: string): string {
  return label.replace(/[^\p{L}\p{N} ()-]/gu, "").trim();
}
