'use client';
/** What a figure can be about, by name, as the server knows it. */
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { type SubjectsResponse, subjectsResponseSchema } from '../../lib/contracts/board-desk';
import type { SubjectInfo } from '../../lib/contracts/push';
import { parseSubject, subjectKey } from '../../lib/ids';
import { usePolled } from '../ui/use-polled';

const ASK_MS = 60_000;

export type KnownSubject = SubjectsResponse['subjects'][number];

export interface KnownSubjects {
  readonly list: readonly KnownSubject[];
  /** Their addresses; `null`: not known yet. */
  readonly keys: ReadonlySet<string> | null;
  /** Of one media type: with its name. The address itself where there is none of that name. */
  readonly nameOf: (subject: string) => string;
}

/** What Genesys Cloud calls its media types. */
export const MEDIA_TYPES = ['voice', 'callback', 'chat', 'email', 'message'] as const;

export function useSubjects(): KnownSubjects {
  const t = useTranslations('editor');
  const answer = usePolled('/api/v1/board-desk/subjects', subjectsResponseSchema, ASK_MS).answer;
  return useMemo(() => {
    const list = answer?.subjects ?? [];
    const names = new Map(
      list.map(({ subject, name, kind }) => [subject, kind === 'all' ? t('allQueues') : name]),
    );
    // A server that has just started, or has no source, knows of no queue: that does not mean that they are gone.
    const isKnown = list.some(({ kind }) => kind === 'queue');
    return {
      list,
      keys: isKnown ? new Set(names.keys()) : null,
      nameOf: (subject) => nameOf(subject, names, (media) => t(`media.${media}`)),
    };
  }, [answer, t]);
}

function nameOf(
  subject: string,
  names: ReadonlyMap<string, string>,
  mediaName: (media: (typeof MEDIA_TYPES)[number]) => string,
): string {
  const parsed = parseSubject(subject);
  if (parsed === null) return subject;
  if (parsed.kind === 'site') return parsed.id;
  const name = names.get(subjectKey(parsed.kind, parsed.id)) ?? subject;
  const media = MEDIA_TYPES.find((one) => one === parsed.mediaType);
  return media === undefined ? name : `${name}, ${mediaName(media)}`;
}

/** For a preview: those that the socket does not tell of, too. */
export function subjectInfos(
  heard: ReadonlyMap<string, SubjectInfo> | undefined,
  used: readonly string[],
  { nameOf: name }: KnownSubjects,
  timeZone: string,
): ReadonlyMap<string, SubjectInfo> {
  const infos = new Map(heard);
  for (const subject of used) {
    if (infos.has(subject)) continue;
    const text = name(subject);
    infos.set(subject, { subject, name: text, shortName: text.slice(0, 12), timeZone });
  }
  return infos;
}
