/**
 * A call as its target reads it: our own JSON; a message with an Adaptive Card, as Teams' workflows take it; a message
 * of blocks, as Slack's incoming webhooks take it. What comes from outside stands in fields that know no mark-up, so
 * that nobody is called by a queue's name. Pure.
 */
import { isTimeZone } from '../../lib/day';
import { formatClock } from '../../lib/format';
import type { AlarmCall } from '../store/alarm-documents';

export interface CallContext {
  readonly id: string;
  /** Of the call's boards. */
  readonly boards: readonly { readonly id: string; readonly name: string; readonly timeZone: string }[];
}

export type CallFormat = 'json' | 'teams' | 'slack';

export function bodyOf(format: CallFormat, call: AlarmCall, context: CallContext): string {
  switch (format) {
    case 'json':
      return JSON.stringify(ownBody(call, context));
    case 'teams':
      return JSON.stringify(teamsBody(call, context));
    case 'slack':
      return JSON.stringify(slackBody(call, context));
  }
}

function ownBody({ event, at, alarm, flood }: AlarmCall, { id, boards }: CallContext): object {
  const names = boards.map((board) => ({ id: board.id, name: board.name }));
  return { version: 1, id, event, at, alarm, flood, boards: names };
}

/** “Critical”, “Over”, “Taken by Sam”. */
function headline({ event, alarm, flood }: AlarmCall): string {
  if (flood !== null) return event === 'cleared' ? 'The flood of alarms is over' : 'Many alarms at once';
  if (event === 'cleared') return 'Over';
  if (event === 'acknowledged') {
    const by = alarm?.acknowledgement?.by ?? null;
    return by === null ? 'Somebody has taken it' : `Taken by ${by}`;
  }
  return alarm?.level === 'critical' ? 'Critical' : 'Warning';
}

function phrase({ event, alarm, flood }: AlarmCall): string {
  if (alarm !== null) return alarm.text;
  if (flood === null || event === 'cleared') return 'What still lasts is listed one by one again.';
  return `${flood.count} alarms came at once. They are one line until it is calmer.`;
}

/** Where and since when, by the clock of the first board; a zone that nobody knows is UTC. */
function place(call: AlarmCall, { boards }: CallContext): string {
  const timeZone = boards[0]?.timeZone ?? 'UTC';
  const zone = { locale: 'en-GB', timeZone: isTimeZone(timeZone) ? timeZone : 'UTC' };
  const since = formatClock(call.alarm?.since ?? call.flood?.since ?? call.at, zone, 'second');
  const names = boards.map(({ name }) => name).join(', ');
  const until = call.event === 'cleared' ? `, over at ${formatClock(call.at, zone, 'second')}` : '';
  return `${names === '' ? '' : `${names} · `}since ${since}${until} (${zone.timeZone})`;
}

/** https://adaptivecards.io/explorer: a TextRun knows no Markdown; version 1.2 is the first that has it. */
function teamsBody(call: AlarmCall, context: CallContext): object {
  const line = (text: string, more: object) => ({
    type: 'RichTextBlock',
    inlines: [{ type: 'TextRun', text: withoutFunctions(text), ...more }],
  });
  const color = call.event !== 'raised' ? 'good' : call.alarm?.level === 'warning' ? 'warning' : 'attention';
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.2',
    fallbackText: withoutFunctions(`${headline(call)}: ${phrase(call)}`),
    body: [
      line(headline(call), { weight: 'bolder', size: 'medium', color }),
      line(phrase(call), {}),
      line(place(call, context), { isSubtle: true, size: 'small' }),
    ],
  };
  const attachment = { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content };
  return { type: 'message', attachments: [attachment] };
}

/** `{{DATE(…)}}` in a card is worked out by the reader's client. */
function withoutFunctions(text: string): string {
  return text.replaceAll('{{', '{ {');
}

/** https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks; `text` is what notifications show. */
function slackBody(call: AlarmCall, context: CallContext): object {
  const plain = (text: string) => ({ type: 'plain_text', text: clipped(text, 2_900), emoji: false });
  return {
    text: escapedForSlack(`${headline(call)}: ${phrase(call)}`),
    blocks: [
      { type: 'header', text: { ...plain(headline(call)), text: clipped(headline(call), 150) } },
      { type: 'section', text: plain(phrase(call)) },
      { type: 'context', elements: [plain(place(call, context))] },
    ],
  };
}

/** `<!channel>` would call everybody. */
function escapedForSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function clipped(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
