import type { Counterpart } from '../../http/json-answer.ts';
import { permanent, temporary } from '../../result.ts';

/** Who is spoken to, for the sentences of the ground that drivers share. */
export const minerAt = (address: string, what: string, accessAdvice: string): Counterpart => ({
  room: 'device',
  name: `The miner at ${address}`,
  what,
  accessAdvice,
});

export const unreadable = (address: string, what: string, why: string) =>
  temporary(
    'device.malformed',
    `What the miner at ${address} sent for ${what} cannot be used: ${why}.`,
    'It is asked again by itself; check the address and the chosen model when this goes on.',
  );

export const refusedByMiner = (address: string, what: string, message: string) => {
  const text = `The miner at ${address} refused ${what}: ${message.slice(0, 160) || 'it does not say why'}.`;
  if (/access denied|permission|write cmd/i.test(message))
    return permanent(
      'device.access',
      text,
      'Allow writing in the miner’s own settings (API access, or api-allow with W: and this computer’s address).',
    );
  return /unknown|invalid cmd|invalid command|not supported/i.test(message)
    ? permanent('device.refused', text, 'This firmware does not have it; check the chosen model and the firmware.')
    : temporary('device.refused', text, 'It is tried again by itself; look at the miner when this goes on.');
};

export const notAMiner = (address: string, what: string) =>
  permanent(
    'device.not-recognised',
    `What answers at ${address} is no ${what}.`,
    'Check the address, and choose the driver of this miner’s firmware.',
  );

export const cannotPause = (address: string) =>
  permanent(
    'device.no-control',
    `The firmware of the miner at ${address} cannot pause.`,
    'Install a firmware that can, or switch its supply through a suitable contactor with long pauses.',
  );

export const passwordWrong = (address: string, where: string) =>
  permanent(
    'device.password-wrong',
    `The miner at ${address} refuses the password.`,
    `Enter the password anew; it is the one ${where}.`,
  );

export const passwordNeeded = (address: string, where: string) =>
  permanent('device.password-needed', `The miner at ${address} asks for a password.`, `Enter the one ${where}.`);

export const sessionTaken = (address: string) =>
  temporary(
    'device.busy',
    `Somebody else is logged on to the miner at ${address}; it bears one login at a time.`,
    'Close other programs that control it; it is tried again by itself.',
  );
