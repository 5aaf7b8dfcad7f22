/**
 * Links to appliances of a node that may lose the duty of sessions without knowing: nothing goes out while it is not sure
 * that it has the duty. A node that was paused may read the answer to a write of before, and would send what the next one
 * has recorded as not sent. A link that sent nothing is opened anew, so that its session goes on should the duty stay.
 */
import type { OpenApplianceLink } from '../ports';

/** `maySend`: whether the duty is this node's, for sure, by its own clock. */
export function guardedLinks(open: OpenApplianceLink, maySend: () => boolean): OpenApplianceLink {
  return (deviceId, listener) => {
    let link = open(deviceId, listener);
    return {
      get state() {
        return link.state;
      },
      send(command) {
        if (maySend()) return link.send(command);
        link.close();
        link = open(deviceId, listener);
        return false;
      },
      ask: (commandId) => maySend() && link.ask(commandId),
      retry: () => link.retry(),
      close: () => link.close(),
    };
  };
}
