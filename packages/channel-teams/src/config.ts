import { secret } from "@syncbell/core";
import { z } from "zod";
import { type Mention, mention } from "./mention.ts";

/** Posts through a flow of the Workflows app. */
export interface WorkflowConfig {
  readonly mode: "workflow";
  readonly url: string;
  /** Absent: nobody is mentioned. */
  readonly mention?: Mention;
}

/** Posts as a bot that is registered with Azure Bot Service. */
export interface BotConfig {
  readonly mode: "bot";
  readonly app_id: string;
  readonly app_password: string;
  readonly app_tenant: string;
  readonly conversation?: string | undefined;
  /** Absent: nobody is mentioned. */
  readonly mention?: Mention;
}

export type TeamsConfig = WorkflowConfig | BotConfig;

const mentioned = mention.exactOptional().describe("Who is mentioned, and when. Absent: nobody.");

const workflow = z.strictObject({
  mode: z.literal("workflow").describe("By a flow of the Workflows app."),
  url: secret(
    z
      .string()
      .refine(isTarget, {
        error: "must be the http(s) URL of a workflow, without a user name or password in it",
        abort: true,
      })
      .refine((text) => !isRetiredConnector(text), {
        error:
          "is the URL of an Office 365 connector, which Microsoft has retired: in Teams, make a workflow " +
          'that starts "When a Teams webhook request is received" and give its URL',
      }),
  ).describe("The URL that the workflow shows. Whoever has it can post: it is kept as a secret."),
  mention: mentioned,
});

const bot = z.strictObject({
  mode: z.literal("bot").describe("By a bot that is registered with Azure."),
  app_id: z.guid({ error: "must be the application (client) id of the bot" }).toLowerCase(),
  app_password: secret(z.string().min(1)).describe("A client secret of the application."),
  app_tenant: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{0,252}$/i, {
      error: "must be the directory (tenant) id of the bot, or a domain of that directory",
    })
    .toLowerCase(),
  conversation: z
    .string()
    .regex(/^[\x21-\x7e]{1,500}$/, { error: "must be the id of a conversation in Teams" })
    .describe("The conversation to post to. Left out, the bot is told by a pairing code.")
    .optional(),
  mention: mentioned,
});

export const config: z.ZodType<TeamsConfig> = z.discriminatedUnion("mode", [workflow, bot]);

/** Whether a text is an absolute http(s) URL without a user name or password in it. */
function isTarget(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) && !url.username && !url.password;
}

/** The addresses of the connectors that Microsoft turned off in May 2026. */
function isRetiredConnector(text: string): boolean {
  const { hostname, pathname } = new URL(text);
  if (/(?:^|\.)webhook\.office\.com\.?$/.test(hostname)) return true;
  return (
    /^outlook\.office(?:365)?\.com\.?$/.test(hostname) && /^\/webhook(?:b2)?\//i.test(pathname)
  );
}

/** The domains that Power Automate and Logic Apps hand out trigger URLs in, sovereign clouds too. */
const WORKFLOW_HOSTS =
  /\.(?:logic\.azure\.(?:com|us|cn)|powerplatform\.(?:com|us|microsoft\.us|partner\.microsoftonline\.cn)|appsplatform\.us)\.?$/;

/** Whether a URL, valid by the config, is on a host that workflows are known to be on. */
export function isKnownWorkflowHost(url: string): boolean {
  return WORKFLOW_HOSTS.test(new URL(url).hostname);
}
