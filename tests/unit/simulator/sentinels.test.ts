import { describe, expect, it } from 'vitest';
import { type Channel, setReplay, setSimStage } from './sim-stage';

const DEMO_SECRET = 'floorcast-demo-secret';
const SUBSCRIPTIONS = (channel: Channel) => `/api/v2/notifications/channels/${channel.id}/subscriptions`;

describe('sentinel clients', () => {
  it('SIM-26 short and expired tokens, forbidden, limited, unavailable', async () => {
    const stage = await setSimStage();
    try {
      const as = (id: string) => stage.login({ id, secret: DEMO_SECRET });
      const ask = async (own: string, path = '/api/v2/routing/queues') => {
        const { status, body } = await stage.call('GET', path, { token: own });
        return [status, body.code];
      };
      const short = await as('sentinel-short-token');
      expect(await ask(short)).toEqual([200, undefined]);
      stage.clock.advance(10_000);
      expect(await ask(short)).toEqual([401, 'credentials.expired']);
      expect(await ask(await as('sentinel-expired'))).toEqual([401, 'credentials.expired']);
      const forbidden = await as('sentinel-forbidden');
      expect([await ask(forbidden), await ask(forbidden, '/api/v2/tokens/me')]).toEqual([
        [403, 'missing.permissions'],
        [200, undefined],
      ]);
      const limited = await as('sentinel-limited');
      const statuses = [];
      for (let n = 0; n < 11; n += 1) statuses.push((await ask(limited))[0]);
      expect(statuses).toEqual([...Array<number>(10).fill(200), 429]);
      expect(await as('sentinel-unavailable')).toBe('undefined');
    } finally {
      await stage.stop();
    }
  });
});

describe('sentinel queues', () => {
  it('SIM-26 may not be subscribed to, or never say a word', async () => {
    const head = 'queue,offered,left_queue,outcome,answered_start,answered_end';
    const lines = ['Plain', 'Quiet [silent]', 'Secret [no permission]'].map(
      (name) => `${name},10:00:01,10:00:02,abandoned,,`,
    );
    const set = await setReplay([head, ...lines].join('\n'), 1);
    try {
      const { stage: own, id } = set;
      const observations = (name: string) => ({ id: `v2.analytics.queues.${id(name)}.observations` });
      const ownToken = await own.login();
      const channel = await own.channel(ownToken);
      const body = ['Plain', 'Quiet [silent]', 'Secret [no permission]'].map(observations);
      const refused = await own.call('PUT', SUBSCRIPTIONS(channel), { token: ownToken, body });
      expect(refused.status).toBe(403);
      const taken = await own.call('PUT', `${SUBSCRIPTIONS(channel)}?ignoreErrors=true`, {
        token: ownToken,
        body,
      });
      expect((taken.body.entities as { state: string }[]).map((one) => one.state)).toEqual([
        'Permitted',
        'Permitted',
        'Rejected',
      ]);
      const listener = await own.connect(channel);
      own.simulator.startReplay();
      await own.pass(5_000);
      const heard = new Set(listener.of('.observations').map((frame) => frame.topicName));
      expect(heard).toEqual(new Set([observations('Plain').id]));
    } finally {
      await set.stage.stop();
    }
  });
});
