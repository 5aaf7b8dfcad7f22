/**
 * The smallest of many numbers that change one at a time: a tournament tree. A change walks up only as far as it
 * decides something, so its cost grows with the logarithm of the members at most. NaN takes no part.
 */
import { at, doubles } from './row-layout';

export interface ExtremeTree {
  readonly size: number;
  /** Root at 1, the leaves from `size` on; Infinity where nothing is. */
  readonly nodes: number[];
}

export function createExtremeTree(members: number): ExtremeTree {
  let size = 1;
  while (size < members) size *= 2;
  return { size, nodes: doubles(2 * size, () => Number.POSITIVE_INFINITY) };
}

export function setExtreme(tree: ExtremeTree, member: number, value: number): void {
  const { nodes, size } = tree;
  let winner = Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
  for (let node = size + member; node >= 1 && at(nodes, node) !== winner; node >>= 1) {
    nodes[node] = winner;
    if (node > 1) winner = Math.min(winner, at(nodes, node ^ 1));
  }
}

/** NaN where no member has a value. */
export function smallest(tree: ExtremeTree): number {
  const winner = at(tree.nodes, 1);
  return winner === Number.POSITIVE_INFINITY ? Number.NaN : winner;
}
