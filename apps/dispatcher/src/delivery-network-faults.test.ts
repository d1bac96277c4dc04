import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { expect, onTestFinished, test } from "vitest";
import {
  type ExpectedEnd,
  delivered,
  gone,
  rejected,
  retried,
  unauthorized,
} from "./testing/expected-end.ts";
import {
  type Fault,
  drips,
  onRequest,
  pours,
  says,
  saysAndCloses,
  saysAndResets,
  startFaulty,
  startSecure,
} from "./testing/faulty-receiver.ts";
import { type Identity, selfSigned } from "./testing/self-signed.ts";
import { SECRET_PART, type Target, tellOnce } from "./testing/told-once.ts";
import { until } from "./testing/until.ts";

/** How a receiver is started, which answers its origin; and what comes of the attempt. */
type Row = readonly [start: () => Promise<string>, end: ExpectedEnd, channel?: string];
type Rows = Readonly<Record<string, Row>>;

const wire = (fault: Fault) => () => startFaulty(fault);
/** Behind a URL that says https, though the receiver does not speak it. */
const asHttps = (fault: Fault) => async () => (await startFaulty(fault)).replace("http:", "https:");

const HOUR = 3_600_000;
const from = (hours: number) => ({ from: Date.now() + hours * HOUR, to: Date.now() + 48 * HOUR });
const TRUSTED = {
  expired: selfSigned("localhost", { from: Date.now() - 2 * HOUR, to: Date.now() - HOUR }),
  early: selfSigned("localhost", from(1)),
  ofAnother: selfSigned("example.com"),
  inOrder: selfSigned("localhost"),
};

const OK = "HTTP/1.1 200 OK\r\n";
const EMPTY = "content-length: 0\r\n\r\n";
/** The beginning of a body that is to have 1,000 bytes, with the address that was asked for. */
const HALF = "content-length: 1000\r\n\r\nhalf of {path}";
const CHUNKS = "transfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n";
const MORE = "x".repeat(16_384);

const secure = (identity: Identity) => () => startSecure(identity, saysAndCloses(OK + EMPTY));
const hangs: Fault = () => undefined;

const BROKE = retried(expect.stringMatching(/^the connection was (?:reset|closed)\b/));
const NOT_HTTP = retried("the answer is not HTTP");
const TOO_LARGE = retried("the answer's headers are too large");
const brokeInside = (status = 200): ExpectedEnd =>
  retried("the connection broke inside the answer", status);
const tls = (code: string): ExpectedEnd => retried(`the TLS connection failed: ${code}`);

