/** Every setting that is read, in the order of `.env.example`, with what it is for. */
import { LOCALES } from '../../lib/contracts/locale';
import { LOG_LEVELS } from '../runtime/log';

export interface Setting {
  readonly name: string;
  readonly example: string;
  readonly help: string;
  /** May come from a file that `NAME_FILE` names, and is printed nowhere. */
  readonly secret: boolean;
}

function setting(name: string, example: string, help: string): Setting {
  return { name, example, help, secret: false };
}

function secret(name: string, help: string): Setting {
  return { name, example: '', help, secret: true };
}

const SERVER: readonly Setting[] = [
  setting('PORT', '3000', 'The one port: pages, sockets, REST.'),
  setting(
    'HOST',
    '127.0.0.1',
    'Address to listen on. Other than loopback: only with SIGN_IN and an https: PUBLIC_URL.',
  ),
  setting(
    'PUBLIC_URL',
    '',
    'The address browsers use, where it differs (a reverse proxy): https://wallboard.example.com',
  ),
  setting(
    'TRUSTED_PROXIES',
    '',
    'Addresses or networks of reverse proxies whose X-Forwarded-For is believed, comma-separated.',
  ),
  setting('DATA_DIR', './data', 'Where boards, people, screens and the audit log are kept.'),
  setting('LOG_LEVEL', 'info', `One of ${LOG_LEVELS.join(', ')}.`),
  setting(
    'TIME_ZONE',
    '',
    'IANA zone in which the day of a queue starts, e.g. Europe/Dublin. Empty: the zone of this machine.',
  ),
  setting(
    'LOCALE',
    'en',
    `Language, numbers and dates where a board or a reader says nothing. One of ${LOCALES.join(', ')}.`,
  ),
];

const ACCESS: readonly Setting[] = [
  setting(
    'SIGN_IN',
    '',
    'How people sign in: genesys, oidc, or local (one-time links only). Empty: no accounts, on loopback only.',
  ),
  secret('SESSION_SECRET', 'At least 32 random characters (openssl rand -base64 48). Needed with SIGN_IN.'),
  setting('SESSION_HOURS', '12', 'Longest life of a session. Paired screens have none.'),
  setting(
    'ROLE_MAPPING',
    '',
    'Who is what, by groups or roles of the provider: admin=Floorcast Admins;supervisor=Team Leads. Roles: agent, supervisor, senior_tech, admin.',
  ),
  setting('OIDC_ISSUER', '', 'SIGN_IN=oidc: address of the provider, https://id.example.com'),
  setting('OIDC_CLIENT_ID', '', 'Its client for Floorcast; redirect address: PUBLIC_URL/auth/callback'),
  secret('OIDC_CLIENT_SECRET', 'Empty for a public client.'),
  setting('OIDC_NAME', '', 'The name on the button. Empty: the host of the provider.'),
  setting('OIDC_SCOPES', '', 'Scopes beside openid profile email, e.g. groups offline_access'),
  setting(
    'OIDC_ROLES_CLAIM',
    'groups',
    'Claim that lists groups or roles; dots lead into objects: realm_access.roles',
  ),
  setting('OIDC_HOSTS', '', "Hosts beside the issuer's own that its endpoints are on, comma-separated."),
  setting('OIDC_ALLOW_LOOPBACK', 'false', 'true: plain http: to a provider on this machine is allowed.'),
  setting(
    'GENESYS_SIGN_IN_CLIENT_ID',
    '',
    'SIGN_IN=genesys: OAuth client (code authorization); redirect address: PUBLIC_URL/auth/callback',
  ),
  secret('GENESYS_SIGN_IN_CLIENT_SECRET', 'Its secret; empty for a client with PKCE only.'),
  setting(
    'GENESYS_SIGN_IN_ORGANIZATION_ID',
    '',
    'Id of the organisation whose people may sign in (Admin, Organization settings, Advanced).',
  ),
];

const GENESYS: readonly Setting[] = [
  setting('GENESYS_REGION', 'mypurecloud.ie', 'Region of the org. Or give the two addresses below instead.'),
  setting('GENESYS_API_URL', '', 'Address of the API, instead of GENESYS_REGION.'),
  setting('GENESYS_LOGIN_URL', '', 'Address of the login service, instead of GENESYS_REGION.'),
  secret('GENESYS_CLIENT_ID', 'OAuth client (client credentials). Several: comma-separated.'),
  secret('GENESYS_CLIENT_SECRET', 'Its secret; several in the same order.'),
  setting(
    'GENESYS_ALLOW_LOOPBACK',
    'false',
    'true: plain http: and ws: to this machine are allowed (the simulator).',
  ),
  setting(
    'GENESYS_ACTIVITY_TOPICS',
    'true',
    'true: the longest wait arrives by push. false: twice the queues a channel, the longest wait by query.',
  ),
  setting('QUEUE_IDS', '', 'Only these queues, comma-separated. Empty: all that the client may see.'),
];

