/** The config of the demo, as somebody would write it: four destinations at the inbox. */
export function demoConfig(inboxUrl: string): string {
  return `links:
  run: https://app.example.com/{{tenant.external_id}}/syncs/{{sync.id}}
network:
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
      format: blocks
      mention: { channel: here }
    when: { outcome: failed }
  - id: platform                  # the same on Microsoft Teams
    channel: teams
    config:
      mode: workflow
      url: ${inboxUrl}/teams/platform
  - id: warehouse                 # a system of one's own, with signed requests
    channel: http
    config:
      url: ${inboxUrl}/http/warehouse
      secret: { env: DEMO_SIGNING_SECRET }
`;
}
