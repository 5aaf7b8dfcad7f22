/** Opens the transcript that the settings want: attributes of the conversation, a gateway, or none. */
import type { Clock } from '../../runtime/clock';
import type { Log } from '../../runtime/log';
import type { Metrics } from '../../runtime/metrics';
import type { Random } from '../../runtime/random';
import type { InteractionDirectory, Transcript } from '../ports';
import { SILENT_TRANSCRIPT } from '../silent-transcript';
import { createAttributeDelivery } from './attribute-delivery';
import type { Delivery } from './delivery';
import { createGatewayDelivery, type GatewayTarget } from './gateway-delivery';
import { createTranscriptCounts } from './transcript-counts';
import { TranscriptWriter } from './transcript-writer';

export type TranscriptTarget =
  | { readonly kind: 'off' }
  | { readonly kind: 'attributes'; readonly directory: InteractionDirectory }
  | ({ readonly kind: 'gateway' } & GatewayTarget);

export interface TranscriptOptions {
  readonly target: TranscriptTarget;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
}

export function createTranscript(options: TranscriptOptions): Transcript {
  const { target } = options;
  switch (target.kind) {
    case 'off':
      return SILENT_TRANSCRIPT;
    case 'attributes':
      return writerOf(options, createAttributeDelivery(target.directory));
    case 'gateway':
      return writerOf(options, createGatewayDelivery(target));
  }
}

function writerOf({ clock, random, log, metrics }: TranscriptOptions, delivery: Delivery): Transcript {
  const own = log.child({ part: 'transcript' });
  const counts = createTranscriptCounts(metrics);
  return new TranscriptWriter({ delivery, clock, random, log: own, counts });
}
