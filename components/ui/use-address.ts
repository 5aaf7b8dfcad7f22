'use client';
/** The part of this page's own address; '' where the page is made on the server, which is asked by many names. */
import { useSyncExternalStore } from 'react';

const never = () => () => undefined;
const nothing = () => '';

export function useAddress(part: 'host' | 'origin'): string {
  return useSyncExternalStore(never, () => window.location[part], nothing);
}
