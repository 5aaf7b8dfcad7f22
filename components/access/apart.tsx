/**
 * A name within a sentence, set apart from it: one that is written from right to left, or has marks of direction in it,
 * moves none of the words around it. The catalogue says where: `<n>{name}</n>`.
 */
import type { ReactNode } from 'react';

export function apart(name: ReactNode): ReactNode {
  return <bdi>{name}</bdi>;
}
