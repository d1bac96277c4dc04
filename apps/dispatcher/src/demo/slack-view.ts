import { escapeHtml, linkButton } from "./html.ts";
import { type JsonView, parseJson, viewOf } from "./json-view.ts";

/** A payload as Slack would show it: its blocks where it has some, else its text. */
export function slackHtml(body: string): string {
  const payload = viewOf(parseJson(body));
  const blocks = payload.list("blocks");
  const attachments = payload.list("attachments");
  if (blocks.length === 0 && attachments.length === 0) {
    return `<p class="text">${mrkdwn(payload.text("text"))}</p>`;
  }
  return blocks.map(blockHtml).join("") + attachments.map(attachmentHtml).join("");
}

function attachmentHtml(attachment: JsonView): string {
  // A colour goes into a name of a class, never into a style: a page takes no styles from messages.
  const tone = { "#e01e5a": "failed", "#2eb67d": "succeeded" }[attachment.text("color")] ?? "other";
  return `<div class="attachment ${tone}">${attachment.list("blocks").map(blockHtml).join("")}</div>`;
}

function blockHtml(block: JsonView): string {
  switch (block.text("type")) {
    case "header":
      return `<h3>${textHtml(block.at("text"))}</h3>`;
    case "context":
      return `<p class="quiet">${block.list("elements").map(textHtml).join(" ")}</p>`;
    case "section":
      return sectionHtml(block);
    case "rich_text":
      return block.list("elements").map(richHtml).join("");
    case "actions":
      return `<p>${block.list("elements").map(buttonHtml).join(" ")}</p>`;
    default:
      return "";
  }
}

function sectionHtml(block: JsonView): string {
  const text = block.at("text").text("text");
  const fields = block.list("fields").map((field) => `<span>${textHtml(field)}</span>`);
  return (
    (text === "" ? "" : `<p>${textHtml(block.at("text"))}</p>`) +
    (fields.length === 0 ? "" : `<p class="fields">${fields.join("")}</p>`)
  );
}

function richHtml(element: JsonView): string {
  const text = escapeHtml(
    element
      .list("elements")
      .map((part) => part.text("text"))
      .join(""),
  );
  return element.text("type") === "rich_text_preformatted"
    ? `<pre>${text}</pre>`
    : `<p>${text}</p>`;
}

function buttonHtml(button: JsonView): string {
  return linkButton(button.at("text").text("text"), button.text("url"));
}

function textHtml(text: JsonView): string {
  const value = text.text("text");
  if (text.text("type") !== "mrkdwn") return escapeHtml(value);
  const bold = /^\*([^*]+)\*$/.exec(value)?.[1];
  return bold === undefined ? mrkdwn(value) : `<b>${escapeHtml(bold)}</b>`;
}

/** A text with Slack's control sequences read: what stands in unescaped angle brackets calls somebody. */
function mrkdwn(text: string): string {
  return text
    .split(/(<[@!][^>]{1,100}>)/)
    .map((part) => {
      const called = /^<[@!](?:subteam\^)?([^>]+)>$/.exec(part)?.[1];
      if (called !== undefined) return `<mark>@${escapeHtml(called)}</mark>`;
      return escapeHtml(unescaped(part));
    })
    .join("");
}

function unescaped(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
