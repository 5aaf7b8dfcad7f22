/** Settings of the link for tests; apart from the stage, so that a process without a test runner can have them. */
import type { MqttSettings } from '../../../server/alerts/mqtt-source';

/** Settings of a source at a broker without accounts. */
export function settingsFor(url: string, more: Partial<MqttSettings> = {}): MqttSettings {
  return {
    url,
    topics: ['devices/+/alerts', 'devices/+/status'],
    clientId: 'floorcast',
    ...{ username: null, password: null, ca: null, certificate: null, key: null },
    ...more,
  };
}
