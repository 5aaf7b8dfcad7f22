/** Who tells screens something beside their figures: after their snapshot, and whenever it is another. */
import type { AudienceKind } from './audience/audience-of';
import type { Screen } from './screen';

export interface Teller {
  /** After its snapshot was handed over. */
  add(screen: Screen, boardId: string, audience: AudienceKind): void;
  remove(screen: Screen): void;
  close(): void;
}
