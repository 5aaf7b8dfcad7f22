/**
 * CSV as spreadsheets write it (RFC 4180): quoted fields, doubled quotes, line breaks inside quotes, CRLF or LF,
 * a byte order mark. Every record knows the line it began on.
 */
export interface CsvRecord {
  readonly line: number;
  readonly fields: readonly string[];
}

export type CsvOutcome =
  | { readonly ok: true; readonly records: readonly CsvRecord[] }
  | { readonly ok: false; readonly line: number; readonly problem: string };

/** Empty lines are left out. Fails on a quote that never closes and on text after a closing quote. */
export function parseCsv(text: string): CsvOutcome {
  const records: CsvRecord[] = [];
  let fields: string[] = [];
  let line = 1;
  let recordLine = 1;
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  const endRecord = () => {
    if (fields.length > 1 || (fields[0] ?? '').trim() !== '') records.push({ line: recordLine, fields });
    fields = [];
    recordLine = line;
  };
  while (at < text.length) {
    const field = text[at] === '"' ? quotedField(text, at) : plainField(text, at);
    if (field === null) return { ok: false, line, problem: 'a quoted field is not closed properly' };
    fields.push(field.value);
    line += field.lineBreaks;
    at = field.end;
    if (text[at] === ',') {
      at += 1;
      if (at === text.length) fields.push('');
      continue;
    }
    at += text.startsWith('\r\n', at) ? 2 : 1;
    line += 1;
    endRecord();
  }
  if (fields.length > 0) endRecord();
  return { ok: true, records };
}

interface Field {
  readonly value: string;
  /** Where the separator, the line break or the end of the text is. */
  readonly end: number;
  readonly lineBreaks: number;
}

function plainField(text: string, start: number): Field {
  let end = start;
  while (end < text.length && text[end] !== ',' && text[end] !== '\n' && text[end] !== '\r') end += 1;
  return { value: text.slice(start, end), end, lineBreaks: 0 };
}

function quotedField(text: string, start: number): Field | null {
  let close = text.indexOf('"', start + 1);
  while (close !== -1 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
  if (close === -1) return null;
  const after = text[close + 1];
  if (after !== undefined && after !== ',' && after !== '\n' && after !== '\r') return null;
  const raw = text.slice(start + 1, close);
  return { value: raw.replaceAll('""', '"'), end: close + 1, lineBreaks: raw.split('\n').length - 1 };
}
