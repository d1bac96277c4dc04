import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser } from "playwright-core";
import { type RenderedCard, processMarkdown, renderCards } from "./render-in-browser.ts";

/** A page of a browser that shows cards, and is kept from everything else. */
export interface CardPage {
  /** Renders cards at these widths, in pixels. */
  render(cards: readonly object[], widths: readonly number[]): Promise<readonly RenderedCard[]>;
  /** What the page did by itself since it was last asked: requests, dialogs, errors. None is answered. */
  deeds(): Promise<readonly string[]>;
}

/** How many cards the page is given at once. */
const BATCH = 100;

const AFTER_ALL_OTHERS = "https://after-all-others.invalid/";

/** Opens a page with Microsoft's own renderer, read from its package. */
export async function openCardPage(browser: Browser): Promise<CardPage> {
  const page = await browser.newPage();
  const deeds: string[] = [];
  page.on("dialog", async (dialog) => {
    deeds.push(`dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  page.on("pageerror", ({ message }) => deeds.push(`error: ${message}`));
  await page.route("**/*", async (route) => {
    deeds.push(`request: ${route.request().url()}`);
    await route.abort();
  });
  await page.addStyleTag({ content: contentOf("adaptivecards/dist/adaptivecards.css") });
  await page.addScriptTag({ content: contentOf("adaptivecards/dist/adaptivecards.min.js") });
  await page.addScriptTag({ content: contentOf("markdown-it/browser") });
  await page.evaluate(processMarkdown);
  return {
    async render(cards, widths) {
      const rendered: RenderedCard[] = [];
      for (let start = 0; start < cards.length; start += BATCH) {
        const batch = JSON.stringify(cards.slice(start, start + BATCH));
        const answer = await page.evaluate(renderCards, [batch, widths] as const);
        rendered.push(...(JSON.parse(answer) as RenderedCard[]));
      }
      return rendered;
    },
    async deeds() {
      // Requests are seen in the order in which the page makes them: so this one is seen last.
      await page.evaluate(`fetch("${AFTER_ALL_OTHERS}").catch(() => undefined)`);
      return deeds.splice(0).filter((deed) => !deed.includes(AFTER_ALL_OTHERS));
    },
  };
}

function contentOf(file: string): string {
  return readFileSync(createRequire(import.meta.url).resolve(file), "utf8");
}
