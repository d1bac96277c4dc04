import { type Link, cut } from "@syncbell/core";
import { type Button, plain } from "./layout.ts";

/** Slack's limits, in characters and pieces, from its reference on buttons; read in November 2026. */
const LONGEST_TEXT = 75;
const LONGEST_URL = 3000;
const MOST_BUTTONS = 25;

/** What all buttons may come to as JSON: one with the longest URL, or two dozen short ones. */
const ROOM = 3500;

/**
 * Buttons to the places that a notification links to, in its order, as far as there is room. Places
 * that are not an absolute http(s) URL are left out.
 */
export function buttonsFor(links: readonly Link[]): readonly Button[] {
  const buttons: Button[] = [];
  let room = ROOM;
  for (const { label, url } of links) {
    const target = URL.canParse(url) ? new URL(url) : undefined;
    // Slack divides an address from its label by a bar, which a URL may hold as it is.
    const href = target?.href.replaceAll("|", "%7C") ?? "";
    if (!target || !/^https?:$/.test(target.protocol) || href.length > LONGEST_URL) continue;
    const text = plain(cut(`Open ${label.trim() || target.host}`, LONGEST_TEXT));
    const button: Button = { type: "button", text, url: href };
    room -= JSON.stringify(button).length;
    if (room < 0 || buttons.length === MOST_BUTTONS) break;
    buttons.push(button);
  }
  return buttons;
}
