/** Ctrl or ⌘ with Z, with Shift and Z, with Y: also in a field, whose own undoing knows nothing of the board. Pure. */
export type StepKey = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** `null`: no step. In a dialog there is none: it would change what nobody sees. */
export function stepOfKey(press: StepKey, isDialogOpen: boolean): 'undone' | 'redone' | null {
  if (isDialogOpen || !(press.ctrlKey || press.metaKey) || press.altKey) return null;
  const key = press.key.toLowerCase();
  if (key === 'y') return 'redone';
  if (key !== 'z') return null;
  return press.shiftKey ? 'redone' : 'undone';
}
