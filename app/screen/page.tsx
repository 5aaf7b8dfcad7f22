import { OpenFirstBoard } from '../../components/supervisor/open-first-board';

export default function AnyScreenPage() {
  return <OpenFirstBoard under="/screen" />;
}
