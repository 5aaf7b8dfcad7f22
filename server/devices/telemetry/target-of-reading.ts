/** From what the platform said of a conversation to the device that it is about. */
import type { Target } from './choose-device';
import type { Reading } from './interaction-book';
import { interactionGone, reasonOf } from './reasons';
import type { TargetFinder } from './target-finder';

export async function targetOfReading(
  reading: Reading,
  targets: Pick<TargetFinder, 'ofInteraction'>,
): Promise<Target> {
  switch (reading.kind) {
    case 'found':
      return targets.ofInteraction(reading.interaction);
    case 'none':
      return { kind: 'none', reason: interactionGone, customerId: null };
    case 'failed':
      return { kind: 'none', reason: reasonOf(reading.failure, 'conversations'), customerId: null };
  }
}
