import { redirect } from 'next/navigation';

/** A first-time visitor sees the board that exists from the start. */
export default function FrontPage() {
  redirect('/supervisor/boards/default');
}
