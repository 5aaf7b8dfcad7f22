/**
 * One reader over two engines: of queues, and of devices. Each KPI has one of them; who reads does not see the seam.
 * A batch comes from one of the two.
 */
import { DEVICE_KPI_KEYS, isDeviceKpi, type KpiKey, type KpiValue } from '../../lib/contracts/kpi';
import { type SubjectInfo, trendKey } from '../../lib/contracts/push';
import { parseSubject, type SubjectKey, subjectKey } from '../../lib/ids';
import type { DeviceEngine } from './devices/device-engine';
import type { KpiEngine } from './engine';
import type { KpiReader, QueueRow, Unsubscribe } from './reader';
import { cutAtWord } from './short-name';

/** `timeZone`: of sites. */
export function joinReaders(queues: KpiEngine, devices: DeviceEngine, timeZone: string): KpiReader {
  function siteInfo(site: string): SubjectInfo {
    return { subject: subjectKey('site', site), name: site, shortName: cutAtWord(site), timeZone };
  }

  function withDevices(row: QueueRow): QueueRow {
    if (row.mediaType !== null) return row;
    const values = new Map<KpiKey, KpiValue>(row.values);
    // A queue of the engine's own.
    const subject = subjectKey('queue', row.queueId);
    for (const kpi of DEVICE_KPI_KEYS) {
      const value = devices.value(subject, kpi);
      if (value !== null) values.set(kpi, value);
    }
    return { ...row, values };
  }

  function subject(key: SubjectKey): SubjectInfo | null {
    const parsed = parseSubject(key);
    if (parsed?.kind !== 'site') return queues.subject(key);
    return devices.sites().includes(parsed.id) ? siteInfo(parsed.id) : null;
  }

  const both = (one: Unsubscribe, other: Unsubscribe) => () => {
    one();
    other();
  };
  return {
    subjects: () => [...queues.subjects(), ...devices.sites().map(siteInfo)],
    subject,
    value: (key, kpi) => (isDeviceKpi(kpi) ? devices.value(key, kpi) : queues.value(key, kpi)),
    rows: (queueId) => queues.rows(queueId).map(withDevices),
    trend: (key, kpi, every) =>
      isDeviceKpi(kpi) ? devices.trend(trendKey(key, kpi, every)) : queues.trend(key, kpi, every),
    subscribe: (listener, interest = {}) =>
      both(queues.subscribe(listener, interest), devices.subscribe(listener, interest)),
    flush: () => queues.flush(),
    subscribePoints: (listener) => both(queues.subscribePoints(listener), devices.subscribePoints(listener)),
    watchTrend: (key, kpi, every) =>
      isDeviceKpi(kpi) ? devices.watchTrend(key, kpi) : queues.watchTrend(key, kpi, every),
  };
}
