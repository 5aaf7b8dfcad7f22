/**
 * The transcript as attributes of the conversation's customer: a ring of twenty, `floorcast.diagnostics.01` to `.20`,
 * and `floorcast.diagnostics.last` with the newest. Each says its number, so that a reader knows their order, and a
 * restart goes on counting from what is there. Several messages go out in one request, and sending one again writes
 * the same. Why so: docs/decisions/0011.
 */
import type { Failure } from '../../runtime/errors';
import type { InteractionDirectory } from '../ports';
import { type Delivered, type Delivery, undelivered } from './delivery';
import { datedText, type TranscriptMessage } from './transcript-message';

/** Of them all, `.last` beside. */
const SLOTS = 20;
/** The only bound that the platform documents for a value, for bot flows. */
const MAX_VALUE = 256;
const PREFIX = 'floorcast.diagnostics.';
const LAST = `${PREFIX}last`;
/** A third of what the platform allows to one client: figures and agents' look-ups need the rest. */
const PER_MINUTE = 100;

interface Place {
  readonly participantId: string;
  /** Of the next message, from 1. */
  next: number;
}

export function createAttributeDelivery(directory: InteractionDirectory): Delivery {
  const places = new Map<string, Place>();

  async function placeOf(interactionId: string): Promise<Place | Delivered> {
    const known = places.get(interactionId);
    if (known !== undefined) return known;
    const found = await directory.find(interactionId);
    if (!found.ok) return undeliverable(found.error);
    if (found.value === null) return { kind: 'gone', reason: 'there is no such conversation' };
    const { customerParticipantId: participantId, customerAttributes } = found.value;
    if (participantId === null) {
      return {
        kind: 'later',
        reason: 'no customer takes part in the conversation',
        floorMs: 0,
        isBusy: false,
      };
    }
    const place = { participantId, next: numberOf(customerAttributes.get(LAST)) + 1 };
    places.set(interactionId, place);
    return place;
  }

  async function write(
    interactionId: string,
    place: Place,
    messages: readonly TranscriptMessage[],
  ): Promise<Delivered> {
    const target = { id: interactionId, customerParticipantId: place.participantId };
    const written = await directory.setAttributes(target, attributesOf(messages, place.next));
    if (written.ok) {
      place.next += messages.length;
      return { kind: 'sent' };
    }
    if (written.error.status === 404) places.delete(interactionId);
    return undelivered(written.error);
  }

  return {
    batch: SLOTS,
    perMinute: PER_MINUTE,
    async send(interactionId, messages) {
      const place = await placeOf(interactionId);
      return 'kind' in place ? place : write(interactionId, place, messages);
    },
    forget: (interactionId) => void places.delete(interactionId),
  };
}

/** Reading is refused, or fails: nothing is wrong with the messages. */
function undeliverable({ status, message, retryAfterMs }: Failure): Delivered {
  return { kind: 'later', reason: message, floorMs: retryAfterMs, isBusy: status === 429 };
}

function attributesOf(messages: readonly TranscriptMessage[], first: number): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (const [index, message] of messages.entries()) {
    const number = first + index;
    const value = bounded(`#${number} ${datedText(message)}`);
    attributes.set(`${PREFIX}${String(((number - 1) % SLOTS) + 1).padStart(2, '0')}`, value);
    attributes.set(LAST, value);
  }
  return attributes;
}

/** The number of the newest message that is there; 0: none is. */
function numberOf(last: string | undefined): number {
  const [, digits] = /^#([0-9]{1,9}) /.exec(last ?? '') ?? [];
  return Number(digits ?? 0);
}

/** A cut leaves no half of a pair. */
function bounded(value: string): string {
  if (value.length <= MAX_VALUE) return value;
  return `${value.slice(0, MAX_VALUE - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
