/** Desks of alarms for the tests of a file: after each one they are ended, and nothing of them is left. */
import { afterEach, expect } from 'vitest';
import { boardOf } from '../../support/push-boards';
import { AlarmStage } from './alarm-stage';

export interface Stages {
  /** Not started. No board: one called `main`. */
  made(...boards: Parameters<typeof boardOf>[]): AlarmStage;
  started(...boards: Parameters<typeof boardOf>[]): Promise<AlarmStage>;
}

export function stagesOfFile(): Stages {
  let open: AlarmStage[] = [];
  afterEach(async () => {
    for (const stage of open) {
      await stage.stop();
      expect(stage.clock.pendingCount).toBe(0);
      expect(stage.reader.listenersCount).toBe(0);
      expect(stage.devices.listeners).toBe(0);
    }
    open = [];
  });
  const made: Stages['made'] = (...boards) => {
    const stage = new AlarmStage(boards.length === 0 ? undefined : boards.map((args) => boardOf(...args)));
    open.push(stage);
    return stage;
  };
  return { made, started: (...boards) => made(...boards).start() };
}
