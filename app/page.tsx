import { FrontDoor } from '../components/access/front-door';

export default function FrontPage() {
  return <FrontDoor way="desk" />;
}
