'use client';
/** Words that somebody wrote for this page, in the largest type that they have room for. They are text, never markup. */
import type { CSSProperties } from 'react';
import type { TextBlock } from '../../lib/contracts/board';
import { rangeOf, TEXT_PAD_U } from './panel-plan';
import { cutLines, fittedText, linesIn } from './text-lines';

export interface TextPanelProps {
  readonly block: TextBlock;
  readonly widthU: number;
  readonly heightU: number;
}

export function TextPanel({ block, widthU, heightU }: TextPanelProps) {
  const range = rangeOf(block);
  const box = { widthU: widthU - 2 * TEXT_PAD_U, heightU: heightU - 2 * TEXT_PAD_U };
  const { sizeU, lines, isWhole } = fittedText(block.text, box, range);
  const shown = isWhole ? lines : cutLines(lines, linesIn(box, range), box.widthU / sizeU);
  const style = { '--type': sizeU, '--line': range.lineHeight, ...sizeOf({ widthU, heightU }) };
  return (
    <section
      className={block.large ? 'panel words is-large' : 'panel words'}
      data-panel="text"
      title={isWhole ? undefined : block.text}
      style={style as CSSProperties}
    >
      {/* biome-ignore lint/suspicious/noArrayIndexKey: the lines of one text, always drawn together. */}
      <p>{shown.map((line, index) => [<span key={index}>{line}</span>, ' '])}</p>
    </section>
  );
}

/** The measures of a panel, for its style. */
export function sizeOf({ widthU, heightU }: Omit<TextPanelProps, 'block'>): CSSProperties {
  return { width: `calc(var(--u) * ${widthU})`, height: `calc(var(--u) * ${heightU})` };
}
