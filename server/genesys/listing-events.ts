/** Lists of queues and presences as KPI events, pure. Names come out as one bounded line of text. */
import { queueId } from '../../lib/ids';
import { plainName } from '../../lib/plain-name';
import type { PresencesListed, QueueInfo, QueuesListed } from '../kpi/events';
import type { PresencePage, QueuePage } from './schemas';

/** `mediaSettings` call voice `call`; everything else bears the stream's own name. */
function mediaTypeOf(setting: string): string {
  return setting === 'call' ? 'voice' : setting;
}

export interface Listing {
  readonly event: QueuesListed;
  /** Ids of the allow-list that the client cannot see. */
  readonly missing: readonly string[];
}

/** The queues that are wanted: all, or those of the allow-list. */
export function listingOf(entities: QueuePage['entities'], allowed: readonly string[]): Listing {
  const byId = new Map(entities.map((entity) => [entity.id, entity]));
  const wanted = allowed.length === 0 ? [...byId.keys()] : [...new Set(allowed)];
  const queues = wanted.map((id) => byId.get(id)).filter((entity) => entity !== undefined);
  return {
    event: { kind: 'queuesListed', queues: queues.map(queueInfo) },
    missing: wanted.filter((id) => !byId.has(id)),
  };
}

function queueInfo({ id, name, division, mediaSettings }: QueuePage['entities'][number]): QueueInfo {
  const levels = Object.entries(mediaSettings ?? {}).flatMap(([setting, media]) => {
    return media?.serviceLevel ? [{ mediaType: mediaTypeOf(setting), ...media.serviceLevel }] : [];
  });
  return {
    id: queueId(id),
    name: plainName(name),
    divisionId: division?.id ?? '',
    divisionName: plainName(division?.name ?? ''),
    serviceLevels: levels,
  };
}

export function presencesOf(entities: PresencePage['entities']): PresencesListed {
  const nameOf = ({ id, languageLabels, systemPresence, name }: PresencePage['entities'][number]) => {
    const labels = Object.entries(languageLabels ?? {});
    const english = labels.find(([language]) => language.startsWith('en')) ?? labels[0];
    return english?.[1] ?? name ?? systemPresence ?? id;
  };
  return {
    kind: 'presencesListed',
    presences: entities.map((entity) => ({ id: entity.id, name: plainName(nameOf(entity)) })),
  };
}
