'use client';
/** The rules in the order in which they are tried, to be moved and taken away by who may. */
import { useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import type { DeviceRule } from '../../lib/contracts/settings';
import { type NamedQueue, queueName } from './queue-names';

export interface RuleListProps {
  readonly rules: readonly DeviceRule[];
  readonly queues: readonly NamedQueue[];
  /** `null`: only read. */
  readonly edit: {
    readonly move: (index: number, by: -1 | 1) => void;
    readonly remove: (index: number) => void;
  } | null;
}

const CONDITIONS = ['product', 'site', 'deviceId'] as const;

export function RuleList({ rules, queues, edit }: RuleListProps) {
  const t = useTranslations('rules');
  const list = useRef<HTMLOListElement>(null);
  /** The rule went elsewhere: the keyboard goes along. */
  const wanted = useRef<{ readonly index: number; readonly way: string } | null>(null);
  const follow = (index: number, way: string) => {
    wanted.current = { index, way };
  };
  // Once the rules are drawn in their new order; looked for after every drawing, as there is nothing to do mostly.
  useEffect(() => {
    if (wanted.current === null) return;
    const { index, way } = wanted.current;
    wanted.current = null;
    list.current?.children[index]?.querySelector<HTMLButtonElement>(`[data-way="${way}"]`)?.focus();
  });
  if (rules.length === 0) return <p className="note">{t('empty')}</p>;
  return (
    <ol className="rule-list" ref={list}>
      {rules.map((rule, index) => {
        const words = CONDITIONS.flatMap((name) => {
          const pattern = rule[name];
          return pattern === undefined ? [] : t(`is.${name}`, { pattern });
        }).join(t('and'));
        const name = t('rule', { conditions: words, queue: queueName(queues, rule.queueId) });
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: rules have no names; equal ones may stand twice.
          <li key={index} data-rule={index}>
            <span className="rule-words">
              {words} <b>→ {queueName(queues, rule.queueId)}</b>
              {!queues.some(({ id }) => id === rule.queueId) && <small>{t('noSuchQueue')}</small>}
            </span>
            {edit !== null && (
              <span className="rule-ways">
                <button
                  type="button"
                  className="button"
                  data-way="up"
                  aria-disabled={index === 0}
                  aria-label={t('moveUp', { rule: name })}
                  onClick={() => {
                    edit.move(index, -1);
                    follow(Math.max(0, index - 1), 'up');
                  }}
                >
                  ↑
                </button>
                <button
                  type="button"
                  className="button"
                  data-way="down"
                  aria-disabled={index === rules.length - 1}
                  aria-label={t('moveDown', { rule: name })}
                  onClick={() => {
                    edit.move(index, 1);
                    follow(Math.min(rules.length - 1, index + 1), 'down');
                  }}
                >
                  ↓
                </button>
                <button
                  type="button"
                  className="button"
                  data-way="remove"
                  aria-label={t('removeNamed', { rule: name })}
                  onClick={() => {
                    edit.remove(index);
                    follow(Math.min(rules.length - 2, index), 'remove');
                  }}
                >
                  {t('remove')}
                </button>
              </span>
            )}
          </li>
        );
      })}
    </ol>
  );
}
