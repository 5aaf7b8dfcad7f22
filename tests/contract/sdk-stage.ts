/** A simulator with 520 queues before the official SDK, and the checks that every answer goes through. */
import { expect } from 'vitest';
import { must } from '../../lib/assert';
import { silentLog } from '../../server/runtime/log';
import { seededRandom } from '../../server/runtime/random';
import { DEMO_CLIENT } from '../../server/simulator/options';
import { startSimulator } from '../../server/simulator/simulator';
import { FakeClock } from '../support/fake-clock';
import { connectSdk, type SdkAnswer } from './sdk-client';
import { readSdkShapes } from './sdk-shapes';

export const LIMITED_CLIENT = { id: 'limited', secret: 'limited-secret' };
const shapes = readSdkShapes();

export type SdkStage = Awaited<ReturnType<typeof setSdkStage>>;

export async function setSdkStage() {
  const clock = new FakeClock();
  const simulator = await startSimulator({
    port: 0,
    clock,
    random: seededRandom(4),
    log: silentLog,
    world: { kind: 'made-up', queues: 520, seed: 4, warmUp: true, callsPerHour: 20 },
    clients: [DEMO_CLIENT, LIMITED_CLIENT],
  });
  const sdk = connectSdk(simulator.port);
  const queueIds = simulator.truth().queues.map((queue) => queue.id);
  const topic = (queue: number, kind: string) =>
    `v2.analytics.queues.${must(queueIds[queue], 'queue')}.${kind}`;
  return {
    clock,
    simulator,
    sdk,
    queueIds,
    observations: (queue: number) => topic(queue, 'observations'),
    activity: (queue: number) => topic(queue, 'activity'),
    async newChannel() {
      const got = await answer(sdk.notifications.postNotificationsChannels(), 'Channel');
      // It has just been held against the model.
      return got.body as { readonly id: string; readonly connectUri: string };
    },
    /** A minute on, so that every test has its own rate budget, and signed in. */
    async refresh() {
      clock.advance(60_000);
      await sdk.client.loginClientCredentialsGrant(DEMO_CLIENT.id, DEMO_CLIENT.secret);
    },
  };
}

/** Awaits an answer and holds its body against a model of the SDK. */
export async function answer(call: Promise<SdkAnswer>, model: string): Promise<SdkAnswer> {
  const got = await call;
  expect(shapes.deviations(got.body, model)).toEqual([]);
  return got;
}

/** The SDK rejects with the answer; its body is the platform's error body. */
export async function refusal(call: Promise<SdkAnswer>): Promise<SdkAnswer & { readonly code: unknown }> {
  const got = await call.then(
    () => Promise.reject(new Error('the call was not refused')),
    (thrown: SdkAnswer) => thrown,
  );
  expect(shapes.deviations(got.body, 'ErrorBody')).toEqual([]);
  const { code, status, contextId } = got.body as { code: unknown; status: unknown; contextId: unknown };
  expect([status, typeof contextId]).toEqual([got.status, 'string']);
  return { ...got, code };
}

/** A field of a body that has just been held against its model. */
export function field<T>(got: SdkAnswer, name: string): T {
  return (got.body as Record<string, T>)[name] as T;
}
