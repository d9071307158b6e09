import { permanent, temporary } from '../../result.ts';

/** What can go wrong behind a broker that answers. `name` is as in "The GX at 10.0.0.7". */
export const gxMqttFailures = (name: string) => ({
  noPortal: () =>
    temporary(
      'victron.no-portal',
      `The broker answers, but ${name} does not name itself there.`,
      'On the GX, switch MQTT on under Settings → Integrations; where the broker is not the GX itself, enter the portal id.',
    ),
  severalPortals: (portals: readonly string[]) =>
    permanent(
      'victron.choose-portal',
      `Several GX devices speak at this broker: ${portals.slice(0, 20).join(', ')}.`,
      'Enter the portal id of one of them.',
    ),
  silent: (portal: string) =>
    temporary(
      'device.timeout',
      `The broker answers, but the GX ${portal} does not.`,
      'Check that the GX has power and network and that the portal id is right; it is asked again by itself.',
    ),
  noSuchSetting: (what: string) =>
    permanent(
      'victron.no-such-setting',
      `${name} has no ${what} that can be set.`,
      'Update Venus OS to 3.50 or later, and check that an ESS is set up.',
    ),
  noValue: (what: string) =>
    temporary('victron.no-value', `${name} has no value for its ${what} now.`, 'It is asked again by itself.'),
  cancelled: () => temporary('device.cancelled', `Asking ${name} was ended.`, 'Nothing needs to be done.'),
});

export type GxMqttFailures = ReturnType<typeof gxMqttFailures>;
