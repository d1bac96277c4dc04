import type { ServerResponse } from "node:http";
import { expect, test } from "vitest";
import {
  type ExpectedEnd,
  delivered,
  gone,
  rejected,
  retried,
  unauthorized,
} from "./testing/expected-end.ts";
import { startReceiver } from "./testing/receiver.ts";
import { SECRET_PART, tellOnce } from "./testing/told-once.ts";

const redirect = (status: number): ExpectedEnd =>
  rejected(status, `answered ${status}: redirects are not followed`);
const busy = (status: number): ExpectedEnd => retried(`answered ${status}`, status);

/** What comes of each status; a name begins with it. */
const STATUSES: Readonly<Record<string, (status: number) => ExpectedEnd>> = {
  "200-ok": delivered,
  "201-created": delivered,
  "202-accepted": delivered,
  "203-non-authoritative": delivered,
  "204-no-content": delivered,
  "205-reset-content": delivered,
  "206-partial-content": delivered,
  "207-multi-status": delivered,
  "208-already-reported": delivered,
  "226-im-used": delivered,
  "299-unknown": delivered,
  "300-multiple-choices": redirect,
  "301-moved-permanently": redirect,
  "302-found": redirect,
  "303-see-other": redirect,
  "304-not-modified": redirect,
  "305-use-proxy": redirect,
  "307-temporary-redirect": redirect,
  "308-permanent-redirect": redirect,
  "399-unknown": redirect,
  "400-bad-request": rejected,
  "401-unauthorized": unauthorized,
  "402-payment-required": rejected,
  "403-forbidden": unauthorized,
  "404-not-found": unauthorized,
  "405-method-not-allowed": rejected,
  "406-not-acceptable": rejected,
  "407-proxy-authentication": rejected,
  "408-request-timeout": busy,
  "409-conflict": rejected,
  "410-gone": gone,
  "411-length-required": rejected,
  "412-precondition-failed": rejected,
  "413-content-too-large": rejected,
  "414-uri-too-long": rejected,
  "415-unsupported-media-type": rejected,
  "416-range-not-satisfiable": rejected,
  "417-expectation-failed": rejected,
  "418-teapot": rejected,
  "421-misdirected-request": rejected,
  "422-unprocessable-content": rejected,
  "423-locked": rejected,
  "424-failed-dependency": rejected,
  "425-too-early": busy,
  "426-upgrade-required": rejected,
  "428-precondition-required": rejected,
  "429-too-many-requests": busy,
  "431-header-fields-too-large": rejected,
  "451-for-legal-reasons": rejected,
  "499-unknown": rejected,
  "500-internal-server-error": busy,
  "501-not-implemented": busy,
  "502-bad-gateway": busy,
  "503-service-unavailable": busy,
  "504-gateway-timeout": busy,
  "505-http-version": busy,
  "507-insufficient-storage": busy,
  "508-loop-detected": busy,
  "511-network-authentication": busy,
  "599-unknown": busy,
};

const at = (url: string) => ({ channel: "http", config: { url } });

test("each status has its one end, and none leads to another address", async () => {
  const elsewhere = await startReceiver();
  const receiver = await startReceiver((response, { path }) => {
    const location = `${elsewhere.url}${path}`;
    response.writeHead(Number.parseInt(path.slice(1), 10), { location });
    response.end(`<a href="${location}">as ${path} says</a>`);
  });
  const names = Object.keys(STATUSES);
  const told = await tellOnce(
    Object.fromEntries(names.map((name) => [name, at(`${receiver.url}/${name}${SECRET_PART}`)])),
  );
  const ends = await told.firstEnds(names);
  expect(ends).toMatchObject(
    Object.fromEntries(
      Object.entries(STATUSES).map(([name, endOf]) => [name, endOf(Number.parseInt(name, 10))]),
    ),
  );
  expect(ends["400-bad-request"]?.response).toMatch(/^<a href="[^"]*\*{3}">as \S*\*{3} says<\/a>$/);
  for (const name of names) {
    const requests = receiver.at(`/${name}${SECRET_PART}`).length;
    expect([name, requests]).toEqual([name, ends[name]?.attempts]);
  }
  expect(elsewhere.requests).toEqual([]);
});

const REDIRECTS = [301, 302, 303, 307, 308];

test("a redirect leads nowhere, wherever it points to", async () => {
  const elsewhere = await startReceiver();
  const targets: Readonly<Record<string, string | undefined>> = {
    "another-host": `${elsewhere.url}/target`,
    "another-host-without-scheme": elsewhere.url.replace("http:", "") + "/target",
    "another-path": "/target",
    "the-same-path": "",
    "a-host-that-is-not-allowed": "http://169.254.169.254/latest/meta-data",
    "a-file": "file:///etc/passwd",
    "no-address": "http://[target",
    nowhere: undefined,
  };
  const cases = REDIRECTS.flatMap((status) =>
    Object.entries(targets).map(([name, location]) => ({
      name: `${status}-to-${name}`,
      answer(response: ServerResponse): void {
        response.writeHead(status, location === undefined ? {} : { location }).end();
      },
    })),
  );
  const receiver = await startReceiver((response, { path }) => {
    cases.find(({ name }) => path === `/${name}${SECRET_PART}`)?.answer(response);
  });
  const told = await tellOnce(
    Object.fromEntries(
      cases.map(({ name }) => [name, at(`${receiver.url}/${name}${SECRET_PART}`)]),
    ),
  );
  const names = cases.map(({ name }) => name);
  expect(await told.firstEnds(names)).toMatchObject(
    Object.fromEntries(names.map((name) => [name, redirect(Number.parseInt(name, 10))])),
  );
  expect(receiver.requests).toHaveLength(names.length);
  expect(elsewhere.requests).toEqual([]);
});
