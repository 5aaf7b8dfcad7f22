/**
 * One diagnostic session that is open: the shell around its state and its line of commands. It performs what they
 * decide on link, store and audit log, and tells readers what changed. Events that come up while others are performed
 * wait for their turn. It decides nothing about who may do what.
 */
import type { DiagnosticSession } from '../../../lib/contracts/diagnostics';
import { messageOf } from '../../runtime/errors';
import type { StoredCommand, StoredSession } from '../../store/session-ports';
import type { ApplianceLink, ApplianceMessage, LinkState } from '../ports';
import {
  type CommandLine,
  type Happening,
  hasWork,
  type LineEffect,
  type Moment,
  openLine,
  stepLine,
  waitingCount,
} from './command-line';
import type { SessionDeps } from './session-deps';
import { SessionMeasures } from './session-measures';
import { commandLine, endLine, noticeOf, transitionLine } from './session-sentences';
import { nextSessionState, type SessionEvent } from './session-state';
import { sessionView } from './session-view';

export class LiveSession {
  readonly #deps: SessionDeps;
  readonly #measures: SessionMeasures;
  /** By id, in the order in which they were asked. */
  readonly #commands: Map<string, StoredCommand>;
  readonly #waiting: Happening[] = [];
  #row: StoredSession;
  #line: CommandLine;
  #link: ApplianceLink | null = null;
  #linkReason: string | null = null;
  #heardAt: number | null = null;
  /** Monotonic. */
  #touchedAt: number;
  #isFeeding = false;
  #suggested = '';

