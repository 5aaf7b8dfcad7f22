/**
 * The sound of a screen: two calm notes, made by the browser itself. Browsers give a page no sound before a person has
 * touched it, unless they were told to (see the kiosk's settings): then it is locked, and says so. Whoever wants sound
 * opens it; nothing is opened, and no sound device is held, before.
 */
import type { SoundState } from '../../lib/contracts/screen-report';

/** Hz, and when each note begins, in seconds. */
const NOTES = [
  { pitch: 659.25, at: 0 },
  { pitch: 880, at: 0.28 },
] as const;
const NOTE_SECONDS = 0.6;
const ATTACK_SECONDS = 0.02;
/** As loud as 100 % is: two notes together stay under what a loudspeaker distorts at. */
const LOUDEST = 0.6;

export class Chime {
  readonly #make: () => AudioContext | null;
  readonly #tell: () => void;
  #context: AudioContext | null = null;
  #isBroken = false;

  /** `make`: `null`, or throws, where the browser has none. `tell`: the state may be another. */
  constructor(make: () => AudioContext | null, tell: () => void) {
    this.#make = make;
    this.#tell = tell;
  }

  state(): SoundState {
    if (this.#isBroken) return 'none';
    if (this.#context === null) return 'off';
    return this.#context.state === 'running' ? 'ready' : 'locked';
  }

  open(): void {
    if (this.#context !== null || this.#isBroken) return;
    try {
      this.#context = this.#make();
    } catch {
      // A browser without sound devices may refuse: then there is none, and the screen says so.
    }
    this.#isBroken = this.#context === null;
    this.#context?.addEventListener('statechange', this.#tell);
    this.#tell();
    this.unlock();
  }

  /** After a person's gesture, and in kiosks that need none. */
  unlock(): void {
    if (this.#context === null || this.#context.state === 'running') return;
    // It may stay unanswered until there is a gesture; the state tells.
    this.#context.resume().then(this.#tell, () => undefined);
  }

  /** `volume`: percent. Nothing where it is locked. */
  play(volume: number): void {
    const context = this.#context;
    if (context === null || context.state !== 'running') return;
    for (const { pitch, at } of NOTES) {
      const begin = context.currentTime + at;
      const gain = context.createGain();
      gain.gain.setValueAtTime(0, begin);
      gain.gain.linearRampToValueAtTime((volume / 100) * LOUDEST, begin + ATTACK_SECONDS);
      gain.gain.exponentialRampToValueAtTime(0.0001, begin + NOTE_SECONDS);
      const note = context.createOscillator();
      note.frequency.value = pitch;
      note.connect(gain).connect(context.destination);
      note.onended = () => gain.disconnect();
      note.start(begin);
      note.stop(begin + NOTE_SECONDS);
    }
  }

  close(): void {
    this.#context?.removeEventListener('statechange', this.#tell);
    this.#context?.close().catch(() => undefined);
    this.#context = null;
  }
}
