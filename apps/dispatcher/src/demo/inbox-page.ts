import { type Received, slackText } from "./received.ts";

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
      const slack = first.receiver === "slack";
      const title = slack ? `# ${first.name}` : `POST /${first.name}`;
      const service = slack ? "Slack" : "HTTP receiver";
      const shown = messages.map(slack ? slackMessage : httpMessage).join("\n");
      return `<section class="${first.receiver}">
<h2>${escapeHtml(title)} <small>${service} · ${messages.length}</small></h2>
${shown}
</section>`;
    })
    .join("\n");
}

function slackMessage({ at, body }: Received): string {
  // Slack shows the three characters that it wants escaped, and reads nothing else of a plain text.
  const text = (slackText(body) ?? "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
  return `<article>
<div class="avatar" aria-hidden="true">S</div>
<div><p class="who"><b>Syncbell</b> <span class="app">APP</span> ${time(at)}</p>
<p class="text">${escapeHtml(text)}</p></div>
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

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
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

export const INBOX_STYLE: string = `:root { color-scheme: light dark; --line: light-dark(#ddd, #3a3d42); --quiet: light-dark(#616061, #a3a6ab);
  --card: light-dark(#fff, #1f2126); --page: light-dark(#f6f6f4, #15171a); --good: light-dark(#00693e, #5fd3a0); --bad: light-dark(#b3261e, #ff8f87); }
* { box-sizing: border-box; }
body { margin: 0; padding: 2rem clamp(1rem, 5vw, 4rem); font: 15px/1.5 system-ui, sans-serif; background: var(--page); }
header, main { max-width: 62rem; margin: 0 auto; }
h1 { margin: 0; font-size: 1.6rem; }
header p, small, time, .empty { color: var(--quiet); }
section { margin: 1.5rem 0; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
h2 { margin: 0; padding: .7rem 1rem; font-size: 1rem; border-bottom: 1px solid var(--line); }
h2 small { font-weight: normal; margin-left: .5rem; }
article { padding: .7rem 1rem; }
article + article { border-top: 1px solid var(--line); }
p { margin: 0; overflow-wrap: anywhere; }
.slack article { display: grid; grid-template-columns: 36px minmax(0, 1fr); gap: .6rem; }
.avatar { width: 36px; height: 36px; border-radius: 8px; background: #4a154b; color: #fff; display: grid; place-items: center; font-weight: 700; }
.app { font-size: .65rem; font-weight: 700; padding: 0 .25rem; border-radius: 3px; background: var(--line); vertical-align: middle; }
time { font-size: .8rem; }
.good { color: var(--good); } .bad { color: var(--bad); }
.http .who { font-size: .9rem; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0 1rem; margin: .4rem 0; font: 13px/1.6 ui-monospace, monospace; }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }
summary { cursor: pointer; }
pre { margin: .4rem 0 0; padding: .7rem; max-height: 24rem; overflow: auto; background: var(--page); border-radius: 6px; font: 12px/1.5 ui-monospace, monospace; }
@media (max-width: 40rem) { body { padding: 1rem; } dl { grid-template-columns: 1fr; } dt { margin-top: .4rem; } }
`;
