/** See runtime: this room's own name for it. */
export { createOneAtATime } from '../runtime/one-at-a-time';
