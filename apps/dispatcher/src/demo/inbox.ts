import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express, { type Express } from "express";
import { Webhook } from "standardwebhooks";
import { INBOX_SCRIPT, inboxPage, messageList } from "./inbox-page.ts";
import { INBOX_STYLE } from "./inbox-style.ts";
import { parseJson, viewOf } from "./json-view.ts";
import type { Received } from "./received.ts";
import { teamsCard } from "./teams-view.ts";

/** A stand-in for Slack and for somebody's own system, with a page that shows what they got. */
export interface Inbox {
  readonly url: string;
  stop(): Promise<void>;
}

/** How many messages the page remembers. */
const MOST_MESSAGES = 200;

/** Starts an inbox on a free port. It checks signatures with the secret, as a receiver would. */
export async function startInbox(signingSecret: string): Promise<Inbox> {
  const received: Received[] = [];
  const keep = (message: Received): void => {
    received.unshift(message);
    received.length = Math.min(received.length, MOST_MESSAGES);
  };
  const server = createServer(inboxApp(received, keep, new Webhook(signingSecret)));
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function inboxApp(
  received: readonly Received[],
  keep: (message: Received) => void,
  webhook: Webhook,
): Express {
  const app = express();
  app.disable("x-powered-by");
  app.use((_, response, next) => {
    response.set({
      "content-security-policy":
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'",
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
    });
    next();
  });
  app.get("/", (_, response) => void response.type("html").send(inboxPage(received)));
  app.get("/messages", (_, response) => void response.type("html").send(messageList(received)));
  app.get("/inbox.css", (_, response) => void response.type("css").send(INBOX_STYLE));
  app.get("/inbox.js", (_, response) => void response.type("js").send(INBOX_SCRIPT));
  app.use(express.raw({ type: () => true, limit: "2mb" }));
  app.post("/slack/:name", (request, response) => {
    const body = textOf(request.body);
    const { name } = request.params;
    if (viewOf(parseJson(body)).text("text") === "") {
      return void response.status(400).send("invalid_payload");
    }
    keep({ receiver: "slack", name, at: new Date(), headers: plain(request.headers), body });
    response.type("text/plain").send("ok");
  });
  app.post("/teams/:name", (request, response) => {
    const body = textOf(request.body);
    if (!teamsCard(body)) return void response.status(400).end();
    const { name } = request.params;
    keep({ receiver: "teams", name, at: new Date(), headers: plain(request.headers), body });
    response.status(202).end();
  });
  app.post("/http/:name", (request, response) => {
    const body = textOf(request.body);
    const headers = plain(request.headers);
    const signed = isSigned(webhook, body, headers);
    keep({ receiver: "http", name: request.params.name, at: new Date(), headers, body, signed });
    response.status(signed ? 204 : 401).end();
  });
  return app;
}

function isSigned(
  webhook: Webhook,
  body: string,
  headers: Readonly<Record<string, string>>,
): boolean {
  try {
    webhook.verify(body, headers);
    return true;
  } catch {
    return false;
  }
}

function textOf(body: unknown): string {
  return Buffer.isBuffer(body) ? body.toString("utf8") : "";
}

function plain(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value].flat().join(", ")]),
  );
}
