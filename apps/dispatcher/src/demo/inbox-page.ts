import { escapeHtml } from "./html.ts";
import type { Received } from "./received.ts";
import { slackHtml } from "./slack-view.ts";
import { teamsHtml } from "./teams-view.ts";

/** The page: what each receiver got, the newest first, as it would look there. */
export function inboxPage(received: readonly Received[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Inbox · Syncbell demo</title>
<link rel="stylesheet" href="/inbox.css">
<script src="/inbox.js" defer></script>
</head>
<body>
<header>
<h1>Inbox</h1>
<p>What the receivers of the demo got, the newest first. New messages appear by themselves.</p>
</header>
<main id="messages" aria-live="polite">${messageList(received)}</main>
</body>
</html>
`;
}

/** The list of messages alone, for the page to put in place of the old one. */
export function messageList(received: readonly Received[]): string {
  const receivers = new Map<string, Received[]>();
  for (const message of received.toSorted((a, b) => a.name.localeCompare(b.name))) {
    const key = `${message.receiver}/${message.name}`;
    receivers.set(key, [...(receivers.get(key) ?? []), message]);
  }
  if (receivers.size === 0) return `<p class="empty">Nothing yet.</p>`;
  return [...receivers.values()]
    .map((messages) => {
      const [first] = messages;
      if (!first) return "";
      const { title, service, show } = LOOKS[first.receiver];
      return `<section class="${first.receiver}">
<h2>${escapeHtml(title(first.name))} <small>${service} · ${messages.length}</small></h2>
${messages.map(show).join("\n")}
</section>`;
    })
    .join("\n");
}

interface Look {
  readonly title: (name: string) => string;
  readonly service: string;
  readonly show: (message: Received) => string;
}

const LOOKS: Readonly<Record<Received["receiver"], Look>> = {
  slack: {
    title: (name) => `# ${name}`,
    service: "Slack",
    show: ({ at, body }) => chatMessage(at, slackHtml(body)),
  },
  teams: {
    title: (name) => name,
    service: "Microsoft Teams",
    show: ({ at, body }) => chatMessage(at, teamsHtml(body)),
  },
  http: { title: (name) => `POST /${name}`, service: "HTTP receiver", show: httpMessage },
};

function chatMessage(at: Date, shown: string): string {
  return `<article>
<div class="avatar" aria-hidden="true">S</div>
<div class="said"><p class="who"><b>Syncbell</b> <span class="app">APP</span> ${time(at)}</p>
${shown}</div>
</article>`;
}

const SHOWN_HEADERS = ["content-type", "webhook-id", "webhook-timestamp", "webhook-signature"];

function httpMessage({ at, headers, body, signed }: Received): string {
  const rows = SHOWN_HEADERS.map(
    (name) => `<dt>${name}</dt><dd>${escapeHtml(headers[name] ?? "not sent")}</dd>`,
  ).join("");
  const verdict = signed
    ? `<span class="good">signature fits</span>`
    : `<span class="bad">signature does not fit</span>`;
  return `<article>
<p class="who">${time(at)} ${verdict} · ${Buffer.byteLength(body)} bytes</p>
<dl>${rows}</dl>
<details><summary>Body</summary><pre>${escapeHtml(body)}</pre></details>
</article>`;
}

function time(at: Date): string {
  return `<time datetime="${at.toISOString()}">${at.toISOString().slice(11, 19)} UTC</time>`;
}

/** Looks for new messages, and puts them in place only when there are some: open details stay open. */
export const INBOX_SCRIPT: string = `const list = document.getElementById("messages");
let shown;
setInterval(async () => {
  const response = await fetch("/messages").catch(() => undefined);
  if (!response?.ok) return;
  const text = await response.text();
  if (shown !== undefined && text !== shown) list.innerHTML = text;
  shown = text;
}, 1000);
`;