const DEVICES: readonly Setting[] = [
  setting('MQTT_URL', '', 'Broker of the devices: mqtts://broker.example.com:8883. Empty: no devices.'),
  setting(
    'MQTT_TOPICS',
    'devices/+/alerts,devices/+/status',
    'Topic filters, comma-separated; each ends in alerts or status, the level before it is the device.',
  ),
  setting('MQTT_CLIENT_ID', 'floorcast', 'Fixed: the broker keeps what comes while Floorcast is away.'),
  setting('MQTT_USERNAME', '', 'User at the broker, where it asks for one.'),
  secret('MQTT_PASSWORD', 'Its password.'),
  secret('MQTT_CA', 'PEM of the authority that signed the broker’s certificate, where it is your own.'),
  secret('MQTT_CERTIFICATE', 'PEM of a client certificate, instead of user and password.'),
  secret('MQTT_KEY', 'PEM of its key.'),
  setting('ALERT_MAX_AGE_HOURS', '24', 'An alert that nothing cleared counts as cleared after.'),
  setting('ALERT_KEEP_DAYS', '90', 'Alerts that are over are forgotten after.'),
  secret(
    'ALERT_EVENTS_URL',
    'Where alerts are handed on to: the address of a Genesys Cloud webhook integration, or of a gateway. Empty: nowhere.',
  ),
  setting(
    'ALERT_EVENTS_AUTH',
    'none',
    'none: the address is the secret (webhook). bearer: a gateway that asks for a token.',
  ),
  setting(
    'ALERT_EVENTS_TOKEN_URL',
    '',
    'bearer: where tokens come from. Empty: the login service of GENESYS_REGION.',
  ),
  setting(
    'ALERT_EVENTS_CLIENT_ID',
    '',
    'bearer: its client (client credentials). Empty: the first GENESYS_CLIENT_ID.',
  ),
  secret('ALERT_EVENTS_CLIENT_SECRET', 'bearer: its secret.'),
  setting(
    'ALERT_EVENTS_LEVELS',
    'critical',
    'Levels that are handed on, comma-separated: critical, warning, info.',
  ),
  setting('ALERT_EVENTS_PER_MINUTE', '60', 'Most alerts that are handed on in a minute.'),
];

const SESSIONS: readonly Setting[] = [
  setting(
    'DEVICE_API_URL',
    '',
    'The device cloud: {DEVICE_API_URL}/devices/{id}/status. Empty: agents see no telemetry.',
  ),
  setting(
    'CUSTOMER_API_URL',
    '',
    'Who has which device: {CUSTOMER_API_URL}/customers?ani=…. Empty: the same as DEVICE_API_URL.',
  ),
  setting(
    'DEVICE_LINK_URL',
    '',
    'WebSocket of an appliance: wss://link.example.com/devices/{deviceId}. Empty: no diagnostic sessions.',
  ),
  secret('DEVICE_LINK_CA', 'PEM of the authority that signed the link’s certificate, where it is your own.'),
  setting('DEVICE_TOKEN_URL', '', 'Where tokens for these come from (client credentials).'),
  setting('DEVICE_CLIENT_ID', '', 'The client there.'),
  secret('DEVICE_CLIENT_SECRET', 'Its secret.'),
  setting(
    'TRANSCRIPT',
    'off',
    'Where a session is written down beside the interaction: attributes (of the conversation), gateway, or off.',
  ),
  setting('TRANSCRIPT_URL', '', 'gateway: where messages are posted to.'),
  setting(
    'DEVICE_ROLES',
    'account',
    'Who may run risky commands: account (role senior_tech here), genesys-role or genesys-attribute.',
  ),
  setting(
    'DEVICE_SENIOR_NAME',
    'senior_tech',
    'The name of that role, or of that custom attribute (true), in Genesys Cloud.',
  ),
  setting(
    'WIDGET_ORIGINS',
    '',
    'Origins whose pages may hold the agent’s widget and post telemetry to it, beside the Genesys region’s own; comma-separated.',
  ),
];

const REDIS: readonly Setting[] = [
  secret(
    'REDIS_URL',
    'Redis 6.2 or newer: redis://user:password@host:6379/0; rediss: encrypted; redis+sentinel://a,b,c/name; redis+cluster://a,b,c. Empty: none.',
  ),
  secret('REDIS_CA', 'PEM of the authority that signed its certificate, where it is your own.'),
  setting(
    'FLOORCAST_ROLE',
    '',
    'One of several nodes on that Redis: all, collector (holds duties, no pages) or gateway (serves screens). Empty: alone.',
  ),
  setting(
    'ROUTING_EVENTS_URL',
    '',
    'A gateway of routing events (WebSocket, one JSON event a frame): wss://gateway.example.com/events. Empty: Genesys Cloud tells them.',
  ),
  setting(
    'ROUTING_EVENTS_TOKEN_URL',
    '',
    'Where its access_token comes from. Empty: the login service of GENESYS_REGION.',
  ),
  setting('ROUTING_EVENTS_CLIENT_ID', '', 'The client there. Empty: the first GENESYS_CLIENT_ID.'),
  secret('ROUTING_EVENTS_CLIENT_SECRET', 'Its secret.'),
  setting('ROUTING_METRICS_TTL_SECONDS', '300', 'Sums in Redis go when nothing was added for so long.'),
];

export const SETTINGS: readonly Setting[] = [
  ...SERVER,
  ...ACCESS,
  ...GENESYS,
  ...DEVICES,
  ...SESSIONS,
  ...REDIS,
];
