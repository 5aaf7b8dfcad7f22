/** The link over TLS to a real Mosquitto: whose certificate is believed, and with which certificate it comes. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { MqttSettings } from '../../../server/alerts/mqtt-source';
import { type Mosquitto, startMosquitto } from '../../support/mosquitto';
import { type Certificates, createCertificates, type Papers } from './certificates';
import { settingsFor } from './settings';
import { client, SourceStage } from './stage';

let made: Certificates;
let authority: Papers;
let stranger: Papers;
let server: Papers;
beforeAll(() => {
  made = createCertificates();
  authority = made.authority('authority');
  stranger = made.authority('stranger');
  server = made.issue('broker', authority, 'IP:127.0.0.1');
});
afterAll(() => made.remove());

let broker: Mosquitto | null = null;
let floor: SourceStage | null = null;
afterEach(async () => {
  await floor?.source.stop();
  await broker?.stop();
  broker = null;
  floor = null;
});

async function started(
  tls: Parameters<typeof startMosquitto>[0] & { readonly certificate?: Papers; readonly clientCa?: string },
  settings: Partial<MqttSettings>,
): Promise<SourceStage> {
  const { certificate = server, clientCa, ...more } = tls;
  const papers = { certificate: certificate.certificate, key: certificate.key };
  broker = await startMosquitto({ tls: clientCa === undefined ? papers : { ...papers, clientCa }, ...more });
  floor = new SourceStage(settingsFor(broker.url, settings));
  return floor.start();
}

function authorityPem(): { readonly ca: string } {
  return { ca: made.read(authority.certificate) };
}

function pemOf({ certificate, key }: Papers): { readonly certificate: string; readonly key: string } {
  return { certificate: made.read(certificate), key: made.read(key) };
}

describe('TLS', () => {
  it('ALERT-65 believes a broker of the authority that is given, and its alerts come in', async () => {
    const stage = await started({}, authorityPem());
    await stage.reached('live');
    const device = await client(broker?.url ?? '', authorityPem());
    await device.publishAsync('devices/d1/alerts', 'over TLS', { qos: 1 });
    await stage.storedAll(1);
    await device.endAsync(true);
  });

  it('ALERT-65 does not believe one of another authority, or of none that is known', async () => {
    for (const ca of [made.read(stranger.certificate), null]) {
      const stage = await started({}, { ca });
      await stage.reached('down', 'the broker’s certificate is signed by nobody known: set MQTT_CA');
      expect(stage.events).toEqual([]);
      await stage.source.stop();
      await broker?.stop();
    }
    broker = null;
  });

  it('ALERT-65 does not believe a certificate for another host', async () => {
    const elsewhere = made.issue('elsewhere', authority, 'DNS:elsewhere.example');
    const stage = await started({ certificate: elsewhere }, authorityPem());
    await stage.reached('down', 'the broker’s certificate is for another host');
  });

  it('ALERT-65 comes with its own certificate where the broker wants one', async () => {
    const own = made.issue('floorcast', authority, null);
    const stage = await started({ clientCa: authority.certificate }, { ...authorityPem(), ...pemOf(own) });
    await stage.reached('live');
  });

  it('ALERT-65 says that the broker wants one', async () => {
    const stage = await started({ clientCa: authority.certificate }, authorityPem());
    await stage.reached('down', 'the broker wants a certificate: set MQTT_CERTIFICATE and MQTT_KEY');
  });

  it('ALERT-65 says that the broker does not believe it', async () => {
    const own = made.issue('impostor', stranger, null);
    const stage = await started({ clientCa: authority.certificate }, { ...authorityPem(), ...pemOf(own) });
    await stage.reached('down', 'the broker does not take our certificate: look at MQTT_CERTIFICATE');
  });

  it('ALERT-65 says that key and certificate do not belong together', async () => {
    const own = made.issue('floorcast-2', authority, null);
    const { key } = pemOf(server);
    const stage = await started({}, { ...authorityPem(), ...pemOf(own), key });
    await stage.reached('down', 'MQTT_KEY is not the key of MQTT_CERTIFICATE');
  });
});
