import { NumberInput, Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMemo, useState } from 'react';
import type { Problem } from '../../../preload/contract/base.ts';
import type { Site } from '../../../preload/contract/site.ts';
import { editHome, leaveDemo } from '../../actions/leave-demo.ts';
import { Button, Head } from '../../components/parts.tsx';
import { FormProblem } from './form-problem.tsx';

const CURRENCIES = ['EUR', 'USD', 'GBP', 'CHF', 'SEK', 'NOK', 'DKK', 'PLN', 'CZK', 'CAD', 'AUD', 'NZD', 'JPY'];
/** Where one tap on the map of the world is enough for the sun: two decimals are about a kilometre. */
const PLACE_DIGITS = 4;

const here = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The few facts that a home needs: at the demo they leave it, in a home of one's own they are changed here. */
export const OwnHomeForm = ({ site }: { site: Site }) => {
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const zones = useMemo(() => [...new Set(['UTC', here(), ...Intl.supportedValuesOf('timeZone')])].sort(), []);
  const form = useForm<{
    name: string;
    latitude: number | string;
    longitude: number | string;
    timeZone: string;
    currency: string;
  }>({
    mode: 'controlled',
    initialValues: site.demo
      ? { name: '', latitude: '', longitude: '', timeZone: here(), currency: 'EUR' }
      : {
          name: site.name,
          // A home that was made without a place has none yet: 0, 0 lies in the sea.
          latitude: site.latitude === 0 && site.longitude === 0 ? '' : site.latitude,
          longitude: site.latitude === 0 && site.longitude === 0 ? '' : site.longitude,
          timeZone: site.timeZone,
          currency: site.currency,
        },
    validate: {
      name: (value) => (value.trim() === '' ? 'Give the home a name.' : null),
      latitude: (value) => (value === '' || Math.abs(Number(value)) > 90 ? 'Between −90 and 90.' : null),
      longitude: (value) => (value === '' || Math.abs(Number(value)) > 180 ? 'Between −180 and 180.' : null),
      timeZone: (value) => (zones.includes(value) ? null : 'Choose a time zone.'),
      currency: (value) => (value.length === 3 ? null : 'Choose a currency.'),
    },
  });
  const create = async (): Promise<void> => {
    const { name, latitude, longitude, timeZone, currency } = form.values;
    setProblem(null);
    setBusy(true);
    await (site.demo ? leaveDemo : editHome).run(
      {
        name: name.trim(),
        latitude: Number(latitude),
        longitude: Number(longitude),
        timeZone,
        currency,
        onProblem: (found) => {
          setProblem(found);
          if (found.fields) form.setErrors(found.fields);
        },
      },
      'window',
    );
    setBusy(false);
  };
  return (
    <section className="card" id="own-home" aria-label={site.demo ? 'Your own home' : 'The home'}>
      <Head
        big
        title={site.demo ? 'Your own home' : 'The home'}
        note={site.demo ? 'leaves the demo' : 'its place, clock and money'}
      />
      <form onSubmit={form.onSubmit(() => void create())} noValidate>
        <div className="form-grid">
          <TextInput label="Name" placeholder="Birch Lane 12" maxLength={80} {...form.getInputProps('name')} />
          <NumberInput
            label="Latitude"
            placeholder="52.5200"
            decimalScale={PLACE_DIGITS}
            hideControls
            {...form.getInputProps('latitude')}
          />
          <NumberInput
            label="Longitude"
            placeholder="13.4050"
            decimalScale={PLACE_DIGITS}
            hideControls
            {...form.getInputProps('longitude')}
          />
          <Select
            label="Time zone"
            data={zones}
            searchable
            limit={40}
            allowDeselect={false}
            {...form.getInputProps('timeZone')}
          />
          <Select
            label="Currency"
            data={CURRENCIES}
            searchable
            allowDeselect={false}
            {...form.getInputProps('currency')}
          />
        </div>
        {problem && <FormProblem problem={problem} />}
        <div className="form-acts">
          <Button type="submit" look="primary" disabled={busy}>
            {site.demo ? (busy ? 'Setting up' : 'Set up and leave the demo') : 'Save the home'}
          </Button>
          <span className="small quiet">
            {site.demo
              ? 'It starts in Watch. Nothing is switched before you say so.'
              : 'Weather and price services are asked for this place, and for nothing else of yours.'}
          </span>
        </div>
      </form>
    </section>
  );
};
