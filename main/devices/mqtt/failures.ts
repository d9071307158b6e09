import { type Counterpart, troubleFailure } from '../../http/json-answer.ts';
import type { HttpTrouble } from '../../http/types.ts';
import { permanent, temporary } from '../../result.ts';

/** What can go wrong with a broker, in plain words. `name` is as in "The MQTT broker at 10.0.0.7". */
export const createMqttFailures = (name: string) => {
  const counterpart: Counterpart = { room: 'device', name, what: 'its messages', accessAdvice: '' };
  return {
    /** No connection at all, in the same words as for web servers. */
    trouble: (trouble: HttpTrouble) => troubleFailure(trouble, counterpart),
    passwordWrong: () =>
      permanent(
        'device.password-wrong',
        `${name} refuses this user and password.`,
        'Enter the user and password that are set up at the broker.',
      ),
    refused: (why: string) =>
      permanent(
        'device.refused',
        `${name} refuses the connection: ${why}.`,
        'Check the settings of the broker: protocol version, allowed client names, allowed addresses.',
      ),
    busy: () =>
      temporary('device.their-fault', `${name} says that it is not available now.`, 'It is asked again later.'),
    notMqtt: () =>
      temporary(
        'device.malformed',
        `What ${name} sends is not MQTT.`,
        'Check the port: 1883 is usual, 8883 with encryption; a web interface has another one.',
      ),
    silent: (what: string) =>
      temporary(
        'device.timeout',
        `${name} did not answer in time when asked ${what}.`,
        'Check that it has power and network, and that the address and port are right.',
      ),
    lost: (why: string) =>
      temporary('device.unreachable', `The connection to ${name} was lost: ${why}.`, 'It is made again by itself.'),
    topicRefused: (filter: string) =>
      permanent(
        'device.topic-refused',
        `${name} does not let this user read "${filter}".`,
        'Allow the topic for this user at the broker, or choose another topic.',
      ),
    wrongTopic: (topic: string, why: string) =>
      permanent('device.wrong-topic', `"${topic}" cannot be used as a topic: ${why}.`, 'Correct the topic.'),
    cancelled: () => troubleFailure({ kind: 'cancelled', cause: 'it was ended' }, counterpart),
  };
};

export type MqttFailures = ReturnType<typeof createMqttFailures>;