/** Faults that show at once, but for the look-up of a name: it may take its time, and comes last. */
const FAULTS: Rows = {
  "refuses-connections": [async () => "http://127.0.0.1:1", retried("the connection was refused")],
  "resets-at-once": [wire((socket) => void socket.resetAndDestroy()), BROKE],
  "closes-at-once": [wire((socket) => void socket.end()), BROKE],
  "resets-before-the-answer": [wire(onRequest((socket) => void socket.resetAndDestroy())), BROKE],
  "closes-before-the-answer": [wire(saysAndCloses("")), BROKE],
  "closes-inside-the-status-line": [wire(saysAndCloses("HTTP/1.1 20")), BROKE],
  "closes-inside-the-headers": [wire(saysAndCloses(`${OK}content-`)), BROKE],
  "resets-inside-the-headers": [wire(saysAndResets(`${OK}content-`)), BROKE],
  "closes-after-102": [wire(saysAndCloses("HTTP/1.1 102 Processing\r\n\r\n")), BROKE],
  "closes-after-103": [wire(saysAndCloses("HTTP/1.1 103 Early Hints\r\n\r\n")), BROKE],
  "switches-protocols": [
    wire(says("HTTP/1.1 101 Other\r\nupgrade: other\r\nconnection: upgrade\r\n\r\n")),
    BROKE,
  ],

  "greets-as-mail": [wire(says("220 mail.example {path} ESMTP\r\n")), NOT_HTTP],
  "greets-as-ssh": [wire(says("SSH-2.0-OpenSSH_9.9 {path}\r\n")), NOT_HTTP],
  "speaks-http-2": [wire(says("\x00\x00\x00\x04\x00\x00\x00\x00\x00")), NOT_HTTP],
  "speaks-http-9": [wire(says(`HTTP/9.9 200 OK\r\n${EMPTY}`)), NOT_HTTP],
  "makes-noise": [wire(says("\x00\xff\x13 {path}\r\n\r\n")), NOT_HTTP],
  "has-a-page-and-no-head": [wire(saysAndCloses("<html>{path}</html>")), NOT_HTTP],
  "has-a-status-of-four-digits": [wire(says(`HTTP/1.1 2000 OK\r\n${EMPTY}`)), NOT_HTTP],
  "has-a-length-that-is-none": [wire(says(`${OK}content-length: -1\r\n\r\n`)), NOT_HTTP],
  "has-two-lengths": [wire(says(`${OK}content-length: 1\r\n${EMPTY}`)), NOT_HTTP],
  "has-a-length-and-chunks": [wire(says(`${OK}content-length: 4\r\n${CHUNKS}`)), NOT_HTTP],
  "has-a-header-without-a-name": [wire(says(`${OK}{path}\r\n${EMPTY}`)), NOT_HTTP],
  "has-an-oversized-header": [wire(says(`${OK}x: ${MORE}\r\n${EMPTY}`)), TOO_LARGE],
  "has-headers-without-end": [wire(pours(OK, `x: ${"y".repeat(1000)}\r\n`)), TOO_LARGE],

  "resets-inside-the-body": [wire(saysAndResets(OK + HALF)), brokeInside()],
  "resets-inside-a-503": [wire(saysAndResets(`HTTP/1.1 503 No\r\n${HALF}`)), brokeInside(503)],
  "sends-less-than-it-said": [wire(saysAndCloses(OK + HALF)), brokeInside()],
  "closes-between-chunks": [wire(saysAndCloses(OK + CHUNKS)), brokeInside()],
  "has-chunks-that-are-none": [wire(says(`${OK}${CHUNKS}no size\r\n`)), brokeInside()],
  "sends-more-than-it-said": [
    wire(says(`${OK}content-length: 4\r\n\r\nhalf of {path}`)),
    delivered(200, { response: "half" }),
  ],
  "answers-twice": [wire(says(`${OK}${EMPTY}HTTP/1.1 500 No\r\n${EMPTY}`)), delivered()],
  "answers-twice-a-500-first": [
    wire(says(`HTTP/1.1 500 No\r\n${EMPTY}${OK}${EMPTY}`)),
    retried("answered 500", 500),
  ],
  "says-102-and-then-200": [
    wire(says(`HTTP/1.1 102 Processing\r\n\r\n${OK}${EMPTY}`)),
    delivered(),
  ],
  "has-a-body-up-to-its-close": [
    wire(saysAndCloses(`${OK}\r\nall of {path}`)),
    delivered(200, { response: "all of ***" }),
  ],
  "passes-the-cap": [
    wire(says(`${OK}content-length: 65537\r\n\r\n${"x".repeat(65_537)}`)),
    delivered(),
  ],
  "has-a-body-without-end": [wire(pours(`${OK}\r\n`, MORE)), delivered()],
  "has-a-503-without-end": [
    wire(pours("HTTP/1.1 503 No\r\n\r\n", MORE)),
    retried("answered 503", 503),
  ],
  "has-a-410-without-end": [wire(pours("HTTP/1.1 410 Gone\r\n\r\n", MORE)), gone()],

  "has-expired": [secure(TRUSTED.expired), tls("CERT_HAS_EXPIRED")],
  "is-not-valid-yet": [secure(TRUSTED.early), tls("CERT_NOT_YET_VALID")],
  "is-another-host": [secure(TRUSTED.ofAnother), tls("ERR_TLS_CERT_ALTNAME_INVALID")],
  "is-self-signed": [secure(selfSigned("localhost")), tls("DEPTH_ZERO_SELF_SIGNED_CERT")],
  "speaks-http-on-https": [asHttps(saysAndCloses(OK + EMPTY)), tls("ERR_SSL_WRONG_VERSION_NUMBER")],
  "resets-inside-the-handshake": [asHttps(onRequest((socket) => socket.resetAndDestroy())), BROKE],
  "closes-inside-the-handshake": [asHttps(saysAndCloses("")), BROKE],
  "closes-behind-tls": [() => startSecure(TRUSTED.inOrder, saysAndCloses("")), BROKE],

  "has-no-address": [
    async () => "https://nowhere.invalid",
    retried(expect.stringMatching(/^the (?:host name has no address|name server did not answer)$/)),
  ],
};

const NO_ANSWER = retried("no answer in time");
const HALF_KEPT = { response: "half of ***" };

