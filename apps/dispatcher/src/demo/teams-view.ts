import { escapeHtml, linkButton } from "./html.ts";
import { type JsonView, parseJson, viewOf } from "./json-view.ts";

/** The card of a Workflows payload, or undefined where the workflow would fail on it. */
export function teamsCard(body: string): JsonView | undefined {
  const payload = viewOf(parseJson(body));
  const [attachment] = payload.list("attachments");
  const card = attachment?.at("content");
  return payload.text("type") === "message" && card?.text("type") === "AdaptiveCard"
    ? card
    : undefined;
}

/** An Adaptive Card as Teams would show it, as far as Syncbell's cards go. */
export function teamsHtml(body: string): string {
  const card = teamsCard(body);
  if (!card) return "";
  const actions = card
    .list("actions")
    .map((action) => linkButton(action.text("title"), action.text("url")));
  return `<div class="card">${card.list("body").map(elementHtml).join("")}${
    actions.length === 0 ? "" : `<p>${actions.join(" ")}</p>`
  }</div>`;
}

function elementHtml(element: JsonView): string {
  switch (element.text("type")) {
    case "RichTextBlock":
      return `<p>${element.list("inlines").map(runHtml).join("")}</p>`;
    case "Container": {
      const style = ["good", "attention"].find((known) => known === element.text("style"));
      return `<div class="container ${style ?? "plain"}">${element.list("items").map(elementHtml).join("")}</div>`;
    }
    case "ColumnSet":
      return `<div class="columns">${element
        .list("columns")
        .map((column) => `<div>${column.list("items").map(elementHtml).join("")}</div>`)
        .join("")}</div>`;
    default:
      return "";
  }
}

function runHtml(run: JsonView): string {
  const classes = [
    run.text("weight") === "Bolder" ? "bold" : "",
    run.text("fontType") === "Monospace" ? "mono" : "",
    run.text("color") === "Attention" ? "bad" : "",
    run.text("color") === "Good" ? "good" : "",
  ];
  return `<span class="${classes.join(" ").trim()}">${escapeHtml(run.text("text"))}</span>`;
}
