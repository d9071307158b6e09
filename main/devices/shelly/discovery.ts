import type { DiscoveryHints, DriverDeps, Sighting } from '../types.ts';
import { webAddress } from '../web-address.ts';
import { deviceInfoSchema, firstGenerationSchema } from './frames.ts';

/** A Shelly may be slow to answer; longer than this it is left to the next search. */
const LOOK_MS = 10_000;
const MAX_BYTES = 64 * 1024;
const VALVE_TYPE = /^SHTRV/;

type Seen = NonNullable<Awaited<ReturnType<NonNullable<DiscoveryHints['recognise']>>>>;

/** `GET /shelly` needs no password on any generation and says it all. */
const ask = async (
  { host, port }: Sighting,
  { http }: Pick<DriverDeps, 'http'>,
  signal: AbortSignal,
): Promise<unknown> => {
  const url = `${webAddress({ host, port }, 'off')}/shelly`;
  const answer = await http.send({ url, timeoutMs: LOOK_MS, maxBytes: MAX_BYTES, signal });
  if (!answer.ok || answer.value.status !== 200) return null;
  try {
    return JSON.parse(answer.value.body);
  } catch {
    return null; // Something else answers here: not found is all there is to say.
  }
};

const seenGen2 = (data: unknown): Seen | null => {
  const info = deviceInfoSchema.safeParse(data);
  return info.success ? { identity: info.data.mac.toUpperCase(), model: info.data.app ?? info.data.model } : null;
};

const seenGen1 = (data: unknown, isValve: boolean): Seen | null => {
  const info = firstGenerationSchema.safeParse(data);
  if (!info.success || VALVE_TYPE.test(info.data.type) !== isValve) return null;
  return { identity: info.data.mac.toUpperCase(), model: info.data.type };
};

/** Names vary in case: `shellyplus1pm-…`, `ShellyWallDisplay-…`. */
const isShelly = ({ name }: Sighting): boolean => /^shelly/i.test(name);

const generationOf = ({ txt: { gen } }: Sighting): string | undefined => gen;

export const gen2Discovery: DiscoveryHints = {
  services: ['_shelly._tcp', '_http._tcp'],
  // The first generation announces no generation; some of the later ones do so for one of the two services only.
  claims: (sighting) => isShelly(sighting) && generationOf(sighting) !== '1',
  scanPort: 80,
  recognise: async (sighting, deps, signal) => seenGen2(await ask(sighting, deps, signal)),
};

const gen1Discovery = (isValve: boolean): DiscoveryHints => ({
  services: ['_http._tcp'],
  claims: (sighting) =>
    isShelly(sighting) && (generationOf(sighting) ?? '1') === '1' && /^shellytrv/i.test(sighting.name) === isValve,
  scanPort: 80,
  recognise: async (sighting, deps, signal) => seenGen1(await ask(sighting, deps, signal), isValve),
});

export const gen1RelayDiscovery = gen1Discovery(false);
export const gen1ValveDiscovery = gen1Discovery(true);
