/** The config of the demo, as somebody would write it: three destinations at the inbox. */
export function demoConfig(inboxUrl: string): string {
  return `network:
  allow: [127.0.0.0/8]            # the inbox is on this machine
destinations:
  - id: data-team                 # hears of every sync
    channel: slack
    config:
      url: ${inboxUrl}/slack/data-team
  - id: on-call                   # hears of failures only
    channel: slack
    config:
      url: ${inboxUrl}/slack/on-call
    when: { outcome: failed }
  - id: warehouse                 # a system of one's own, with signed requests
    channel: http
    config:
      url: ${inboxUrl}/http/warehouse
      secret: { env: DEMO_SIGNING_SECRET }
`;
}