  /** `commands`: all of its rows, in their order. */
  constructor(row: StoredSession, commands: readonly StoredCommand[], deps: SessionDeps) {
    this.#deps = deps;
    this.#row = row;
    this.#commands = new Map(commands.map((command) => [command.id, command]));
    this.#line = openLine(commands, this.#moment());
    this.#measures = new SessionMeasures({
      ...{ deps, sessionId: row.id, interactionId: row.interactionId },
      onChanged: (isSure) => this.#tellSuggestions(isSure),
    });
    this.#touchedAt = deps.clock.monotonicNow();
  }

  get row(): StoredSession {
    return this.#row;
  }
  get commands(): readonly StoredCommand[] {
    return [...this.#commands.values()];
  }
  command(id: string): StoredCommand | undefined {
    return this.#commands.get(id);
  }
  get waitingCount(): number {
    return waitingCount(this.#line);
  }
  get isOver(): boolean {
    return this.#row.endedAt !== null;
  }
  /** Ended, and the end of each command is in the audit log. */
  get isSettled(): boolean {
    return this.isOver && this.commands.every(({ isEndRecorded }) => isEndRecorded);
  }
  get notice(): string | null {
    return this.isOver ? null : noticeOf(this.#row.state, this.#linkReason);
  }
  /** Epoch ms; `null`: not since this process knows it. */
  get heardAt(): number | null {
    return this.#heardAt;
  }
  /** Monotonic: when a person did something here, or looked. */
  get touchedAt(): number {
    return this.#touchedAt;
  }
  touch(): void {
    this.#touchedAt = this.#deps.clock.monotonicNow();
  }

  /** To be called once. */
  open(): void {
    const { openLink } = this.#deps;
    this.#link = openLink(this.#row.deviceId, {
      onState: (state) => this.#onLinkState(state),
      onMessage: (message) => this.#onMessage(message),
    });
    // What it told before it was there to answer.
    this.#onLinkState(this.#link.state);
  }

  /** One that is on the disk as queued, and in the audit log. */
  add(command: StoredCommand): void {
    this.touch();
    this.#commands.set(command.id, command);
    this.#feed({ kind: 'added', row: command });
    if (!this.isOver) this.#happened({ kind: 'asked' });
    this.#tellSession();
  }

  /** A row that does not run: it could not be recorded. */
  refuse(command: StoredCommand): void {
    this.#commands.set(command.id, command);
    this.#ended(command);
    this.#tellSession();
  }

  /** Rows as they were left: those that the restart changed are stored, and ends that are not recorded are. */
  takeUp(left: readonly StoredCommand[]): void {
    this.#setRow(this.#row);
    const before = new Map(left.map((command) => [command.id, command]));
    for (const row of this.commands) {
      if (row.endedAt !== null && !row.isEndRecorded) this.#recordEnd(row);
      else if (row !== before.get(row.id)) this.#store(row);
    }
  }

  update(change: Partial<Pick<StoredSession, 'agentUserIds' | 'endingFrom'>>): void {
    this.#setRow({ ...this.#row, ...change });
  }

  tickMetrics(now: number): void {
    if (!this.isOver) this.#measures.tick(now);
  }

  tickCommands(): void {
    if (!this.isOver) this.#feed({ kind: 'tick' });
  }

  /** Ends it: what waits or is out ends with it, the link is closed. Nothing of it goes out any more. */
  end(solvedRemotely: boolean | null): void {
    const { transcript, clock } = this.#deps;
    const at = clock.now();
    // First: that nothing is left to run completes no session any more.
    this.#setRow({ ...this.#row, endedAt: at, solvedRemotely });
    this.#feed({ kind: 'over' });
    this.#measures.end(at);
    this.leave();
    transcript.say(this.#row.interactionId, endLine(solvedRemotely), at);
    transcript.end(this.#row.interactionId);
    this.#tellSession();
  }

  /** The server stops: the link is closed, all else stays as it is for the next one. */
  leave(): void {
    this.#link?.close();
    this.#link = null;
  }

  view(): DiagnosticSession {
    const { transcript } = this.#deps;
    const { interactionId } = this.#row;
    return sessionView({
      ...{ row: this.#row, commands: this.commands, heardAt: this.#heardAt, linkReason: this.#linkReason },
      ...{ windows: this.#measures.windows, breaches: this.#measures.breaches },
      transcript: { ...transcript.status(interactionId), windowMs: transcript.windowMs(interactionId) },
    });
  }

  #onLinkState(state: LinkState): void {
    if (this.#link === null || this.isOver) return;
    if (state.kind === 'up') {
      this.#linkReason = null;
      this.#heardAt = this.#deps.clock.now();
      this.#happened({ kind: 'linkUp', hasWork: hasWork(this.#line) });
      this.#feed({ kind: 'linkUp' });
      this.#goIdle();
    } else {
      this.#feed({ kind: 'linkDown' });
      if (state.kind === 'connecting') return;
      this.#linkReason = state.reason;
      this.#happened({ kind: state.kind === 'lost' ? 'linkLost' : 'linkFailed' });
    }
  }

  #onMessage(message: ApplianceMessage): void {
    if (this.#link === null || this.isOver) return;
    this.#heardAt = message.at;
    if (message.kind === 'metrics') this.#measures.take(message.values, message.at);
    else if (message.kind !== 'heartbeat') this.#feed({ kind: 'said', message });
  }

  /** A session goes out where advice or limits changed, not with each window. */
  #tellSuggestions(isChanged: boolean): void {
    if (!this.#deps.live.isWatched(this.#row.interactionId)) return;
    const suggested = this.view()
      .suggestions.map(({ key }) => key)
      .join();
    if (isChanged || suggested !== this.#suggested) this.#tellSession();
    this.#suggested = suggested;
  }

  #happened(event: SessionEvent): void {
    const before = this.#row.state;
    const { state, retryLink } = nextSessionState(before, event);
    const { transcript, clock } = this.#deps;
    if (state !== before) {
      const since = clock.now();
      this.#setRow({ ...this.#row, state, since });
      const line = transitionLine(before, state, this.#linkReason);
      if (line !== null) transcript.say(this.#row.interactionId, line, since);
      this.#tellSession();
    }
    if (retryLink) this.#link?.retry();
  }

  #goIdle(): void {
    if (!hasWork(this.#line) && !this.isOver) this.#happened({ kind: 'idle' });
  }

  #feed(happening: Happening): void {
    this.#waiting.push(happening);
    if (this.#isFeeding) return;
    this.#isFeeding = true;
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
        const { line, effects } = stepLine(this.#line, next, this.#moment());
        this.#line = line;
        for (const effect of effects) this.#perform(effect);
        if (effects.length > 0) this.#tellSession();
      }
    } finally {
      this.#isFeeding = false;
    }
    this.#goIdle();
  }

  #perform(effect: LineEffect): void {
    if (effect.kind === 'ask') {
      this.#link?.ask(effect.id);
      return;
    }
    const { row } = effect;
    if (effect.kind === 'ended') this.#ended(row);
    if (effect.kind === 'storeSent') this.#storeSent(row);
    if (effect.kind === 'store') {
      this.#commands.set(row.id, row);
      this.#store(row);
    }
    if (effect.kind === 'send') {
      this.#commands.set(row.id, row);
      if (this.#link?.send(row) !== true) this.#feed({ kind: 'notSent', id: row.id });
    }
  }

  #storeSent(row: StoredCommand): void {
    this.#deps.writer.write({ commands: [row] }, false).then(
      () => this.#feed({ kind: 'sentStored', id: row.id }),
      () => this.#feed({ kind: 'notStored', id: row.id }),
    );
  }

  #ended(row: StoredCommand): void {
    const { transcript, clock } = this.#deps;
    this.#commands.set(row.id, row);
    transcript.say(this.#row.interactionId, commandLine(row), clock.now());
    this.#recordEnd(row);
  }

  #recordEnd(row: StoredCommand): void {
    this.#deps.ends.add(this.#row, row, () => {
      this.#commands.set(row.id, { ...row, isEndRecorded: true });
    });
  }

  #store(row: StoredCommand): void {
    this.#deps.writer.write({ commands: [row] }, true).catch(this.#noted);
  }

  #setRow(row: StoredSession): void {
    this.#row = row;
    this.#deps.writer.write({ sessions: [row] }, true).catch(this.#noted);
  }

  /** It is written again with the next unit. */
  readonly #noted = (thrown: unknown): void => {
    this.#deps.log.debug('a session was not stored yet', { reason: messageOf(thrown) });
  };

  #tellSession(): void {
    const { live } = this.#deps;
    const { interactionId } = this.#row;
    if (live.isWatched(interactionId)) live.tell(interactionId, { kind: 'session', session: this.view() });
  }

  #moment(): Moment {
    const { clock } = this.#deps;
    return { at: clock.now(), monotonic: clock.monotonicNow() };
  }
}
