import type * as Library from "adaptivecards";
import type MarkdownIt from "markdown-it";

/** What a person gets to see of a card, and what it would do. */
export interface RenderedCard {
  /** What the renderer threw, or has against the card. */
  readonly complaints: readonly string[];
  /** All the text that can be seen. */
  readonly text: string;
  /** The elements and attributes that are more than text in boxes and buttons. */
  readonly live: readonly string[];
  /** What stands out of the card at the sides, with the width of the card in pixels. */
  readonly outside: readonly string[];
  /** What clicks on everything set off. */
  readonly actions: readonly { readonly title: string; readonly url: string }[];
}

interface Box {
  readonly left: number;
  readonly right: number;
}

/** Of an element, what is used here: with a browser's types, all other files would seem to run in one. */
interface Element {
  readonly tagName: string;
  readonly innerText: string;
  readonly style: { width: string; overflowWrap: string };
  append(child: Element): void;
  click(): void;
  closest(selector: string): Element | null;
  getAttribute(name: string): string | null;
  getAttributeNames(): readonly string[];
  getBoundingClientRect(): Box;
  getClientRects(): Iterable<Box>;
  querySelectorAll(selector: string): Iterable<Element>;
}

interface Shown {
  readonly elements: readonly Element[];
  readonly complaints: readonly string[];
  readonly actions: RenderedCard["actions"];
}

declare const document: { readonly body: Element; createElement(name: string): Element };
declare const AdaptiveCards: typeof Library;
declare const markdownit: typeof MarkdownIt;

/** Has the renderer read Markdown wherever it can, with links, images and HTML. Runs in the page. */
export function processMarkdown(): void {
  const markdown = markdownit({ html: true, linkify: true });
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = markdown.render(text);
    result.didProcess = true;
  };
}

/**
 * Renders cards one below the other, leaves them there, and says what became of each. Runs in the page,
 * so all that it calls is inside. Cards come and go as JSON texts: objects would take longer than all else.
 */
export function renderCards([json, widths]: readonly [string, readonly number[]]): string {
  const TAGS = new Set(["DIV", "SPAN", "BR", "BUTTON"]);
  const ATTRIBUTES = new Set(
    "class style type title role tabindex aria-hidden aria-label".split(" "),
  );
  const { AdaptiveCard, OpenUrlAction, SerializationContext, Version } = AdaptiveCards;

  const livePartsOf = (element: Element): readonly string[] => {
    const tag = element.tagName.toLowerCase();
    const attributes = element
      .getAttributeNames()
      .map((name) => [name, element.getAttribute(name) ?? ""] as const)
      .filter(([name, value]) => !ATTRIBUTES.has(name) || /url\(/i.test(value));
    return [
      ...(TAGS.has(element.tagName) ? [] : [tag]),
      ...attributes.map(([name, value]) => `${tag} ${name}=${value}`),
    ];
  };

  const show = (source: { readonly version: string }): Shown => {
    const actions: { title: string; url: string }[] = [];
    try {
      const version = Version.parse(source.version, new SerializationContext());
      const context = new SerializationContext(version);
      const card = new AdaptiveCard();
      card.onExecuteAction = (action) => {
        const url = action instanceof OpenUrlAction ? action.url : action.getJsonTypeName();
        actions.push({ title: action.title ?? "", url: url ?? "" });
      };
      card.parse(source, context);
      const events = Array.from({ length: context.eventCount }, (_, at) => context.getEventAt(at));
      events.push(...card.validateProperties().validationEvents);
      const complaints = events.map((event) => event?.message ?? "");
      const root: Element | undefined = card.render();
      if (!root) throw new Error("nothing was rendered");
      pane.append(root);
      return { elements: [root, ...root.querySelectorAll("*")], complaints, actions };
    } catch (error) {
      return { elements: [], complaints: [String(error)], actions };
    }
  };

  const standingOut = (shown: readonly Shown[], width: number): readonly (readonly string[])[] => {
    pane.style.width = `${width}px`;
    const { left, right } = pane.getBoundingClientRect();
    const isOutside = (box: Box): boolean => box.left < left - 1 || box.right > right + 1;
    return shown.map(({ elements }) =>
      elements
        .filter((element) => [...element.getClientRects()].some(isOutside))
        .map(({ innerText }) => `${width}: ${innerText.slice(0, 80)}`),
    );
  };

  const click = (element: Element): void => {
    const isInButton = element.tagName !== "BUTTON" && element.closest("button") !== null;
    // A click on what is live may lead out of the page.
    if (TAGS.has(element.tagName) && !isInButton) element.click();
  };

  const pane = document.createElement("div");
  // Teams' part: of itself the renderer breaks a long word in a TextBlock, and not in a RichTextBlock.
  pane.style.overflowWrap = "break-word";
  document.body.append(pane);
  const shown = (JSON.parse(json) as readonly { readonly version: string }[]).map(show);
  // All of them at one width before the next: a layout for each would take long.
  const outside = widths.map((width) => standingOut(shown, width));
  const rendered = shown.map(({ elements, complaints, actions }, index): RenderedCard => {
    for (const element of elements) click(element);
    return {
      complaints,
      text: elements[0]?.innerText ?? "",
      live: elements.flatMap(livePartsOf),
      outside: outside.flatMap((ofWidth) => ofWidth[index] ?? []),
      actions,
    };
  });
  return JSON.stringify(rendered);
}
