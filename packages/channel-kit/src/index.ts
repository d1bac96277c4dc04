export { type Behaviour, type Faults, answers, faults } from "./behaviour.ts";
export { describeChannel } from "./describe-channel.ts";
export {
  EXAMPLE_NAMES,
  type ExampleName,
  exampleNotification,
  notificationFrom,
} from "./example-notifications.ts";
export { type FaultyReceiver, startFaultyReceiver } from "./faulty-receiver.ts";
export { hostileNotifications } from "./hostile-notifications.ts";
export type { ChannelProof, RefusedConfig, ServiceAnswer, ServiceWord } from "./proof.ts";
export { type ReceivedRequest, type Receiver, startReceiver } from "./receiver.ts";
export {
  type LogLine,
  TEST_TIME,
  type TestHost,
  type TestHostOptions,
  testHost,
} from "./test-host.ts";
export {
  type TestHttpClient,
  type TestHttpClientOptions,
  testHttpClient,
} from "./test-http-client.ts";
