import { describe, expect, it } from 'vitest';
import { setSimStage } from './sim-stage';

describe('the simulator', () => {
  it('SIM-29 stops with sockets open, requests waiting and frames delayed, and leaves no timer', async () => {
    const stage = await setSimStage();
    const token = await stage.login();
    const topics = stage.simulator.truth().queues.map((queue) => `v2.analytics.queues.${queue.id}.activity`);
    const listener = await stage.connect(await stage.channel(token, topics));
    stage.simulator.faults.inject({ kind: 'frames', mode: 'delay', delayMs: 600_000 });
    stage.simulator.faults.inject({ kind: 'announceClosing', closeAfterMs: 600_000 });
    await stage.pass(60_000, 500);
    stage.simulator.faults.inject({ kind: 'slowBody', delayMs: 600_000 });
    const waiting = stage.call('GET', '/api/v2/tokens/me', { token });
    const failed = expect(waiting).rejects.toThrow();
    await stage.pass(500, 25);
    await stage.stop();
    await failed;
    expect(await listener.closed()).toBe(1006);
    await stage.pass(100, 1);
    expect(stage.clock.pendingCount).toBe(0);
  });

  it('SIM-29 says when its port is taken', async () => {
    const first = await setSimStage();
    try {
      await expect(setSimStage({ port: first.simulator.port })).rejects.toThrow('EADDRINUSE');
    } finally {
      await first.stop();
    }
  });

  it('SIM-29 listens on loopback only', async () => {
    const stage = await setSimStage();
    expect(stage.simulator.url).toBe(`http://127.0.0.1:${stage.simulator.port}`);
    await stage.stop();
  });
});
