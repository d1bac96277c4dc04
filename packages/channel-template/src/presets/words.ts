import {
  type Fact,
  type Link,
  type Notification,
  type Tone,
  cut,
  cutMiddle,
  fitParts,
} from "@syncbell/core";
import { inert, plainLabel } from "./inert.ts";

/**
 * How many facts and links a preset shows, how much of each, and of the facts together, in UTF-16 units.
 * A recovery whose failure is told with it has fifteen facts.
 */
const MOST_FACTS = 15;
const LONGEST_FACTS = 3_000;
const LONGEST_LABEL = 40;
const LONGEST_VALUE = 300;
const MOST_LINKS = 5;
const LONGEST_URL = 1_000;

/** A notification as the presets say it: short whatever the event says, and nothing escaped yet. */
export interface Words {
  readonly title: string;
  readonly facts: readonly Fact[];
  readonly links: readonly Link[];
  /** What the run said when it ended, cut in the middle; empty where it said nothing. */
  readonly excerpt: (longest: number) => string;
}

export function wordsOf(notification: Notification, longestTitle: number): Words {
  const { title, test, facts, links, excerpt = "" } = notification;
  const marked = test && !title.startsWith("Test: ") ? `Test: ${title}` : title;
  return {
    title: cut(marked, longestTitle) || "Syncbell",
    facts: factsWithin(facts, LONGEST_FACTS),
    links: links
      .filter(({ url }) => url.length <= LONGEST_URL)
      .slice(0, MOST_LINKS)
      .map(({ label, url }) => ({ label: labelOf(label), url })),
    excerpt: (longest) => cutMiddle(excerpt, longest),
  };
}

/** The first are served first; each has something of its value. */
function factsWithin(facts: readonly Fact[], longest: number): readonly Fact[] {
  const shown = facts
    .filter(({ value }) => value.trim() !== "")
    .slice(0, MOST_FACTS)
    .map(({ label, value }) => ({ label: labelOf(label), value: cut(value, LONGEST_VALUE) }));
  const labels = shown.reduce((sum, { label }) => sum + label.length, 0);
  const parts = shown.map(({ value }, index) => ({ text: value, priority: index }));
  const values = fitParts(parts, longest - labels);
  return shown.map(({ label }, index) => ({ label, value: values[index] ?? "" }));
}

function labelOf(label: string): string {
  return cut(plainLabel(label), LONGEST_LABEL) || "-";
}

/** A text that is {@link inert}, made short enough to have at most `longest` UTF-16 units as it then is. */
export function inertWithin(text: (longest: number) => string, longest: number): string {
  const make = (length: number): string => inert(text(Math.floor(length)));
  const sizes = [longest, longest * 0.8, longest * 0.65, longest / 2];
  return firstThatFits(sizes, make, (made) => made.length, longest);
}

/** The colours of tones, as hexadecimal digits. */
export const COLOURS: Readonly<Record<Tone, string>> = {
  good: "2eb67d",
  bad: "d92d20",
  neutral: "98a2b3",
};

/** The first of several makings that measures no more than `most`; else the last one. */
export function firstThatFits<T>(
  sizes: readonly number[],
  make: (size: number) => T,
  measure: (made: T) => number,
  most: number,
): T {
  const [size = 0, ...smaller] = sizes;
  const made = make(size);
  return smaller.length === 0 || measure(made) <= most
    ? made
    : firstThatFits(smaller, make, measure, most);
}
