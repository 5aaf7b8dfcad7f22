/** What the demo prints when it is up: addresses, and with accounts who can be signed in as what. Pure. */
import { demoPeople } from './demo-accounts';
import type { Stand } from './stand';
import type { StandingCall } from './stand-devices';

export function demoWords(
  stand: Pick<Stand, 'url' | 'otherUrls' | 'simulatorUrl' | 'logDir' | 'call'>,
  accounts: boolean,
): string {
  const { url, otherUrls, simulatorUrl, logDir, call } = stand;
  const addresses: readonly (readonly [string, string])[] = [
    ['On the wall, 55″ seen from 8 m:', `${url}/screen/default`],
    ['The same wall seen from 5 m:', `${url}/screen/default?distance=5`],
    ...otherUrls.map((other) => ['The same at another node:', `${other}/screen/default`] as const),
    ['Every queue, every figure:', `${url}/supervisor/queues`],
    ['What devices raise, and faults:', `${url}/supervisor/alerts`],
    ['The devices, by site:', `${url}/supervisor/devices`],
    ...(call === null ? [] : callAddresses(url, call)),
    ['Diagnostic sessions:', `${url}/supervisor/diagnostics`],
    ['A television shows a code here:', `${url}/pair`],
    ['… which is entered here:', `${url}/supervisor/screens`],
    ...(accounts ? ([['People and their roles:', `${url}/admin/people`]] as const) : []),
    ['The simulated world and faults:', `${simulatorUrl}/simulator/truth`],
    ['Who talks with whom there:', `${simulatorUrl}/simulator/conversations`],
  ];
  return [
    '',
    ...addresses.map(([what, where]) => `  ${what.padEnd(33)}${where}`),
    `  Logs: ${logDir}`,
    ...(accounts ? peopleLines() : []),
    '',
    `  Open the board:  ${url}/supervisor/boards/default`,
    '  Ctrl-C ends it.',
    '',
  ].join('\n');
}

/** The widget, as it stands beside a call of that agent. */
function callAddresses(url: string, { conversationId, userName }: StandingCall) {
  const about = `conversationId=${conversationId}`;
  return [
    [`A caller’s device (${userName}):`, `${url}/agent/device?${about}`],
    ['… and diagnostics on it:', `${url}/agent/diagnostics?${about}`],
  ] as const;
}

function peopleLines(): readonly string[] {
  const rows = demoPeople().map(
    ({ name, roles, sees }) => [name, roles.join(', ') || 'no role', sees] as const,
  );
  const widthOf = (column: 0 | 1) => Math.max(...rows.map((row) => row[column].length)) + 2;
  const [names, roles] = [widthOf(0), widthOf(1)];
  return [
    '',
    '  Each page asks you to sign in; choose one of these people, there is no password:',
    ...rows.map(([name, role, sees]) => `    ${name.padEnd(names)}${role.padEnd(roles)}${sees}`),
    '  To be another one: the name at the top right, Sign out. Or a private window.',
  ];
}
