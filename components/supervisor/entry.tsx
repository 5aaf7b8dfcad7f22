/** One term of a definition with what is said of it. */
import type { ReactNode } from 'react';

export function Entry({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}
