import type { HourFrame } from './frame.ts';
import { clearSkyWm2 } from './sun.ts';

/**
 * Irradiance on a tilted plane. Clear-sky beam: A. B. Meinel and M. P. Meinel, "Applied Solar Energy", 1976 (1353 · 0.7^(m^0.678)).
 * Diffuse light comes evenly from the sky (Liu and Jordan 1963), a fifth of all light from the ground.
 */

/** Where panels look: tilt from the horizontal and azimuth from south, west positive, radians. */
export interface Plane {
  readonly tilt: number;
  readonly azimuth: number;
}

/** Light on the horizontal, W/m²: straight from the sun, and from the rest of the sky. */
export interface Light {
  readonly direct: number;
  readonly diffuse: number;
}

const SOLAR_CONSTANT = 1353;
const GROUND_REFLECTION = 0.2;
/** Beam is never all of the light. */
const MOST_BEAM_SHARE = 0.97;
const LEAST_AIR_SINE = 0.02;
/** Below this mean sine a little light on the horizontal would be a flood on a wall. */
const LEAST_MEAN_SINE = 0.1;
/** Places within the hour, in hours from its middle. */
const PLACES = [-0.375, -0.125, 0.125, 0.375] as const;

/** Splits the light of a clear sky (global horizontal `ghi`, W/m²) at a sun of this sine of elevation. */
export const splitClearSky = (ghi: number, sinElevation: number): Light => {
  if (sinElevation <= 0 || ghi <= 0) return { direct: 0, diffuse: Math.max(0, ghi) };
  const airMass = 1 / Math.max(sinElevation, LEAST_AIR_SINE);
  const beam = SOLAR_CONSTANT * 0.7 ** (airMass ** 0.678);
  const direct = Math.min(beam * sinElevation, MOST_BEAM_SHARE * ghi);
  return { direct, diffuse: ghi - direct };
};

/** The sun's direction (south, west, up) in the middle of each hour. */
interface SunVectors {
  readonly south: Float64Array;
  readonly west: Float64Array;
  readonly up: Float64Array;
}
/** By the sun column, which frames of the same hours share. */
const vectorsBySun = new WeakMap<Float64Array, SunVectors>();

const vectorsOf = (frame: HourFrame): SunVectors => {
  const kept = vectorsBySun.get(frame.sinElevation);
  if (kept !== undefined) return kept;
  const flat = frame.sinElevation.map((sine) => Math.sqrt(Math.max(0, 1 - sine * sine)));
  const made = {
    south: flat.map((each, index) => each * Math.cos(frame.azimuth[index] ?? 0)),
    west: flat.map((each, index) => each * Math.sin(frame.azimuth[index] ?? 0)),
    up: frame.sinElevation,
  };
  vectorsBySun.set(frame.sinElevation, made);
  return made;
};

/** Calls back with the sine of the sun's elevation and the cosine of its angle to the plane, at places within the hour. */
const withinHour = (
  { south, west, up }: SunVectors,
  plane: Plane,
  index: number,
  each: (sinElevation: number, cosIncidence: number) => void,
): void => {
  const flat = Math.sin(plane.tilt);
  const [ns, nw, nu] = [flat * Math.cos(plane.azimuth), flat * Math.sin(plane.azimuth), Math.cos(plane.tilt)];
  const [s, w, u] = [south[index] ?? 0, west[index] ?? 0, up[index] ?? 0];
  for (const place of PLACES) {
    const beside = place < 0 ? index - 1 : index + 1;
    const share = Math.abs(place);
    const sine = u + share * ((up[beside] ?? u) - u);
    if (sine <= 0) continue;
    const facing =
      ns * (s + share * ((south[beside] ?? s) - s)) + nw * (w + share * ((west[beside] ?? w) - w)) + nu * sine;
    each(sine, Math.max(0, facing));
  }
};

const skyPart = (plane: Plane): number => (1 + Math.cos(plane.tilt)) / 2;
const groundPart = (plane: Plane): number => (GROUND_REFLECTION * (1 - Math.cos(plane.tilt))) / 2;

/** Mean irradiance on the plane in the hour `index` under a cloudless sky, W/m². */
export const clearOnPlane = (frame: HourFrame, plane: Plane, index: number): number => {
  let sum = 0;
  withinHour(vectorsOf(frame), plane, index, (sine, facing) => {
    const ghi = clearSkyWm2(sine);
    const { direct, diffuse } = splitClearSky(ghi, sine);
    sum += (direct * facing) / sine + diffuse * skyPart(plane) + ghi * groundPart(plane);
  });
  return sum / PLACES.length;
};

/** Mean irradiance on the plane in the hour `index` of this light on the horizontal, W/m². */
export const lightOnPlane = (frame: HourFrame, plane: Plane, index: number, light: Light): number => {
  let facing = 0;
  let up = 0;
  withinHour(vectorsOf(frame), plane, index, (sine, cosine) => {
    facing += cosine / PLACES.length;
    up += sine / PLACES.length;
  });
  const beam = light.direct * Math.min(6, facing / Math.max(up, LEAST_MEAN_SINE));
  return beam + light.diffuse * skyPart(plane) + (light.direct + light.diffuse) * groundPart(plane);
};