/** Faults that last until the deadline; a handshake has 10 s, and so is the first to be read. */
const HANGS: Rows = {
  "hangs-inside-the-handshake": [
    asHttps(hangs),
    retried(expect.stringMatching(/^(?:the connection was not made|no answer) in time$/)),
  ],
  "hangs-before-it-reads": [wire((socket) => void socket.pause()), NO_ANSWER],
  "hangs-before-the-answer": [wire(hangs), NO_ANSWER],
  "hangs-inside-the-headers": [wire(says(OK)), NO_ANSWER],
  "hangs-after-103": [wire(says("HTTP/1.1 103 Early Hints\r\n\r\n")), NO_ANSWER],
  "drips-102": [wire(drips("", "HTTP/1.1 102 Processing\r\n\r\n")), NO_ANSWER],
  "drips-its-headers": [wire(drips(OK, "x: y\r\n")), NO_ANSWER],
  "hangs-after-the-headers": [
    wire(says(`${OK}content-length: 1000\r\n\r\n`)),
    delivered(200, { response: null }),
  ],
  "hangs-inside-the-body": [wire(says(OK + HALF)), delivered(200, HALF_KEPT)],
  "hangs-between-chunks": [wire(says(OK + CHUNKS)), delivered(200, { response: "half" })],
  "drips-its-body": [
    wire(drips(`${OK}\r\n`, "x")),
    delivered(200, { response: expect.stringMatching(/^x+$/) }),
  ],
  "is-slack-and-hangs-inside-ok": [
    wire(says(`${OK}content-length: 2\r\n\r\no`)),
    delivered(200, { response: "o" }),
    "slack",
  ],
  "hangs-inside-a-302": [
    wire(says(`HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\n${HALF}`)),
    rejected(302, "answered 302: redirects are not followed"),
  ],
  "hangs-inside-a-404": [wire(says(`HTTP/1.1 404 No\r\n${HALF}`)), unauthorized(404)],
  "hangs-inside-a-410": [wire(says(`HTTP/1.1 410 Gone\r\n${HALF}`)), gone()],
  "hangs-inside-a-503-with-a-wait": [
    wire(says(`HTTP/1.1 503 No\r\nretry-after: 7200\r\n${HALF}`)),
    retried("answered 503", 503, { ...HALF_KEPT, next: "2 h" }),
  ],
  "drips-a-500": [wire(drips("HTTP/1.1 500 No\r\n\r\n", "x")), retried("answered 500", 500)],
};

/** How long a claim holds: an attempt that lasts longer would be made twice. In milliseconds. */
const LEASE_MS = 20_000;

/** What is told after all of those. */
const LIVE: Rows = { live: [wire(says(`${OK}content-length: 2\r\n\r\nok`)), delivered()] };

async function targetsOf(rows: Rows): Promise<Readonly<Record<string, Target>>> {
  const targets: [string, Target][] = [];
  for (const [name, [start, , channel = "http"]] of Object.entries(rows)) {
    targets.push([name, { channel, config: { url: (await start()) + SECRET_PART } }]);
  }
  return Object.fromEntries(targets);
}

function endsOf(rows: Rows): Readonly<Record<string, ExpectedEnd>> {
  return Object.fromEntries(Object.entries(rows).map(([name, [, end]]) => [name, end]));
}

/** Has this process vouch for these certificates while the test runs. */
function trust(identities: readonly Identity[]): void {
  setDefaultCACertificates(identities.map(({ cert }) => cert));
  onTestFinished(() => setDefaultCACertificates(getCACertificates("bundled")));
}

test(
  "each fault of the network has its one end, and who is live is told while others hang",
  { timeout: 90_000 },
  async () => {
    trust(Object.values(TRUSTED));
    const told = await tellOnce(await targetsOf({ ...HANGS, ...FAULTS, ...LIVE }));
    let states: Readonly<Record<string, string>> = {};
    await until(async () => (states = await told.states())["live"] === "delivered");
    const hanging = Object.keys(HANGS).map((name) => [name, "sending"]);
    expect(states).toMatchObject(Object.fromEntries(hanging));
    expect(await told.firstEnds(Object.keys(FAULTS))).toMatchObject(endsOf(FAULTS));
    const hung = await told.firstEnds(Object.keys(HANGS));
    expect(hung).toMatchObject(endsOf(HANGS));
    for (const { durationMs } of Object.values(hung)) {
      expect(durationMs).toBeLessThan(LEASE_MS);
    }
  },
);
