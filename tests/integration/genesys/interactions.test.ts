import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { must } from '../../../lib/assert';
import type { InteractionDirectory } from '../../../server/devices/ports';
import { createTranscript } from '../../../server/devices/transcript/transcript';
import { createInteractionDirectory } from '../../../server/genesys/interactions';
import type { RoleSource } from '../../../server/genesys/user-roles';
import { silentLog } from '../../../server/runtime/log';
import { createMetrics } from '../../../server/runtime/metrics';
import { seededRandom } from '../../../server/runtime/random';
import { PEOPLE } from '../../../server/simulator/platform/organisation';
import { type Stage, setStage } from './stage';

interface Standing {
  readonly conversationId: string;
  readonly customerParticipantId: string;
  readonly queueId: string;
  readonly userId: string;
  readonly account: string | null;
  readonly writes: readonly { readonly attributes: Readonly<Record<string, string>> }[];
}

let stage: Stage;
beforeEach(async () => {
  stage = await setStage();
  stage.source.start();
  await stage.until('live', () => stage.source.status().state === 'live');
});
afterEach(() => stage.stop());

function directory(roles: RoleSource = { kind: 'account' }): InteractionDirectory {
  const rest = must(stage.source.rest, 'a client');
  return createInteractionDirectory({ rest, clock: stage.clock, log: silentLog, roles });
}

async function control(method: string, path: string, body?: object): Promise<unknown> {
  const json = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(`${stage.simulator.url}/simulator/${path}`, { method, ...json });
  expect(response.ok).toBe(true);
  return response.json();
}
// The control API gives what its own code says it gives.
const call = async (wish: object) => (await control('POST', 'conversations', wish)) as Standing;
const look = async (id: string) => (await control('GET', `conversations/${id}`)) as Standing;

/** Ends when what is asked is there; nothing here is in a hurry. */
async function answered<T>(question: Promise<T>): Promise<T> {
  const given: T[] = [];
  void question.then((value) => given.push(value));
  await stage.until('answered', () => given.length > 0);
  return must(given[0], 'an answer');
}

describe('interactions of a simulated platform', () => {
  it('DEV-104 DEV-107 a live conversation is found, and what is written into it is there beside the rest', async () => {
    const queueId = must([...stage.ledger.live][0], 'a queue');
    const standing = await call({ ani: '+353861234567', account: 'A-77', queueId });
    const rooms = directory();
    const found = await answered(rooms.find(standing.conversationId));
    expect(found).toMatchObject({
      ok: true,
      value: {
        id: standing.conversationId,
        customerAni: '+353861234567',
        customerParticipantId: standing.customerParticipantId,
        agentUserIds: [standing.userId],
        ...{ queueId, isOver: false },
      },
    });
    const target = { id: standing.conversationId, customerParticipantId: standing.customerParticipantId };
    expect(
      await answered(rooms.setAttributes(target, new Map([['floorcast.diagnostics.01', 'one']]))),
    ).toEqual({
      ok: true,
      value: undefined,
    });
    await stage.pass(2_100);
    const again = await answered(rooms.find(standing.conversationId));
    const attributes = again.ok ? again.value?.customerAttributes : undefined;
    expect([attributes?.get('account'), attributes?.get('floorcast.diagnostics.01')]).toEqual([
      'A-77',
      'one',
    ]);
    await control('DELETE', `conversations/${standing.conversationId}`);
    await stage.pass(2_100);
    expect(await answered(rooms.find(standing.conversationId))).toMatchObject({ value: { isOver: true } });
    const unknown = '00000000-0000-4000-8000-000000000000';
    expect(await answered(rooms.find(unknown))).toEqual({ ok: true, value: null });
  });

  it('DEV-108 DEV-109 a senior technician is known by role and by attribute, another agent is none', async () => {
    const has = (role: string) =>
      must(PEOPLE.find(({ roles }) => roles.some(({ name }) => name === role))?.id, role);
    const [senior, agent] = [has('Senior Technician'), has('Agent')];
    const sources: RoleSource[] = [
      { kind: 'genesys-role', seniorRole: 'Senior Technician' },
      { kind: 'genesys-attribute', attribute: 'senior_tech' },
    ];
    for (const source of sources) {
      const rooms = directory(source);
      expect(await answered(rooms.rolesOf(senior))).toEqual({ ok: true, value: ['senior_tech'] });
      expect(await answered(rooms.rolesOf(agent))).toEqual({ ok: true, value: [] });
    }
  });

  it('DEV-97 DEV-100 a transcript arrives in order and whole through 429, 503 and an answer that is lost', async () => {
    const standing = await call({ ani: '+353861234567' });
    const { conversationId: id } = standing;
    const transcript = createTranscript({
      target: { kind: 'attributes', directory: directory() },
      ...{ clock: stage.clock, random: seededRandom(5), log: silentLog, metrics: createMetrics() },
    });
    const faults = [
      { kind: 'restError', status: 429, retryAfterSeconds: 2 },
      { kind: 'restError', status: 503 },
      { kind: 'brokenBody', mode: 'cut' },
    ];
    let said = 0;
    for (const fault of [null, ...faults]) {
      if (fault !== null)
        await control('POST', 'faults', { ...fault, method: 'PATCH', path: '/attributes', forMs: 3_000 });
      for (let i = 0; i < 4; i++) {
        transcript.say(id, `message ${++said}`, stage.clock.now());
        await stage.pass(500);
      }
      await stage.pass(4_000);
    }
    await stage.until('all sent', () => transcript.status(id).backlog === 0);
    const { writes } = await look(id);
    const lines = writes.flatMap(({ attributes }) => Object.entries(attributes));
    const bySlot = new Map(lines.filter(([name]) => !name.endsWith('.last')));
    const texts = [...bySlot].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
    expect(texts.map((text) => text.replace(/ [0-9:]+ UTC:/, ''))).toEqual(
      Array.from({ length: 16 }, (_, i) => `#${i + 1} message ${i + 1}`),
    );
    expect(transcript.windowMs(id)).toBeGreaterThan(5_000);
    await transcript.stop();
  });
});
