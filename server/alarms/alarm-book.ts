/**
 * Every alarm that lasts on some board, by its key; filled by what is seen of figures, of devices' groups and of
 * faults. It knows no clock, no board and no audience. At most a thousand, of which groups of devices leave room for
 * figures and faults: what comes when it is full is taken up at its next change.
 */
import { createHash } from 'node:crypto';
import type { AlertGroup, Fault } from '../../lib/contracts/alert';
import { faultText, groupText } from './alarm-text';
import { differsInWords, type Sight, type Standing, stepStanding } from './standing';

const MOST_STANDING = 1_000;
const MOST_DEVICES = 700;
const DEVICES = 'devices:';
const FAULT = 'fault:';

export interface Devices {
  readonly groups: readonly AlertGroup[];
  readonly faults: readonly Fault[];
  /** Whether a fault that is not among them is over; else nobody knows. */
  readonly isWhole: boolean;
}

export function kpiAlarmKey(subject: string, kpi: string): string {
  return `kpi:${subject}#${kpi}`;
}

/** By its cause, of which there is one fault at a time: its id is another after each restart. */
export function faultAlarmKey({ queueId, product, firmwareVersion, sensorType }: Fault): string {
  const cause = JSON.stringify([queueId, product, firmwareVersion, sensorType]);
  return FAULT + createHash('sha256').update(cause).digest('hex').slice(0, 16);
}

/** The group whose alarm it is; `null`: it is none of devices. */
export function groupOfKey(key: string): string | null {
  return key.startsWith(DEVICES) ? key.slice(DEVICES.length) : null;
}

export class AlarmBook {
  readonly #standing = new Map<string, Standing>();
  /** Of `#standing`, those of devices. */
  #devices = 0;
  #leftOut = 0;
  #revision = 0;

  get(key: string): Standing | null {
    return this.#standing.get(key) ?? null;
  }

  all(): Iterable<Standing> {
    return this.#standing.values();
  }

  get size(): number {
    return this.#standing.size;
  }

  /** Grows with each change but that of a mere value. */
  get revision(): number {
    return this.#revision;
  }

  /** How often one was not taken up because there are so many. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** Whether something of it is another. */
  see(key: string, sight: Sight, at: number): boolean {
    const held = this.get(key);
    const next = stepStanding(held, key, sight, at);
    if (next === held) return false;
    if (next === null) this.#remove(key);
    else if (held !== null) this.#standing.set(key, next);
    else if (this.#hasRoom(next)) this.#add(next);
    else {
      this.#leftOut += 1;
      return false;
    }
    if (differsInWords(held, next)) this.#revision += 1;
    return true;
  }

  /** All groups and faults; `from`: groups of fewer devices are nobody's alarm, but for those that were one. */
  seeDevices({ groups, faults, isWhole }: Devices, at: number, from = 1): boolean {
    const seen = new Map<string, Sight>();
    for (const group of groups) {
      const key = DEVICES + group.key;
      const isMany = group.devices >= from || this.#standing.has(key);
      if (isMany && group.level !== 'info') seen.set(key, sightOfGroup(group, group.level));
    }
    for (const fault of faults) {
      if (fault.endedAt === null) seen.set(faultAlarmKey(fault), sightOfFault(fault));
    }
    let isOther = false;
    for (const { key, kind } of [...this.#standing.values()]) {
      if (kind === 'kpi' || seen.has(key)) continue;
      const status = kind === 'fault' && !isWhole ? 'unknown' : 'normal';
      isOther = this.see(key, { status }, at) || isOther;
    }
    const worstFirst = [...seen].sort(([, a], [, b]) => rankOf(a) - rankOf(b));
    for (const [key, sight] of worstFirst) isOther = this.see(key, sight, at) || isOther;
    return isOther;
  }

  /** False: there is none, or somebody has taken it. */
  acknowledge(key: string, by: string, at: number): boolean {
    const held = this.get(key);
    if (held === null || held.acknowledgement !== null) return false;
    this.#standing.set(key, { ...held, acknowledgement: { by, at } });
    this.#revision += 1;
    return true;
  }

  /** As they were before a restart: whether they last is not known yet. */
  restore(standing: Iterable<Standing>, at: number): void {
    for (const one of standing) {
      if (this.#hasRoom(one)) this.#add({ ...one, unknownSince: one.unknownSince ?? at });
    }
  }

  letGo(key: string): void {
    if (this.#remove(key)) this.#revision += 1;
  }

  #hasRoom({ kind }: Standing): boolean {
    return this.#standing.size < MOST_STANDING && (kind !== 'devices' || this.#devices < MOST_DEVICES);
  }

  #add(one: Standing): void {
    this.#standing.set(one.key, one);
    if (one.kind === 'devices') this.#devices += 1;
  }

  /** Whether there was one. */
  #remove(key: string): boolean {
    if (this.#standing.get(key)?.kind === 'devices') this.#devices -= 1;
    return this.#standing.delete(key);
  }
}

function rankOf({ status }: Sight): number {
  return status === 'critical' ? 0 : 1;
}

function sightOfGroup(group: AlertGroup, status: Standing['level']): Sight {
  const { queueId, active, devices, unacknowledged, acknowledgedBy, since } = group;
  return {
    status,
    about: { kind: 'devices', subject: null, kpi: null, queueId, value: devices, isOver: active === 0 },
    text: () => groupText(group),
    acknowledgedBy: unacknowledged > 0 ? null : (acknowledgedBy ?? ''),
    beganAt: since,
  };
}

function sightOfFault(fault: Fault): Sight {
  return {
    status: 'critical',
    about: {
      ...{ kind: 'fault', subject: null, kpi: null, queueId: fault.queueId, value: null, isOver: false },
    },
    text: () => faultText(fault),
    beganAt: fault.alertsSince,
  };
}
