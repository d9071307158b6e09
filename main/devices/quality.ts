/**
 * The questions that every driver answers. The list is closed: a driver without an answer does not compile, and the
 * class-wide test checks by running what can be checked by running.
 */
export const QUALITY_RULES = {
  'poll-period': 'The poll period fits the device: neither a burden to it nor too slow to decide on.',
  'connection-test': 'One read without saving tells whether address, password and model are right.',
  'unique-identity': 'The device is bound to a serial number, MAC or portal id; an address may move.',
  'unavailable-is-absent': 'A device that does not answer yields a failure, never its last value.',
  'absent-is-not-zero': 'A value that the device does not have is left out, never 0.',
  'failures-typed': 'A failure is temporary or permanent, and says what was tried and what a person can do.',
  'logs-once': 'The log says once that the device went and once that it is back.',
  'parallel-requests': 'The driver declares how many requests the device bears at once, and keeps to it.',
  'malformed-rejected': 'A reply that is cut short or wrong is rejected and counted.',
  'reconnects-for-ever': 'A lost connection is made again without limit, with growing pauses.',
  'unloads-cleanly': 'After close no timer, socket or listener is left.',
  'bounds-declared': 'Every metric of every channel has plausible bounds.',
  'limits-declared':
    'Every controllable channel has minimum on and off times, switches an hour and writes a day above 0.',
  'safe-state': 'Every controllable channel has a safe state.',
  'read-back': 'A write can be read back from the device with a time newer than the write.',
  'device-lease': 'The device itself ends a command when the application dies.',
  'secrets-kept-out': 'Passwords stand in no log line, reading, failure or identity.',
  simulator: 'A simulator speaks the real protocol over a real socket.',
  'third-party-check': 'Driver or simulator was tried against a program that is not ours.',
  'real-hardware': 'The driver was tried on the device itself.',
  reauthentication: 'A changed password is noticed, said as such, and can be entered anew.',
  discovery: 'The device can be found on the network.',
  diagnostics: 'Requests, failures and rejected replies are counted and can be shown.',
  'documented-products': 'The README names products and firmware.',
  'documented-limits': 'The README names limits and quirks.',
} as const;

type QualityRule = keyof typeof QUALITY_RULES;

/** `todo` and `exempt` carry their reason in a sentence. */
export type QualityAnswer =
  | { readonly state: 'done' }
  | { readonly state: 'todo' | 'exempt'; readonly because: string };

export type DriverQuality = Readonly<Record<QualityRule, QualityAnswer>>;

export const done: QualityAnswer = { state: 'done' };
export const todo = (because: string): QualityAnswer => ({ state: 'todo', because });
export const exempt = (because: string): QualityAnswer => ({ state: 'exempt', because });
