'use client';
/**
 * Where drawing a board fails, a screen without hands stays neither blank nor with a framework's error page: one calm
 * line, and a new try every half minute, by loading the page anew where the server answers and that was not just done.
 */
import { Component, type ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { browserClock, type Cancel } from '../live/clock';
import { reloadFor } from '../live/use-live';
import { askBuild } from '../live/use-server-watch';

const TRY_AGAIN_MS = 30_000;

interface LastResortProps {
  readonly theme: 'dark' | 'light';
  readonly children: ReactNode;
}

export class LastResort extends Component<LastResortProps, { readonly failed: boolean }> {
  override state = { failed: false };
  #cancel: Cancel | null = null;
  #isGone = false;

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override componentDidCatch(): void {
    this.#cancel?.();
    this.#cancel = browserClock.after(TRY_AGAIN_MS, () => void this.#tryAgain());
  }

  override componentDidMount(): void {
    this.#isGone = false;
  }

  override componentWillUnmount(): void {
    this.#isGone = true;
    this.#cancel?.();
  }

  async #tryAgain(): Promise<void> {
    const answers = (await askBuild()) !== null;
    if (this.#isGone) return;
    if (answers) reloadFor('failed');
    this.setState({ failed: false });
  }

  override render(): ReactNode {
    return this.state.failed ? <Failed theme={this.props.theme} /> : this.props.children;
  }
}

function Failed({ theme }: Pick<LastResortProps, 'theme'>) {
  const t = useTranslations('floor');
  return (
    <main className="blank" data-theme={theme} data-blank="failed">
      <h1>{t('failed')}</h1>
    </main>
  );
}
