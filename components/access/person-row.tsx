'use client';
/** One person: the provider's roles as they are, those given here to be ticked, and the sessions to be ended. */
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { z } from 'zod';
import { PERSON_ROLES, type Person, type PersonRole, personSchema } from '../../lib/contracts/access';
import { callServer } from '../ui/fetch-json';
import { apart } from './apart';
import { ConfirmDialog } from './confirm-dialog';
import { Ago, Moment } from './moment';
import { ProblemLine } from './problem-line';
import { isSameRoles, losesAdmin, toggled } from './role-draft';
import { useDeed } from './use-deed';

export interface PersonRowProps {
  readonly person: Person;
  /** When this was so, by the server's clock. */
  readonly now: number | null;
  readonly onChanged: () => void;
}

export function PersonRow({ person, now, onChanged }: PersonRowProps) {
  const t = useTranslations('people');
  return (
    <tr data-person={person.id}>
      <th scope="row">
        <bdi>{person.name}</bdi>
        {person.email !== null && (
          <small>
            <bdi>{person.email}</bdi>
          </small>
        )}
        <small>
          {t('lastSignIn')} <Ago at={person.lastSignInAt} now={now} />
        </small>
      </th>
      <td>
        <Roles person={person} onChanged={onChanged} />
      </td>
      <td>
        <SessionList person={person} now={now} onChanged={onChanged} />
      </td>
    </tr>
  );
}

function Roles({ person, onChanged }: Pick<PersonRowProps, 'person' | 'onChanged'>) {
  const t = useTranslations('people');
  // Absent: as the server says, also when that changes.
  const [draft, setDraft] = useState<readonly PersonRole[] | null>(null);
  const [isAsking, setAsking] = useState(false);
  const { isBusy, problem, run } = useDeed<unknown>();
  const given = draft ?? person.grantedRoles;
  const isChanged = !isSameRoles(given, person.grantedRoles);
  const drop = () => {
    setDraft(null);
    setAsking(false);
  };
  const path = `/api/v1/people/${encodeURIComponent(person.id)}`;
  const save = () =>
    run(
      () => callServer({ path, method: 'PATCH', body: { grantedRoles: given }, schema: personSchema }),
      () => {
        onChanged();
        drop();
      },
    );
  return (
    <fieldset className="roles">
      <legend className="unseen">{t.rich('rolesOf', { name: person.name, n: apart })}</legend>
      <Provided roles={person.providerRoles} />
      <div className="role-boxes">
        {PERSON_ROLES.map((role) => (
          <RoleBox
            key={role}
            role={role}
            isGiven={given.includes(role)}
            onToggle={() => setDraft(toggled(given, role))}
          />
        ))}
      </div>
      {isChanged && (
        <p className="form-ways">
          <button
            type="button"
            className="button button-main"
            aria-disabled={isBusy}
            onClick={losesAdmin(person, given) ? () => setAsking(true) : save}
          >
            {t('save')}
          </button>
          <button type="button" className="button" onClick={drop}>
            {t('undo')}
          </button>
        </p>
      )}
      {!isAsking && <ProblemLine problem={problem} />}
      {isAsking && (
        <ConfirmDialog
          title={t.rich('takeAdminTitle', { name: person.name, n: apart })}
          text={t('takeAdminText')}
          action={t('takeAdmin')}
          {...{ isBusy, problem }}
          onClose={() => setAsking(false)}
          onConfirm={save}
        />
      )}
    </fieldset>
  );
}

/** What the provider gives is the provider's to change: it stands there in words. */
function Provided({ roles }: { roles: readonly PersonRole[] }) {
  const t = useTranslations('people');
  if (roles.length === 0) return null;
  const names = roles.map((role) => t(`role.${role}`)).join(', ');
  return (
    <p data-provided={roles.join(' ')}>
      {t('byProvider', { names })}
      <small>{t('givenHere')}</small>
    </p>
  );
}

interface RoleBoxProps {
  readonly role: PersonRole;
  readonly isGiven: boolean;
  readonly onToggle: () => void;
}

function RoleBox({ role, isGiven, onToggle }: RoleBoxProps) {
  const t = useTranslations('people');
  return (
    <label className="role">
      <input type="checkbox" name={role} checked={isGiven} onChange={onToggle} />
      {t(`role.${role}`)}
    </label>
  );
}

function SessionList({ person, now, onChanged }: PersonRowProps) {
  const t = useTranslations('people');
  const { isBusy, problem, run } = useDeed<unknown>();
  const { sessions } = person;
  if (sessions.length === 0) return <span className="note-inline">{t('noSessions')}</span>;
  const end = (path: string) =>
    run(() => callServer({ path, method: 'DELETE', schema: z.undefined() }), onChanged);
  return (
    <>
      <ul className="sessions">
        {sessions.map(({ id, startedAt, lastSeenAt }) => (
          <li key={id} data-session={id}>
            <span>
              {t('since')} <Moment at={startedAt} />
              <small>
                {t('lastSeen')} <Ago at={lastSeenAt} now={now} />
              </small>
            </span>
            <button
              type="button"
              className="button"
              aria-disabled={isBusy}
              aria-label={t('endOf', { name: person.name })}
              onClick={() => end(`/api/v1/sessions/${encodeURIComponent(id)}`)}
            >
              {t('end')}
            </button>
          </li>
        ))}
      </ul>
      {sessions.length > 1 && (
        <button
          type="button"
          className="button"
          aria-disabled={isBusy}
          aria-label={t('endAllOf', { name: person.name, count: sessions.length })}
          onClick={() => end(`/api/v1/people/${encodeURIComponent(person.id)}/sessions`)}
        >
          {t('endAll', { count: sessions.length })}
        </button>
      )}
      <ProblemLine problem={problem} />
    </>
  );
}
