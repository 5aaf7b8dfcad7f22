import { describe, expect, it } from 'vitest';
import { createMetrics } from '../../../server/runtime/metrics';

describe('metrics', () => {
  it('RUN-6 reads counters and gauges when they are asked for', async () => {
    const metrics = createMetrics();
    let frames = 0;
    metrics.counterFrom('floorcast_frames_total', 'Frames received', () => frames);
    metrics.gaugeFrom('floorcast_screens', 'Screens connected', () => frames * 2);
    frames = 21;
    const text = await metrics.expose();
    expect(text).toContain('# TYPE floorcast_frames_total counter');
    expect(text).toContain('floorcast_frames_total 21');
    expect(text).toContain('floorcast_screens 42');
    expect(await metrics.expose()).toBe(text);
  });

  it('RUN-6 gives one line a label value', async () => {
    const metrics = createMetrics();
    const byReason = new Map([
      ['malformed', 3],
      ['unknown_topic', 1],
    ]);
    metrics.countersFrom('floorcast_rejected_total', 'Frames rejected', 'reason', () => byReason);
    const text = await metrics.expose();
    expect(text).toContain('floorcast_rejected_total{reason="malformed"} 3');
    expect(text).toContain('floorcast_rejected_total{reason="unknown_topic"} 1');
  });

  it('RUN-6 keeps two registries apart', async () => {
    const [one, two] = [createMetrics(), createMetrics()];
    one.gaugeFrom('same_name', 'One', () => 1);
    two.gaugeFrom('same_name', 'Two', () => 2);
    expect(await one.expose()).toContain('same_name 1');
    expect(await two.expose()).toContain('same_name 2');
    expect(one.contentType).toContain('text/plain');
  });
});
