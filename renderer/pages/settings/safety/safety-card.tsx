import { useEffect, useState } from 'react';
import type { Drill, Safety } from '../../../../preload/contract/safety.ts';
import type { QueryOutput } from '../../../../preload/contract.ts';
import { drill } from '../../../actions/safety.ts';
import { Dialog } from '../../../components/dialog.tsx';
import { Button, Chip, Head } from '../../../components/parts.tsx';
import { TableWrap } from '../../../components/table-wrap.tsx';
import { Waiting } from '../../../components/waiting.tsx';
import { kilowatts, spoken } from '../../../format/numbers.ts';
import { moment, span, took } from '../../../format/time.ts';
import { safety, useSite } from '../../../state/house.ts';
import { SafetyForm } from './safety-form.tsx';

type View = QueryOutput<'safety.get'>;

const count = (number: number, one: string, many: string): string[] =>
  number === 0 ? [] : [`${number} ${number === 1 ? one : many}`];

const summary = (safe: Safety): string => {
  const parts = [
    safe.fuseA === null
      ? 'No fuse is named yet'
      : `${safe.phases === 3 ? 'Three phases' : 'One phase'} of ${safe.fuseA} A`,
    `${spoken(kilowatts(safe.safeImportW))} while the grid meter is silent`,
    ...count(safe.interlocks.length, 'pair kept apart', 'pairs kept apart'),
    ...count(safe.quietWindows.length, 'quiet window', 'quiet windows'),
    ...count(safe.temperatureLimits.length, 'temperature limit', 'temperature limits'),
    ...count(safe.stopInputs.length, 'stop button', 'stop buttons'),
  ];
  return `${parts.join(', ')}.`;
};

const RESULTS: Readonly<Record<Drill['devices'][number]['result'], string>> = {
  ready: 'would go to its safe state',
  'already-safe': 'is safe already',
  'no-answer': 'does not answer',
  'no-safe-state': 'has no safe state',
};

const DrillResult = ({ result, now, zone }: { result: Drill; now: number; zone: string }) => (
  <details className="more">
    <summary>
      Last drill {moment(result.at, now, zone)} by {result.who}: {result.sentence}
    </summary>
    <ul className="plain-list">
      {result.devices.map((device) => (
        <li key={`${device.channel.deviceId}/${device.channel.channelId}`}>
          <b>{device.name}</b> <span className="second">{RESULTS[device.result]}</span>
          {device.answeredAfterMs !== null && <span className="quiet num"> after {took(device.answeredAfterMs)}</span>}
        </li>
      ))}
    </ul>
  </details>
);

/** What each channel has used up of its rules: a budget that nobody sees is no budget. */
const Use = ({ use }: { use: View['use'] }) => (
  <TableWrap label="What is used up of the rules of each device">
    <table className="table">
      <thead>
        <tr>
          <th scope="col">Device</th>
          <th scope="col" className="right">
            Writes today
          </th>
          <th scope="col" className="right">
            Switches in the last hour
          </th>
          <th scope="col" className="right">
            Believed for
          </th>
        </tr>
      </thead>
      <tbody>
        {use.map((one) => (
          <tr key={`${one.channel.deviceId}/${one.channel.channelId}`}>
            <td>{one.name}</td>
            <td className="right num">
              {one.writesToday} of {one.rules.writeBudgetPerDay}
            </td>
            <td className="right num">
              {one.switchesLastHour} of {one.rules.maxSwitchesPerHour}
            </td>
            <td className="right num">{one.freshness === null ? 'No value' : span(one.freshness.limitMs, true)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </TableWrap>
);

/** The envelope that nothing leaves: fuse, ratings, interlocks, quiet windows, and the drill of the emergency stop. */
export const SafetyCard = ({ now }: { now: number }) => {
  const site = useSite();
  const siteId = site?.id ?? null;
  const zone = site?.timeZone ?? 'UTC';
  const view = safety.use((state) => state.value);
  const problem = safety.use((state) => state.problem);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (siteId) void safety.load({ siteId });
  }, [siteId]);
  return (
    <section className="card" id="safety" aria-label="Safety">
      <Head title="Safety" note="nothing goes around it">
        <Button size="small" icon="shield-check" onClick={() => void drill.run({}, 'window')}>
          Drill
        </Button>
        <Button size="small" disabled={!view} onClick={() => setOpen(true)}>
          Change
        </Button>
      </Head>
      {!view ? (
        <Waiting problem={problem} what="the safety envelope" height={160} onRetry={() => void safety.reload()} />
      ) : (
        <>
          <p className="second">{summary(view.safety)}</p>
          {view.use.length > 0 && <Use use={view.use} />}
          {view.lastDrill ? (
            <DrillResult result={view.lastDrill} now={now} zone={zone} />
          ) : (
            <p className="row small">
              <Chip icon="info" tiny>
                never drilled
              </Chip>
              <span className="quiet">A drill goes through STOP without switching anything.</span>
            </p>
          )}
        </>
      )}
      {open && view && (
        <Dialog title="Safety" wide onClose={() => setOpen(false)}>
          <SafetyForm stored={view.safety} onClose={() => setOpen(false)} />
        </Dialog>
      )}
    </section>
  );
};
