/**
 * A device's answer to a command, copied within bounds: so deep, so wide, texts of one line, fields of plain names.
 * What is beyond is left out, so that a long list costs its end and not the whole answer. Whether it is the answer that
 * the command should have, decides who asked.
 */
import { plainName } from '../../../lib/plain-name';

const MAX_DEPTH = 6;
/** Of lists and objects together. */
const MAX_VALUES = 1_000;
const MAX_TEXT = 500;
const FIELD = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

/** Nothing where it is no object. */
export function boundedResult(given: unknown): Readonly<Record<string, unknown>> {
  const budget = { left: MAX_VALUES };
  return isFields(given) ? fieldsOf(given, 1, budget) : {};
}

interface Budget {
  left: number;
}

function copyOf(value: unknown, depth: number, budget: Budget): unknown {
  budget.left -= 1;
  if (typeof value === 'string') return plainName(value, MAX_TEXT);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'boolean') return value;
  if (depth >= MAX_DEPTH) return null;
  if (Array.isArray(value)) return listOf(value, depth + 1, budget);
  return isFields(value) ? fieldsOf(value, depth + 1, budget) : null;
}

function listOf(list: readonly unknown[], depth: number, budget: Budget): unknown[] {
  const copy: unknown[] = [];
  for (const value of list) {
    if (budget.left <= 0) break;
    copy.push(copyOf(value, depth, budget));
  }
  return copy;
}

function fieldsOf(fields: object, depth: number, budget: Budget): Readonly<Record<string, unknown>> {
  const kept: [string, unknown][] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (budget.left <= 0) break;
    // Names begin with a letter: `__proto__` is none.
    if (FIELD.test(name)) kept.push([name, copyOf(value, depth, budget)]);
  }
  return Object.fromEntries(kept);
}

function isFields(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
