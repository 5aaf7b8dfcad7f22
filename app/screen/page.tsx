import { FrontDoor } from '../../components/access/front-door';

export default function AnyScreenPage() {
  return <FrontDoor way="screen" />;
}
