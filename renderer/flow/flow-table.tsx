import { kilowatts, spoken } from '../format/numbers.ts';
import { span } from '../format/time.ts';
import { type FlowEnd, IDLE_W, type Scene } from './scene.ts';

const amount = (end: FlowEnd, now: number): string => {
  if (end.powerW === null || end.freshness === 'absent') return 'No value';
  const size = spoken(kilowatts(Math.abs(end.powerW)));
  if (end.freshness !== 'stale' || end.measure.measuredAt === null) return size;
  return `${size}, stale, ${span(now - end.measure.measuredAt)} old`;
};

const takes = (end: FlowEnd): boolean => (end.powerW ?? 0) < -IDLE_W;

/** The energy flow in words, for those who do not see the picture. */
export const FlowTable = ({ scene, now }: { scene: Scene; now: number }) => (
  <table className="hidden">
    <caption>Energy flow now</caption>
    <thead>
      <tr>
        <th scope="col">From</th>
        <th scope="col">To</th>
        <th scope="col">Power</th>
      </tr>
    </thead>
    <tbody>
      {[scene.solar, scene.battery, scene.grid].map((end) => (
        <tr key={end.key}>
          <td>{takes(end) ? 'Home' : end.name}</td>
          <td>{takes(end) ? end.name : 'Home'}</td>
          <td>{amount(end, now)}</td>
        </tr>
      ))}
      {scene.loads.map((end) => (
        <tr key={end.key}>
          <td>Home</td>
          <td>{end.name}</td>
          <td>{amount(end, now)}</td>
        </tr>
      ))}
      {scene.unmeasuredW !== null && (
        <tr>
          <td>Home</td>
          <td>Unmeasured</td>
          <td>{spoken(kilowatts(Math.abs(scene.unmeasuredW)))}</td>
        </tr>
      )}
    </tbody>
  </table>
);
