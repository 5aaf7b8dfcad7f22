import { OpenFirstBoard } from '../components/supervisor/open-first-board';

export default function FrontPage() {
  return <OpenFirstBoard under="/supervisor/boards" />;
}
